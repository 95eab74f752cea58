"""A whole clinic on real parts (SQLite, Valkey, phrasebooks, tables) with a scripted telephone, and what must hold."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from config.opds import load_opds
from config.tables import HERE, load_dose_words, load_formulary, load_paper_words, load_sms_templates, load_states
from core.adapters.geography import PinCodes
from core.adapters.line import RedisLine
from core.adapters.pdf import Letterhead, PaperTables, ReportlabPrinter
from core.adapters.sql import SqlLedger
from core.adapters.voice.prepare import load_phrasebooks
from core.clinic.clinic import Clinic, Policy
from core.clinic.doctor_ready import doctor_ready
from core.clinic.keep_time import sweep_line
from core.clinic.rebuild_line import rebuild_line
from core.clinic.register_patient import Registration, register_patient
from core.ports import NEW, Ledger
from core.rules.call_back import Caps
from core.rules.consultation import Consultation
from core.rules.patient import Caller, Gender, Patient, Relation
from core.rules.records import CallBack, CallEvent
from core.rules.sms import Sms
from core.rules.staff import Doctor, DoctorState, Operator, Verification
from core.rules.token import ACTIVE, Token, TokenState
from ivr.desk import Desk
from ivr.pace import Pace
from ivr.patient_call import patient_call
from ivr.reception import Reception
from ivr.router import Router
from tests.flows.telephone import SOON, Answers, ScriptedCall, ScriptedExchange

INDIA = ZoneInfo("Asia/Kolkata")
LANGUAGES = ("hi", "en")
# Read once for all houses.
STATES, FORMULARY, DOSE_WORDS, PAPER_WORDS = load_states(), load_formulary(), load_dose_words(), load_paper_words()
PIN_CODES = PinCodes(STATES)
PHRASEBOOKS = load_phrasebooks(HERE / "prompts", LANGUAGES)
OPDS = load_opds(HERE / "opds.toml")
PUBLIC_URL = "http://127.0.0.1:8080"
SMS = load_sms_templates(languages=LANGUAGES, clinic_name="Duravani", public_url=PUBLIC_URL)
MOBILE, OTHER_MOBILE = "+919876543210", "+919876500000"
QUICK = Pace(busy_pause=0.0, between_redials=0.0)

NEW_PATIENT: Answers = {
    "language_choice": "1",
    "notice_consent": "1",
    "for_whom": "1",
    "age": "34",
    "gender": "2",
    "pin_code": "302001",
    "opd_choice_general": "1",
    "pregnant": "2",
}
"""A man of 34 in Jaipur; what happens with his token is up to the test."""


class Now:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # a Tuesday, 10:30 in Jaipur

    def now(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


class Story:
    """A timeline that keeps what it was told."""

    def __init__(self, clock: Now) -> None:
        self.events: list[CallEvent] = []
        self._clock = clock

    def note(self, call_id: str, kind: str, detail: str = "") -> None:
        self.events.append(CallEvent(call_id, self._clock.now(), kind, detail))


@dataclass
class House:
    """The clinic, its telephone, and short words for what tests do with them."""

    clinic: Clinic
    desk: Desk
    exchange: ScriptedExchange
    reception: Reception
    router: Router
    clock: Now
    story: Story
    forget_line: Callable[[], Awaitable[object]]

    # What happens

    def dial(self, caller: str = MOBILE, answers: Answers | None = None) -> ScriptedCall:
        """A patient calls."""
        call = self.exchange.dials(caller, "104", answers or {})
        self.reception.converse(call, "patient", patient_call(self.desk, call))
        return call

    async def whole_call(self, answers: Answers, caller: str = MOBILE) -> ScriptedCall:
        """A patient's call from its first ring to its last word."""
        call = self.dial(caller, answers)
        await self.quiet()
        assert not call.up
        return call

    async def quiet(self) -> None:
        """Returns when every conversation and consultation is over."""
        async with asyncio.timeout(SOON):
            await self.reception.idle()

    async def doctor(self, login: str = "asha", *, ready: bool = True, opds: tuple[str, ...] = ("general",)) -> Doctor:
        """A doctor, who wants patients."""
        async with self.clinic.ledger.write() as books:
            doctor = await books.staff.add_doctor(
                Doctor(
                    NEW, login, f"Dr. {login.title()}", "MBBS", "12345", "Rajasthan Medical Council", "104", opds,
                    LANGUAGES, (), f"doctor-{login}", "0" * 32, "$argon2id$", self.clock.now(),
                    verification=Verification.VERIFIED,
                )
            )  # fmt: skip
        if ready:
            await doctor_ready(self.clinic, doctor.id)
        return doctor

    async def operator(self, login: str = "meena", *, available: bool = True) -> Operator:
        """Somebody at the call centre."""
        async with self.clinic.ledger.write() as books:
            return await books.staff.add_operator(
                Operator(
                    NEW, login, login.title(), f"operator-{login}", "0" * 32, "$argon2id$", self.clock.now(), available
                )
            )

    async def patient(
        self,
        mobile: str = MOBILE,
        *,
        gender: Gender = Gender.MAN,
        age: int = 34,
        name: str | None = None,
        language: str = "hi",
    ) -> Patient:
        """Somebody who has called before."""
        async with self.clinic.ledger.write() as books:
            notice = self.clinic.policy.notice_version
            await books.callers.save(Caller(mobile, language, notice, self.clock.now(), "leg-0"))
        registration = Registration(mobile, Relation.SELF, gender, age, "302001", language, name)
        return await register_patient(self.clinic, registration)

    def with_policy(self, **changes: object) -> None:
        """Another deployment's decisions, from now on."""
        self._with(replace(self.clinic, policy=replace(self.clinic.policy, **changes)))  # type: ignore[arg-type]

    def with_ledger(self, ledger: Ledger) -> None:
        """Another way to the same database, from now on."""
        self._with(replace(self.clinic, ledger=ledger))

    def _with(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.desk = self.reception.desk = replace(self.desk, clinic=clinic)

    def with_ambulance(self, number: str) -> None:
        """A trunk that allows emergency calls."""
        self.desk = self.reception.desk = replace(self.desk, ambulance=number)

    def pace(self, **seconds: float) -> None:
        """Other time-outs, from now on."""
        self.desk = self.reception.desk = replace(self.desk, pace=replace(self.desk.pace, **seconds))

    async def lose_line(self) -> None:
        """Redis forgets everything, and the line is made anew from the ledger."""
        await self.forget_line()
        await rebuild_line(self.clinic)
        await sweep_line(self.clinic)

    # What is

    async def tokens(self) -> list[Token]:
        async with self.clinic.ledger.read() as books:
            return sorted(await books.tokens.in_states(*TokenState), key=lambda token: token.id)

    async def token(self) -> Token:
        (token,) = await self.tokens()
        return token

    async def patients(self, mobile: str = MOBILE) -> list[Patient]:
        async with self.clinic.ledger.read() as books:
            return list(await books.patients.of_mobile(mobile))

    async def sms(self) -> list[Sms]:
        """Oldest first."""
        async with self.clinic.ledger.read() as books:
            return list(reversed(await books.outbox.latest(100)))

    async def sms_templates(self) -> list[str]:
        return [sms.template for sms in await self.sms()]

    async def call_backs(self) -> list[CallBack]:
        async with self.clinic.ledger.read() as books:
            return list(await books.calls.owed_call_backs())

    async def open_consultations(self) -> list[Consultation]:
        async with self.clinic.ledger.read() as books:
            return list(await books.consultations.all_open())

    async def state_of(self, doctor: Doctor) -> DoctorState:
        server = await self.clinic.line.state(doctor.id)
        return server.state if server else DoctorState.PAUSED

    async def becomes(self, doctor: Doctor, state: DoctorState) -> None:
        """Returns when the line says so."""
        async with asyncio.timeout(SOON), self.clinic.line.listen("clinic") as events:
            while await self.state_of(doctor) is not state:
                await anext(events)

    async def legs_are(self, consultation_id: int, patient: ScriptedCall, doctor: ScriptedCall) -> None:
        """The ledger knows who talks, so that a restart finds them."""
        async with self.clinic.ledger.read() as books:
            consultation = await books.consultations.get(consultation_id)
        assert (consultation.patient_call, consultation.doctor_call) == (patient.id, doctor.id)

    def names(self) -> list[Path]:
        """Recorded names that are kept."""
        return list(self.desk.recordings.glob("name-*"))

    # What must hold

    async def check(self) -> None:
        """The invariants, once nothing goes on any more."""
        assert [leg.id for leg in self.exchange.legs if leg.up] == []
        assert [room.id for room in self.exchange.rooms if room.open] == []
        assert len(self.desk.waiting) == 0
        assert not self.desk.busy_operators
        await self._check_calls()
        await self._check_tokens()

    async def _check_calls(self) -> None:
        """Every leg was logged, and its end too (T7)."""
        async with self.clinic.ledger.read() as books:
            for leg in self.exchange.legs:
                record = await books.calls.get(leg.id)
                assert record is not None, leg.id
                assert record.ended_at is not None, record

    async def _check_tokens(self) -> None:
        """Ledger and line agree; nobody is being called or talking when nothing goes on."""
        open_of = {consultation.token_id: consultation for consultation in await self.open_consultations()}
        for token in await self.tokens():
            place = await self.clinic.line.place(token.id)
            if token.state is TokenState.WAITING:
                assert token.id not in open_of
                assert place is not None or await self._is_claimed(token), token
            elif token.state in ACTIVE:
                assert token.state is TokenState.WRITING
                server = await self.clinic.line.state(open_of[token.id].doctor_id)
                assert server is not None
                assert (server.state, server.token_id) == (DoctorState.WRITING, token.id)
            else:
                assert place is None
                assert token.id not in open_of

    async def _is_claimed(self, token: Token) -> bool:
        """The line has a doctor for it, and nobody has looked at that match yet."""
        async with self.clinic.ledger.read() as books:
            servers = [await self.clinic.line.state(doctor.id) for doctor in await books.staff.doctors()]
        return any(server and server.token_id == token.id for server in servers)


@asynccontextmanager
async def open_house(
    folder: Path, line: RedisLine, ledger: SqlLedger, forget_line: Callable[[], Awaitable[object]]
) -> AsyncIterator[House]:
    """A clinic that works, with its router; everything in it ends with the block, and the invariants are checked."""
    before = asyncio.all_tasks()
    clock = Now()
    story = Story(clock)
    policy = Policy(
        clinic_name="Duravani", time_zone=INDIA, languages=LANGUAGES, opds=OPDS,
        states=tuple(state.code for state in STATES), formulary=FORMULARY, public_url=PUBLIC_URL,
        notice_version="1", family_limit=4, token_digits=4, link_days=30,
        call_backs=Caps(per_hour=3, per_day=8, per_hour_in_all=2000), dose_words=DOSE_WORDS,
    )  # fmt: skip
    clinic = Clinic(
        ledger=ledger, line=line, clock=clock,
        printer=ReportlabPrinter(
            Letterhead("Duravani", "104", INDIA, policy.public_url),
            PaperTables(PAPER_WORDS, DOSE_WORDS, STATES),
            None,
        ),
        geography=PIN_CODES, timeline=story, policy=policy, sms=SMS,
    )  # fmt: skip
    exchange = ScriptedExchange(folder)
    desk = Desk(clinic, exchange, PHRASEBOOKS, folder / "prompts", folder, "104", None, pace=QUICK)
    await rebuild_line(clinic)
    async with Reception(desk) as reception:
        house = House(clinic, desk, exchange, reception, Router(reception), clock, story, forget_line)
        router = asyncio.create_task(house.router.run())
        try:
            yield house
        finally:
            router.cancel()
            with suppress(asyncio.CancelledError):
                await router
    await house.check()
    await line.flush()
    left = [task for task in asyncio.all_tasks() - before if task is not asyncio.current_task()]
    assert left == []
