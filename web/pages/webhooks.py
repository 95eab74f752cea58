"""What Twilio tells us and asks us: SMS and their receipts, calls and missed calls on numbers rented there.

Unsigned requests get 403 and change nothing. Answers are TwiML, made by Twilio's own library.
https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

import re

from aiohttp import web
from twilio.twiml import TwiML  # type: ignore[import-untyped]
from twilio.twiml.messaging_response import MessagingResponse  # type: ignore[import-untyped]
from twilio.twiml.voice_response import Dial, VoiceResponse  # type: ignore[import-untyped]

from core.clinic.by_sms.receive import receive_sms
from core.clinic.send_sms import note_receipt
from core.clinic.take_missed_call import take_missed_call
from core.rules.mobile import indian_mobile
from web.deps import DEPS, clinic_of
from web.forms import LARGEST_BODY, Form, field

_SID = re.compile(r"[A-Za-z0-9]{1,64}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


async def status(request: web.Request) -> web.StreamResponse:
    """A delivery receipt (`MessageSid`, `MessageStatus`, `ErrorCode` when it failed)."""
    form = await _signed_form(request)
    await note_receipt(
        clinic_of(request),
        gateway_id=_sid(form),
        status=field(form, "MessageStatus", longest=32),
        error=form.get("ErrorCode"),
    )
    return web.Response(status=204)


async def sms(request: web.Request) -> web.StreamResponse:
    """An incoming SMS (`MessageSid`, `From`, `Body`). It is answered from the outbox, so the TwiML is empty."""
    form = await _signed_form(request)
    await receive_sms(
        clinic_of(request),
        gateway_id=_sid(form),
        mobile=field(form, "From", longest=64),
        text=field(form, "Body", longest=LARGEST_BODY),
    )
    return _twiml(MessagingResponse())


async def voice(request: web.Request) -> web.StreamResponse:
    """A call (`From`) to a number whose calls we take: forwarded to our trunk as if it had been dialled there.

    The caller's number is kept, for it is who they are (S3). `answerOnBridge`: until we answer they hear it ring, and
    a call that we do not answer costs them nothing. 404 where no trunk was named for it.
    """
    form = await _signed_form(request)
    trunk = request.app[DEPS].twilio_voice_sip
    if not trunk:
        raise web.HTTPNotFound
    caller = field(form, "From", longest=64)
    dial = Dial(answer_on_bridge=True, **({"caller_id": caller} if _E164.fullmatch(caller) else {}))
    dial.sip(trunk)
    response = VoiceResponse()
    response.append(dial)
    return _twiml(response)


async def missed(request: web.Request) -> web.StreamResponse:
    """A call (`From`) to a number that is never answered (S1): busy, which costs nothing, and then we call back."""
    form = await _signed_form(request)
    mobile = indian_mobile(field(form, "From", longest=64))
    if mobile is not None:  # T14: nobody else is called back
        await take_missed_call(clinic_of(request), mobile)
    response = VoiceResponse()
    response.reject(reason="busy")
    return _twiml(response)


def _twiml(response: TwiML) -> web.Response:
    return web.Response(text=str(response), content_type="text/xml")


async def _signed_form(request: web.Request) -> Form:
    """The fields, whatever characters a person sent, if Twilio signed them; else HTTP 403."""
    check = request.app[DEPS].twilio_signature
    if check is None:
        raise web.HTTPForbidden
    form = await _form(request)
    url = clinic_of(request).policy.public_url + request.path_qs
    if not check(url, form, request.headers.get("X-Twilio-Signature", "")):
        raise web.HTTPForbidden
    return form


async def _form(request: web.Request) -> Form:
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPBadRequest
    try:
        return await request.post()  # type: ignore[return-value]  # of this content type all values are text
    except (ValueError, LookupError, web.RequestPayloadError) as error:
        raise web.HTTPBadRequest from error


def _sid(form: Form) -> str:
    """Twilio's name for the message."""
    sid = field(form, "MessageSid", longest=64)
    if not _SID.fullmatch(sid):
        raise web.HTTPBadRequest
    return sid
