"""By SMS alone, on the real program: Twilio's signed requests in, its API out, and the call that they lead to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from xml.etree import ElementTree

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from core.rules.patient import Patient
from core.rules.token import TokenState
from tests.adapters.test_twilio import SECRET, SID, Twilio
from tests.live.instance import Instance, instance
from tests.live.town import Villager, visit

pytestmark = pytest.mark.live
TRUNK = "sip:104@sip.example.org"


class TwilioWithNumber(Twilio):
    """Twilio's API, and the requests that it makes to us when somebody writes or rings."""

    def __init__(self) -> None:
        super().__init__()
        self.service = ""
        self._messages = 0
        self._out: asyncio.Queue[dict[str, str]] = asyncio.Queue()

    async def create(self, request: web.Request) -> web.Response:
        answer = await super().create(request)
        self._out.put_nowait(self.sent[-1])
        return answer

    async def posts(self, page: str, *, secret: str = SECRET, **fields: str) -> tuple[int, str]:
        """A signed request to one of our webhooks: status and what was answered."""
        url = f"{self.service}/webhooks/twilio/{page}"
        signature = RequestValidator(secret).compute_signature(url, fields)
        async with (
            aiohttp.ClientSession(headers={"X-Twilio-Signature": signature}) as session,
            session.post(url, data=fields) as answer,
        ):
            return answer.status, await answer.text()

    async def takes(self, mobile: str, text: str) -> str:
        """An SMS from this mobile, and the one that answers it."""
        self._messages += 1
        status, _ = await self.posts("sms", MessageSid=f"SM{self._messages}", From=mobile, Body=text)
        assert status == 200
        out = await self._out.get()
        assert out["To"] == mobile
        return out["Body"]


@asynccontextmanager
async def rented_number() -> AsyncIterator[tuple[TwilioWithNumber, Instance]]:
    """The program with a Twilio account."""
    twilio = TwilioWithNumber()
    async with (
        TestServer(twilio.app()) as api,
        instance(
            twilio_account_sid=SID, twilio_auth_token=SECRET, twilio_from="DURVNI", twilio_voice_sip=TRUNK,
            twilio_api=str(api.make_url("/")),
        ) as service,
    ):  # fmt: skip
        twilio.service = service.url
        yield twilio, service


async def test_everything_by_sms() -> None:
    async with rented_number() as (twilio, service), visit(service) as town:
        doctor, villager = await town.physician(), await town.stranger()
        assert "मंज़ूर" in await twilio.takes(villager.number, "टोकन")
        assert "नाम" in await twilio.takes(villager.number, "हाँ")
        assert "उम्र" in await twilio.takes(villager.number, "सुनीता देवी")
        assert "औरत" in await twilio.takes(villager.number, "चौंतीस ३४")
        assert "पिन कोड" in await twilio.takes(villager.number, "औरत")
        assert "नहीं मिला" in await twilio.takes(villager.number, "999999")
        assert "डॉक्टर" in await twilio.takes(villager.number, town.pin_code)
        spoken = await twilio.takes(villager.number, "1")
        (patient,) = await _patients(service, villager)
        villager.patient = patient
        token = await villager.token()
        assert token.number in spoken
        assert patient.code in spoken
        assert patient.name == "सुनीता देवी"

        assert f"टोकन {token.number} लाइन में है" in await twilio.takes(villager.number, "कब?")
        assert f"{token.number} रद्द" in await twilio.takes(villager.number, "रद्द")
        assert (await villager.token()).state is TokenState.CANCELLED
        assert patient.code in await twilio.takes(villager.number, "आईडी")

        await twilio.takes(villager.number, "टोकन")
        spoken = await twilio.takes(villager.number, "1")
        assert (await villager.token()).number in spoken
        await doctor.ready()
        await villager.phone.ringing()  # their turn has come


async def test_a_rented_number_is_forwarded_or_called_back() -> None:
    async with rented_number() as (twilio, service), visit(service) as town:
        villager = await town.stranger()
        assert (await twilio.posts("missed", secret="forged", From=villager.number))[0] == 403
        (dial,) = ElementTree.fromstring((await twilio.posts("voice", From=villager.number))[1])
        assert (dial.get("callerId"), dial.findtext("Sip")) == (villager.number, TRUNK)
        status, answer = await twilio.posts("missed", From=villager.number)
        assert (status, ElementTree.fromstring(answer)[0].tag) == (200, "Reject")
        await villager.phone.ringing()


async def _patients(service: Instance, villager: Villager) -> Sequence[Patient]:
    async with service.clinic.ledger.read() as books:
        return await books.patients.of_mobile(villager.number)
