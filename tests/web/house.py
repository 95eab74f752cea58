"""A small real clinic for the web's tests: SQLite, Valkey, the real paper and formulary, one doctor, one operator."""

import asyncio
import re
import shutil
import wave
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request
from redis.asyncio import Redis

from config.tables import load_dose_words, load_formulary, load_paper_words, load_sms_templates, load_states
from core.adapters.geography import PinCodes
from core.adapters.line import EmbeddedValkey, RedisLine
from core.adapters.pdf import Letterhead, PaperTables, ReportlabPrinter
from core.adapters.records import ChildPageMaker
from core.adapters.sql import SqlLedger, migrate
from core.adapters.timeline import LedgerTimeline
from core.clinic.admin.register_pharmacy import RegisteredPharmacy, register_pharmacy
from core.clinic.bring_together import begin_consultation
from core.clinic.clinic import Clinic, Policy
from core.clinic.doctor_ready import doctor_ready
from core.clinic.hire import HiredDoctor, HiredOperator, add_doctor, add_operator
from core.clinic.register_patient import Registration, register_patient
from core.clinic.sign_in import open_session
from core.clinic.take_token import take_token
from core.clinic.talk import begin_talk, end_talk
from core.ports import NEW
from core.rules.call_back import Caps
from core.rules.consultation import Consultation
from core.rules.health_record import HealthRecord, SentAs
from core.rules.opd import Opd
from core.rules.patient import Gender, Patient, Relation
from core.rules.pharmacy import Person
from tests.papers_sent import photo
from web.deps import WebDeps
from web.routes import make_app

Browser = TestClient[Request, Application]
ZONE = ZoneInfo("Asia/Kolkata")
PUBLIC_URL = "http://duravani.test"
LANGUAGES = ("hi", "en")
# Read once for all houses.
STATES, FORMULARY, DOSE_WORDS, PAPER_WORDS = load_states(), load_formulary(), load_dose_words(), load_paper_words()
PIN_CODES = PinCodes(STATES)
SMS = load_sms_templates(languages=LANGUAGES, clinic_name="Duravani", public_url=PUBLIC_URL)


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


