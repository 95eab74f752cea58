"""A telephone for whoever has none: plays a patient's phone, where only this machine reaches us (docs/try.md).

A phone belongs to the browser that it was lent to (a cookie): nobody else has its calls, nor reads its SMS.
"""

import secrets
from collections.abc import Sequence

from aiohttp import web

from core.clinic.lend_try_phone import lend_try_phone
from core.clinic.try_phones import NoTryPhone, TryPhone, TryPhones
from core.clinic.try_sms import Message, messages_of, write_to_us
from core.rules.staff import SIP_REALM
from web.deps import DEPS, clinic_of
from web.forms import Form, field, read_form
from web.guard import right_token, same_origin, set_cookie
from web.host import is_our_name
from web.pages.phone import ELSEWHERE, Socket, relay
from web.render import local_clock, render
from web.words import WORDS

VISITOR = "try"
"""The cookie; its value is the page's CSRF token, too, as with the login's."""
MOST_NAMED = 2
"""Numbers of a kind that are proposed."""
LONGEST_SMS = 480
"""Characters; we read no longer ones either (`core.rules.sms_words.readable`)."""


async def page(request: web.Request) -> web.StreamResponse:
    """The phone; its script borrows a number and dials."""
    phones = _phones(request)
    visitor = request.cookies.get(VISITOR) or secrets.token_urlsafe(32)
    response = render(
        request,
        "try.html",
        token=visitor,
        patient_numbers=phones.patient_numbers[:MOST_NAMED],
        missed_numbers=phones.missed_numbers[:MOST_NAMED],
        pharmacy_numbers=phones.pharmacy_numbers[:MOST_NAMED],
        shows_sms=phones.shows_sms,
        longest_sms=LONGEST_SMS,
    )
    set_cookie(request, response, VISITOR, visitor)
    return response


async def lend(request: web.Request) -> web.StreamResponse:
    """A phone with this number, or with one of our choice; 422 and why, if there is none."""
    phones, form = _phones(request), await _form(request)
    try:
        wanted = field(form, "number", longest=32)
        phone, password = await lend_try_phone(clinic_of(request), phones, _visitor(request), wanted)
    except NoTryPhone as error:
        problem = request.app[WORDS].tongue_of(request)(f"try.{error.reason}")
        return web.json_response({"problem": problem}, status=422)
    here = f"/try/phone/{phone.account}"
    uri = f"sip:{phone.account}@{SIP_REALM}"
    lent = {"number": phone.number, "uri": uri, "password": password, "ice": []}
    return web.json_response(lent | {"socket": f"{here}/socket", "sms": f"{here}/sms"})


async def socket(request: web.Request) -> web.StreamResponse:
    """Its SIP, until the page or the phone is gone."""
    phones, phone = _phones(request), _phone(request)

    async def held(browser: Socket) -> None:
        await phone.void.wait()
        await browser.close(code=ELSEWHERE)

    with phones.open(phone):
        return await relay(request, phone.account, held)


async def messages(request: web.Request) -> web.StreamResponse:
    """Its SMS, both ways, newest first; none where they go out for real."""
    phones, phone = _phones(request), _phone(request)
    found = await messages_of(clinic_of(request), phone) if phones.shows_sms else []
    return web.json_response({"messages": _shown(request, found)})


async def write(request: web.Request) -> web.StreamResponse:
    """It sends us an SMS."""
    phone, form = _phone(request), await _form(request)
    text = field(form, "text", longest=LONGEST_SMS)
    if not _phones(request).shows_sms or not text:
        raise web.HTTPBadRequest
    await write_to_us(clinic_of(request), phone, text)
    return web.Response(status=204)


def _phones(request: web.Request) -> TryPhones:
    phones = request.app[DEPS].try_phones
    if phones is None or not is_our_name(request):
        raise web.HTTPNotFound
    return phones


def _phone(request: web.Request) -> TryPhone:
    """The phone of this address, if it is this browser's."""
    phone = _phones(request).find(request.match_info["account"], _visitor(request))
    if phone is None:
        raise web.HTTPNotFound
    return phone


def _visitor(request: web.Request) -> str:
    return request.cookies.get(VISITOR, "")


async def _form(request: web.Request) -> Form:
    form = await read_form(request)
    if not same_origin(request) or not right_token(form, _visitor(request)):
        raise web.HTTPForbidden
    return form


def _shown(request: web.Request, found: Sequence[Message]) -> list[dict[str, object]]:
    return [
        {"id": message.id, "own": message.own, "text": message.text, "at": local_clock(request, message.at)}
        for message in found
    ]
