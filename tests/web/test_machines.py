"""Health, metrics, Twilio's webhooks, headers and errors."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from aiohttp import ClientResponse

from core.clinic.send_sms import send_due_sms
from core.ports import SmsGateway
from core.rules.sms import Sms, SmsState
from tests.web.house import PUBLIC_URL, Browser, House, browser, prescription_fields, press
from web.security import HEADERS

SIGNED = {"X-Twilio-Signature": f"signed {PUBLIC_URL}/webhooks/twilio/status"}
STATUS = {"MessageSid": "SM1", "MessageStatus": "delivered"}


class Wire(SmsGateway):
    """Takes every message under the id SM1."""

    async def send(self, sms: Sms) -> str:
        return "SM1"

    async def alive(self) -> bool:
        return True


async def test_health_is_ok_only_when_every_part_is(house: House, stranger: Browser) -> None:
    async def up() -> bool:
        return True

    async def broken() -> bool:
        raise OSError

    house.health.update(sql=house.clinic.ledger.alive, redis=house.clinic.line.alive, sms=up, asterisk=up)
    answer = await stranger.get("/healthz")
    expected = {"status": "ok", "sql": "ok", "redis": "ok", "sms": "ok", "asterisk": "ok"}
    assert (answer.status, await answer.json()) == (200, expected)
    house.health["asterisk"] = broken
    answer = await stranger.get("/healthz")
    assert (answer.status, await answer.json()) == (503, expected | {"status": "down", "asterisk": "down"})


async def test_a_part_that_hangs_is_down(house: House, stranger: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs() -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr("web.health.PATIENCE", 0.01)
    house.health["asterisk"] = hangs
    assert (await stranger.get("/healthz")).status == 503


async def test_metrics_count_requests_by_pattern_and_show_the_line(house: House, stranger: Browser) -> None:
    await stranger.get("/p/AAAAAAAAAAAAAAAAAAAAAA")
    text = await (await stranger.get("/metrics")).text()
    assert 'duravani_http_requests_total{method="GET",route="/p/{secret}",status="404"} 1.0' in text
    assert "AAAAAAAA" not in text
    assert "duravani_waiting 0.0" in text
    assert 'duravani_doctors{state="ready"} 0.0' in text
    assert "duravani_channels 2.0" in text


async def test_twilio_receipt_is_noted_when_signed(house: House, stranger: Browser) -> None:
    await house.talk()
    await send_due_sms(house.clinic, Wire())
    answer = await stranger.post("/webhooks/twilio/status", data=STATUS, headers=SIGNED)
    assert answer.status == 204
    async with house.clinic.ledger.read() as books:
        assert SmsState.DELIVERED in {sms.state for sms in await books.outbox.latest(10)}


async def test_incoming_sms_is_kept_and_answered_once(house: House, stranger: Browser) -> None:
    for _ in range(2):
        answer = await twilio_posts(stranger, "sms", MessageSid="SM7", From="+919876543210", Body="टोकन")
        assert (answer.status, answer.content_type) == (200, "text/xml")
        assert len(ElementTree.fromstring(await answer.text())) == 0  # TwiML that sends nothing: the outbox does
    async with house.clinic.ledger.read() as books:
        assert [sms.text for sms in await books.outbox.latest_received(10)] == ["टोकन"]
        assert [sms.template for sms in await books.outbox.latest(10)] == ["ask_consent"]


@pytest.mark.parametrize("body", ["", "x" * 10_000, "\x00\x1b", "\u202eSTATUS", "😀"])
async def test_whatever_a_person_sends_is_answered(house: House, stranger: Browser, body: str) -> None:
    answer = await twilio_posts(stranger, "sms", MessageSid="SM7", From="+919876543210", Body=body)
    assert answer.status == 200
    async with house.clinic.ledger.read() as books:
        assert len(await books.outbox.latest(10)) == 1


@pytest.mark.parametrize("sid", ["", "SM\x00", "SM7; --", "x" * 65])
async def test_a_message_that_twilio_cannot_have_named(house: House, stranger: Browser, sid: str) -> None:
    answer = await twilio_posts(stranger, "sms", MessageSid=sid, From="+919876543210", Body="TOKEN")
    assert answer.status == 400
    async with house.clinic.ledger.read() as books:
        assert await books.outbox.latest_received(10) == []


@pytest.mark.parametrize(("caller", "kept"), [("+919876543210", "+919876543210"), ("anonymous", None)])
async def test_a_call_is_forwarded_to_our_trunk(house: House, caller: str, kept: str | None) -> None:
    async with browser(replace(house.deps(), twilio_voice_sip="sip:104@sip.example.org")) as client:
        answer = await twilio_posts(client, "voice", CallSid="CA1", From=caller)
        assert (answer.status, answer.content_type) == (200, "text/xml")
        (dial,) = ElementTree.fromstring(await answer.text())
    assert (dial.tag, dial.get("callerId"), dial.get("answerOnBridge")) == ("Dial", kept, "true")
    assert [(sip.tag, sip.text) for sip in dial] == [("Sip", "sip:104@sip.example.org")]


async def test_no_call_is_forwarded_where_no_trunk_is_named(stranger: Browser) -> None:
    assert (await twilio_posts(stranger, "voice", CallSid="CA1", From="+919876543210")).status == 404


@pytest.mark.parametrize(("caller", "owed"), [("+919876543210", ["+919876543210"]), ("+14155552671", []), ("", [])])
async def test_a_missed_call_is_busy_and_called_back(
    house: House, stranger: Browser, caller: str, owed: list[str]
) -> None:
    answer = await twilio_posts(stranger, "missed", CallSid="CA1", From=caller)
    (reject,) = ElementTree.fromstring(await answer.text())
    assert (reject.tag, reject.get("reason")) == ("Reject", "busy")
    async with house.clinic.ledger.read() as books:
        assert [one.mobile for one in await books.calls.owed_call_backs()] == owed


async def twilio_posts(client: Browser, page: str, **fields: str) -> ClientResponse:
    """A signed request to one of the webhooks."""
    headers = {"X-Twilio-Signature": f"signed {PUBLIC_URL}/webhooks/twilio/{page}"}
    return await client.post(f"/webhooks/twilio/{page}", data=fields, headers=headers)


@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": "forged"}])
async def test_unsigned_webhooks_are_refused(house: House, headers: dict[str, str]) -> None:
    fields = STATUS | {"From": "+919876543210", "Body": "TOKEN"}
    async with browser(replace(house.deps(), twilio_voice_sip="sip:104@sip.example.org")) as client:
        for page in ("status", "sms", "voice", "missed"):
            answer = await client.post(f"/webhooks/twilio/{page}", data=fields, headers=headers)
            assert answer.status == 403
    async with house.clinic.ledger.read() as books:
        assert await books.outbox.latest_received(10) == []
        assert await books.calls.owed_call_backs() == []


async def test_without_twilio_its_webhooks_refuse_everything(house: House) -> None:
    async with browser(replace(house.deps(), twilio_signature=None)) as client:
        for page in ("status", "sms", "voice", "missed"):
            assert (await twilio_posts(client, page, From="+919876543210")).status == 403


async def test_every_answer_carries_the_security_headers(stranger: Browser) -> None:
    for address in ("/login", "/nowhere", "/healthz", "/static/panel.css", "/"):
        answer = await stranger.get(address, allow_redirects=False)
        for name in set(HEADERS) - {"Referrer-Policy"}:
            assert answer.headers[name] == HEADERS[name]
        assert "Server" not in answer.headers


async def test_errors_are_calm(house: House, stranger: Browser, doctor: Browser) -> None:
    missing = await stranger.get("/nowhere")
    assert (missing.status, "There is nothing here" in await missing.text()) == (404, True)
    wrong = await stranger.delete("/login")
    assert (wrong.status, "cannot be done here" in await wrong.text()) == (405, True)
    consultation = await house.after_talk()
    huge = await press(doctor, "/doctor/prescribe", prescription_fields(consultation, advice="a" * 70_000))
    assert huge.status == 413
    upload = await doctor.post("/doctor/ready", data=b"x", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert upload.status == 400


async def test_metrics_go_on_without_a_part_that_is_down(house: House) -> None:
    async def broken() -> Mapping[str, float]:
        raise RuntimeError

    async with browser(replace(house.deps(), gauges=broken)) as client:
        answer = await client.get("/metrics")
        text = await answer.text()
    assert answer.status == 200
    assert "duravani_waiting 0.0" in text


async def test_an_unexpected_error_tells_nothing(house: House) -> None:
    def broken(*_: object) -> bool:
        raise RuntimeError("secret detail")

    async with browser(replace(house.deps(), twilio_signature=broken)) as client:
        answer = await client.post("/webhooks/twilio/status", data=STATUS, headers=SIGNED)
        page = await answer.text()
    assert answer.status == 500
    assert "Something went wrong on our side" in page
    assert "secret" not in page
