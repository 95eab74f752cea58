"""Health records for the doctor (S11): sent, listed and taken back, by a link or by whoever came in by a code."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from aiohttp import web

from core.clinic.patient_web.own_records import own_record_page, own_records, take_record_back
from core.clinic.patient_web.send_record import RecordRefused, may_send_record, send_record
from core.rules.health_record import LARGEST_RECORD, MOST_PAGES, MOST_RECORDS, NotTaken
from web.address import address_of
from web.deps import clinic_of
from web.forms import Form, number, read_form, whole
from web.guard import right_token, same_origin
from web.pages.patient.common import (
    UNFOUND,
    chosen_tongue,
    form_page,
    own_session,
    tongue_of_link,
    unseen,
    wrong_link,
)
from web.pages.sign_in import VISITOR
from web.render import jpeg_response
from web.uploads import read_upload

SECRET = re.compile(r"[A-Za-z0-9_-]{22}")
LARGEST_UPLOAD = LARGEST_RECORD + 16 * 1024
"""Bytes of the whole form."""
STATUS = {
    NotTaken.TOO_LARGE: 413, NotTaken.TOO_OFTEN: 429, NotTaken.ENOUGH: 409, NotTaken.SENT_BEFORE: 409,
    NotTaken.NOT_NOW: 410,
}  # fmt: skip
"""HTTP's; the others are 400."""
DONE = {"sent": "records.sent", "gone": "records.gone"}
"""What the address says of the last post -> its words."""


@dataclass(frozen=True, slots=True)
class Way:
    """How this request came here."""

    path: str
    session: str
    person: int | None
    """By a code: for whom. By a link the link knows it."""


async def page(request: web.Request) -> web.StreamResponse:
    """What was sent, and the form to send more."""
    return await _page(request, _way(request))


async def send(request: web.Request) -> web.StreamResponse:
    """One file. Whether it may be sent at all is asked before it is read."""
    way = _way(request)
    _check_origin(request, way)
    try:
        if not await may_send_record(clinic_of(request), way.session, way.person, visitor=address_of(request)):
            await _refuse(request, way)
        form, file = await read_upload(request, LARGEST_UPLOAD)
        _check_token(request, way, form)
        await send_record(clinic_of(request), way.session, way.person, file, visitor=address_of(request))
    except web.HTTPRequestEntityTooLarge:
        return await _page(request, way, NotTaken.TOO_LARGE)
    except RecordRefused as refused:
        return await _page(request, way, refused.why, refused.wait_until)
    _back(request, way, "sent")


async def take_back(request: web.Request) -> web.StreamResponse:
    """One that no doctor has seen is gone."""
    way, form = _way(request), await read_form(request)
    _check_origin(request, way)
    _check_token(request, way, form)
    record = number(form, "record")
    gone = await take_record_back(clinic_of(request), way.session, way.person, record, visitor=address_of(request))
    _back(request, way, "gone" if gone else "")


async def picture(request: web.Request) -> web.StreamResponse:
    """A page of one, for who came in by a code: it is theirs."""
    way, (record, which) = _way(request), (whole(request.match_info[name]) for name in ("id", "number"))
    assert way.person is not None  # by the address
    try:
        jpeg = await own_record_page(
            clinic_of(request), way.session, way.person, record, which, visitor=address_of(request)
        )
    except LookupError as error:
        raise web.HTTPNotFound from error
    response = jpeg_response(jpeg)
    response.headers.update(UNFOUND)
    return response


def _way(request: web.Request) -> Way:
    secret = request.match_info.get("secret")
    if secret is not None:
        return Way(f"/r/{secret}", secret if SECRET.fullmatch(secret) else "", None)
    person = whole(request.match_info["person"])
    return Way(f"/my/people/{person}/records", own_session(request), person)


def _check_origin(request: web.Request, way: Way) -> None:
    """A link's address holds 128 random bits, which no other site knows: it is the form's own token."""
    if way.person is not None and not same_origin(request):
        raise web.HTTPForbidden


def _check_token(request: web.Request, way: Way, form: Form) -> None:
    """Likewise."""
    if way.person is not None and not right_token(form, request.cookies.get(VISITOR, "")):
        raise web.HTTPForbidden


async def _page(
    request: web.Request, way: Way, problem: NotTaken | None = None, wait_until: datetime | None = None
) -> web.Response:
    own = await own_records(clinic_of(request), way.session, way.person, visitor=address_of(request))
    if own is None:
        await _refuse(request, way)
    response = form_page(
        request, "records", status=STATUS.get(problem, 400) if problem else 200,
        tongue=None if way.person else tongue_of_link(request, own.door.patient.language),
        way=way, own=own, problem=problem, wait_until=wait_until, query=chosen_tongue(request),
        done=next((words for name, words in DONE.items() if name in request.query), ""),
        most=MOST_RECORDS, most_pages=MOST_PAGES, megabytes=LARGEST_RECORD // 1_000_000, largest=LARGEST_RECORD,
    )  # fmt: skip
    return response if way.person else unseen(response)


async def _refuse(request: web.Request, way: Way) -> NoReturn:
    """A link that opens nothing is as one that does not exist; who has not come in is asked for the mobile."""
    if way.person is not None:
        raise web.HTTPSeeOther("/my")
    raise web.HTTPNotFound if await wrong_link(request) == 404 else web.HTTPTooManyRequests


def _back(request: web.Request, way: Way, done: str) -> NoReturn:
    query = chosen_tongue(request)
    raise web.HTTPSeeOther(way.path + query + (f"{'&' if query else '?'}{done}=1" if done else ""))