@dataclass
class House:
    """The clinic, who works there, and what a visitor needs to come in."""

    clinic: Clinic
    clock: HandClock
    doctor: HiredDoctor
    operator: HiredOperator
    home: Path
    health: dict[str, Callable[[], Awaitable[bool]]] = field(default_factory=dict)

    def deps(self, *, secure_cookies: bool = False, trust_proxy: bool = False) -> WebDeps:
        return WebDeps(
            clinic=self.clinic,
            health=self.health,
            recordings=self.home,
            states=STATES,
            secure_cookies=secure_cookies,
            trust_proxy=trust_proxy,
            gauges=_two_channels,
            twilio_signature=lambda url, _form, signature: signature == f"signed {url}",
        )

    async def second_doctor(self) -> HiredDoctor:
        return await hire_doctor(self.clinic, "vikram", "Dr. Vikram Rao")

    async def pharmacy(self, *, verified: bool = True) -> RegisteredPharmacy:
        return await register_pharmacy(
            self.clinic,
            login="jan-aushadhi",
            name="Jan Aushadhi Kendra",
            licence_number="RJ-20B-12345",
            authority="Drugs Control Rajasthan",
            phone="0141 2345678",
            verified=verified,
        )

    async def patient(self, mobile: str = "+919876543210") -> Patient:
        recording = self.home / "spoken"
        with wave.open(f"{recording}.wav", "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
            sound.writeframes(b"\0\1" * 4000)
        return await register_patient(
            self.clinic,
            Registration(mobile, Relation.SELF, Gender.WOMAN, 34, "305001", "hi", name_recording=str(recording)),
        )

    async def record(self, patient: Patient) -> HealthRecord:
        """They have sent a photo and a PDF of two pages; the latter."""
        now, who = self.clock.now(), f"mobile:{patient.mobile}"
        async with self.clinic.ledger.write() as books:
            for kind, count in ((SentAs.JPEG, 1), (SentAs.PDF, 2)):
                record = HealthRecord(NEW, patient.id, kind, count, kind, now, who)
                record = await books.health_records.add(record, [photo()] * count)
        return record

    async def match(self, patient: Patient, doctor: HiredDoctor | None = None) -> Consultation:
        """The doctor is ready, the patient takes a token: the card is on the panel, nobody has talked yet."""
        await doctor_ready(self.clinic, (doctor or self.doctor).doctor.id)
        await take_token(self.clinic, patient, "general")
        match = await self.clinic.line.next_match(5)
        assert match is not None
        consultation = await begin_consultation(self.clinic, match)
        assert consultation is not None
        return consultation

    async def talk(self, patient: Patient | None = None) -> Consultation:
        """They talk."""
        consultation = await self.match(patient or await self.patient())
        return await begin_talk(self.clinic, consultation, "patient-leg", "doctor-leg")

    async def after_talk(self, patient: Patient | None = None) -> Consultation:
        """They have talked; the doctor writes."""
        consultation = await self.talk(patient)
        await end_talk(self.clinic, consultation)
        return consultation


@asynccontextmanager
async def open_house(home: Path, model: House | None = None, redis_url: str = "") -> AsyncIterator[House]:
    """Everything real, in an empty folder, ended at the end.

    A copy of the (closed) `model` saves making tables and hashing passwords, a server at `redis_url`, which is emptied,
    to start one.
    """
    url = f"sqlite:///{home / 'clinic.db'}"
    if model is None:
        await migrate(url)
    else:
        for file in model.home.glob("clinic.db*"):
            shutil.copy(file, home)
    valkey = None if redis_url else EmbeddedValkey()
    if valkey is None:
        async with Redis.from_url(redis_url) as redis:
            await redis.flushall()
    else:
        redis_url = await valkey.start(home)
    ledger, line, clock = SqlLedger.open(url), RedisLine.open(redis_url), HandClock()
    try:
        clinic = Clinic(
            ledger=ledger,
            line=line,
            clock=clock,
            printer=ReportlabPrinter(
                Letterhead("Duravani", "1800-000-000", ZONE, PUBLIC_URL),
                PaperTables(PAPER_WORDS, DOSE_WORDS, STATES),
                None,
            ),
            geography=PIN_CODES,
            timeline=LedgerTimeline(ledger, line, clock),
            sms=SMS,
            policy=policy(),
            page_maker=ChildPageMaker(),
        )
        if model is not None:
            yield House(clinic, clock, model.doctor, model.operator, home)
        else:
            doctor = await hire_doctor(clinic, "asha", "Dr. Asha Verma")
            operator = await add_operator(clinic, login="meena", name="Meena Joshi")
            yield House(clinic, clock, doctor, operator, home)
    finally:
        await line.close()
        if valkey is not None:
            await valkey.stop()
        await ledger.close()


def build_model(home: Path) -> House:
    """A house with its people, closed again."""

    async def build() -> House:
        async with open_house(home) as house:
            return house

    return asyncio.run(build())


def policy() -> Policy:
    return Policy(
        clinic_name="Duravani",
        time_zone=ZONE,
        languages=LANGUAGES,
        opds={"general": Opd("general", dict.fromkeys(range(7), (time(0), time(0))))},
        states=tuple(state.code for state in STATES),
        formulary=FORMULARY,
        public_url=PUBLIC_URL,
        notice_version="1",
        family_limit=8,
        token_digits=4,
        link_days=30,
        call_backs=Caps(per_hour=3, per_day=8, per_hour_in_all=2000),
        dose_words=DOSE_WORDS,
    )


async def hire_doctor(clinic: Clinic, login: str, name: str) -> HiredDoctor:
    return await add_doctor(
        clinic,
        login=login,
        name=name,
        qualification="MBBS, MD",
        registration_number="RMC-12345",
        council="Rajasthan Medical Council",
        contact="+91 141 555 0100",
        opds=["general"],
        languages=["hi", "en"],
        states=["RJ"],
    )


@asynccontextmanager
async def browser(deps: WebDeps) -> AsyncIterator[Browser]:
    """A browser with an empty cookie jar in front of a served application."""
    async with TestClient(TestServer(make_app(deps))) as client:
        client.session.headers["Accept-Language"] = "en"
        yield client


@asynccontextmanager
async def session_of(house: House, person: Person) -> AsyncIterator[Browser]:
    """A browser of somebody who has signed in before: a password costs as much as all that most tests do."""
    secret, _ = await open_session(house.clinic, person)
    async with browser(house.deps()) as client:
        client.session.cookie_jar.update_cookies({"duravani": secret}, client.make_url("/"))
        yield client


async def sign_in(client: Browser, login: str, password: str) -> ClientResponse:
    """Through the form, as a person does; the answer before any redirect is followed."""
    token = csrf_in(await (await client.get("/login")).text())
    fields = {"csrf": token, "login": login, "password": password}
    return await client.post("/login", data=fields, allow_redirects=False)


async def press(client: Browser, address: str, fields: Mapping[str, object] | None = None) -> ClientResponse:
    """Post to this address with the token that stands in the first page."""
    token = csrf_in(await (await client.get("/")).text())
    return await client.post(address, data={"csrf": token, **(fields or {})}, allow_redirects=False)


def csrf_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found.group(1)


def prescription_fields(consultation: Consultation, **changes: str) -> dict[str, str]:
    """What a browser posts for a good prescription with one medicine."""
    fields = {
        "consultation": str(consultation.id),
        "patient_name": "",
        "complaint": "Fever for two days",
        "history": "",
        "findings": "",
        "diagnosis": "Viral fever",
        "generic": "paracetamol",
        "form": "tablet",
        "strength": "500 mg",
        "frequency": "1-0-1",
        "days": "3",
        "food": "",
        "repeats": "",
        "instructions": "after food",
        "acknowledged": "",
        "answers": "",
        "allergies": "",
        "current_medicines": "",
        "tests": "",
        "advice": "Rest and drink enough",
        "weight_kg": "",
        "last_period": "",
        "mode": "audio",
        "do": "sign",
    }
    return fields | changes


async def _two_channels() -> Mapping[str, float]:
    return {"channels": 2}
