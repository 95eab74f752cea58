"""The Twilio gateway against a local server that behaves as Twilio's API: credentials, fields, errors, receipts."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import MultiDict, MultiDictProxy
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from core.adapters.sms.twilio_gateway import TwilioAccount, TwilioGateway
from core.ports import SmsDelayed, SmsRefused
from core.rules.sms import Sms

pytestmark = [  # what the library does inside
    pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:The 'auth' parameter:DeprecationWarning"),
]
SID, SECRET = "AC" + "0" * 32, "not-a-real-token"
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
SMS = Sms(7, "token:17", "+919876543210", "token", "hi", "आपका टोकन 4821 है।", "1107000000000000001", NOW)
BAD = {
    "+15005550001": (400, 21211, "Invalid 'To' Phone Number"),
    "+15005550004": (400, 21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (400, 21614, "'To' number is not a valid mobile number"),
    "+15005550429": (429, 20429, "Too Many Requests"),
    "+15005550503": (503, 20503, "Service unavailable"),
}
"""Numbers that this Twilio answers with an error, as the real one's magic numbers do."""


@dataclass
class Twilio:
    """What the server took, and whom it rang back."""

    sent: list[dict[str, str]] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", self.create)
        app.router.add_get("/2010-04-01/Accounts/{sid}.json", self.account)
        return app

    def authorised(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == "Basic " + b64encode(f"{SID}:{SECRET}".encode()).decode()

    async def account(self, request: web.Request) -> web.Response:
        if not self.authorised(request):
            return error(401, 20003, "Authenticate")
        return web.json_response({"sid": request.match_info["sid"], "status": "active"})

    async def create(self, request: web.Request) -> web.Response:
        if not self.authorised(request):
            return error(401, 20003, "Authenticate")
        form = {key: str(value) for key, value in (await request.post()).items()}
        if form["To"] in BAD:
            return error(*BAD[form["To"]])
        if not form.get("Body"):
            return error(400, 21602, "Message body is required")
        if not ({"From", "MessagingServiceSid"} & form.keys()):
            return error(400, 21603, "A 'From' phone number is required")
        self.sent.append(form)
        return web.json_response({"sid": f"SM{len(self.sent):032d}", "status": "queued", "to": form["To"]}, status=201)


def error(status: int, code: int, message: str) -> web.Response:
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more_info, "status": status}
    return web.json_response(body, status=status)


@pytest.fixture
def twilio() -> Twilio:
    return Twilio()


@pytest.fixture
async def account(twilio: Twilio) -> AsyncIterator[TwilioAccount]:
    server = TestServer(twilio.app())
    await server.start_server()
    yield TwilioAccount(
        SID, SECRET, "DURVNI", "https://duravani.example.in/webhooks/twilio/status", str(server.make_url("/"))
    )
    await server.close()


async def test_a_message_goes_out_exactly_as_registered(twilio: Twilio, account: TwilioAccount) -> None:
    async with TwilioGateway(account) as gateway:
        assert await gateway.send(SMS) == "SM" + "1".zfill(32)
    assert twilio.sent == [
        {"To": SMS.mobile, "From": "DURVNI", "Body": SMS.text, "StatusCallback": account.status_callback}
    ]  # fmt: skip


async def test_a_messaging_service_instead_of_a_sender(twilio: Twilio, account: TwilioAccount) -> None:
    service = "MG" + "1" * 32
    async with TwilioGateway(replace(account, sender=service)) as gateway:
        await gateway.send(SMS)
    assert twilio.sent[0]["MessagingServiceSid"] == service
    assert "From" not in twilio.sent[0]


@pytest.mark.parametrize(("mobile", "raised"), [
    ("+15005550001", SmsRefused),
    ("+15005550004", SmsRefused),
    ("+15005550009", SmsRefused),
    ("+15005550429", SmsDelayed),
    ("+15005550503", SmsDelayed),
])  # fmt: skip
async def test_errors(account: TwilioAccount, mobile: str, raised: type[Exception]) -> None:
    status, code, message = BAD[mobile]
    async with TwilioGateway(account) as gateway:
        with pytest.raises(raised, match=f"Twilio {status}, {code}: .*{message}"):
            await gateway.send(replace(SMS, mobile=mobile))


async def test_wrong_credentials_are_mended_not_given_up(twilio: Twilio, account: TwilioAccount) -> None:
    async with TwilioGateway(replace(account, auth_token="wrong")) as gateway:
        with pytest.raises(SmsDelayed, match="20003"):
            await gateway.send(SMS)
        assert not await gateway.alive()
    assert twilio.sent == []


async def test_alive(account: TwilioAccount) -> None:
    async with TwilioGateway(account) as gateway:
        assert await gateway.alive()


async def test_nobody_there(unused_tcp_port: int, account: TwilioAccount) -> None:
    async with TwilioGateway(replace(account, base_url=f"http://127.0.0.1:{unused_tcp_port}")) as gateway:
        with pytest.raises(SmsDelayed, match="cannot be reached"):
            await gateway.send(SMS)
        assert not await gateway.alive()


async def test_a_server_that_breaks_off_or_talks_nonsense(account: TwilioAccount) -> None:
    async def nonsense(request: web.Request) -> web.Response:
        return web.Response(text="<html>proxy error", status=502)

    async def break_off(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    for handler in (nonsense, break_off):
        app = web.Application()
        app.router.add_route("*", "/{any:.*}", handler)
        async with TestServer(app) as server:
            gateway = TwilioGateway(replace(account, base_url=str(server.make_url("/"))))
            with pytest.raises(SmsDelayed):
                await gateway.send(SMS)
            await gateway.close()


async def test_a_receipt_is_believed_only_when_signed(account: TwilioAccount) -> None:
    """Twilio rings our webhook back; a web server takes it and asks the gateway whether it is signed."""
    taken: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()
    public = account.status_callback

    async def webhook(request: web.Request) -> web.Response:
        form = MultiDictProxy(MultiDict((key, str(value)) for key, value in (await request.post()).items()))
        taken.put_nowait((form["MessageStatus"], gateway.signed(public, form, request.headers["X-Twilio-Signature"])))
        return web.Response()

    app = web.Application()
    app.router.add_post("/webhooks/twilio/status", webhook)
    receipt = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": SMS.mobile, "ErrorCode": ""}
    good = RequestValidator(SECRET).compute_signature(public, receipt)
    other = RequestValidator("another").compute_signature(public, receipt)
    async with TestServer(app) as server, TwilioGateway(account) as gateway, aiohttp.ClientSession() as session:
        for form, signature in ((receipt, good), (receipt, other), (receipt | {"MessageStatus": "failed"}, good)):
            url = server.make_url("/webhooks/twilio/status")
            async with session.post(url, data=form, headers={"X-Twilio-Signature": signature}) as answer:
                assert answer.status == 200
    assert [taken.get_nowait() for _ in range(3)] == [("delivered", True), ("delivered", False), ("failed", False)]
