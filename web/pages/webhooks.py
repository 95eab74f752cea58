"""What Twilio tells us: delivery receipts and incoming SMS. Unsigned requests get 403 and change nothing.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from aiohttp import web

from core.clinic.send_sms import note_receipt, receive_sms
from web.deps import DEPS, clinic_of
from web.forms import Form, field, read_form


async def status(request: web.Request) -> web.StreamResponse:
    """A delivery receipt (`MessageSid`, `MessageStatus`, `ErrorCode` when it failed)."""
    form = await _signed_form(request)
    await note_receipt(
        clinic_of(request),
        gateway_id=field(form, "MessageSid", longest=64),
        status=field(form, "MessageStatus", longest=32),
        error=form.get("ErrorCode"),
    )
    return web.Response(status=204)


async def sms(request: web.Request) -> web.StreamResponse:
    """An incoming SMS (`MessageSid`, `From`, `Body`), answered with an empty TwiML document: no automatic reply."""
    form = await _signed_form(request)
    await receive_sms(
        clinic_of(request),
        gateway_id=field(form, "MessageSid", longest=64),
        mobile=field(form, "From", longest=32),
        text=field(form, "Body", longest=1600),
    )
    return web.Response(text="<Response/>", content_type="text/xml")


async def _signed_form(request: web.Request) -> Form:
    check = request.app[DEPS].twilio_signature
    if check is None:
        raise web.HTTPForbidden
    form = await read_form(request)
    url = clinic_of(request).policy.public_url + request.path_qs
    if not check(url, form, request.headers.get("X-Twilio-Signature", "")):
        raise web.HTTPForbidden
    return form
