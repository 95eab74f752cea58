"""A town of its own for one test: its doctors serve nobody else's patients, so tests share an instance in peace."""

import asyncio
import itertools
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.clinic.doctor_ready import doctor_ready
from core.clinic.hire import HiredDoctor, add_doctor
from core.clinic.know_caller import give_consent
from core.clinic.register_patient import Registration, register_patient
from core.clinic.take_token import take_token
from core.rules.patient import Gender, Patient, Relation
from core.rules.records import CallBack
from core.rules.sms import Sms
from core.rules.staff import Doctor, DoctorState
from core.rules.token import Token, TokenState
from pbx.handset import Handset, RegistrationRefused
from tests.live.audio import write_tone
from tests.live.instance import Account, Instance
from tests.live.panel import Panel

TEST_SECONDS = 120.0
"""No test waits longer for what never comes."""
PATIENT_TONE, DOCTOR_TONE, SECOND_TONE = 620.0, 940.0, 1310.0
"""Hertz, for a voice: no prompt and no music holds such a tone."""
PIN_CODES = (
    "302001", "380001", "560001", "600001", "682001", "700001", "751001", "781001", "800001", "226001", "141001",
    "122001", "400001", "500001", "520001", "462001", "492001", "171001", "110001", "834001", "248001", "403001",
)  # fmt: skip
"""One in each of so many states: a token waits in its state's lane (docs/queue.md)."""


@dataclass(slots=True)
class Physician:
    """A doctor of the town, with a registered softphone."""

    town: "Town"
    doctor: Doctor
    account: Account
    phone: Handset
    heard: Path
    """What was heard on the first call; see `Handset.recordings`."""

    @property
    def who(self) -> str:
        """As the story calls them."""
        return self.account.sip_user

    async def ready(self) -> None:
        """Wants the next patient."""
        assert await doctor_ready(self.town.service.clinic, self.doctor.id), "the phone is not registered"

    async def panel(self) -> Panel:
        """A browser, signed in until the town is left."""
        return await self.town.stack.enter_async_context(Panel.sign_in(self.town.service.url, self.account))

    async def state(self) -> DoctorState:
        """As the line knows it."""
        server = await self.town.service.clinic.line.state(self.doctor.id)
        assert server is not None
        return server.state

    async def is_(self, state: DoctorState) -> None:
        """Returns when the line says so."""
        async with self.town.service.clinic.line.listen(f"doctor:{self.doctor.id}") as events:
            while await self.state() is not state:
                await anext(events)

    async def dials_ready(self) -> None:
        """Dials the service from the softphone, presses 1, and hears that they are ready."""
        story = self.town.service.story
        await self.phone.dial("100")
        await story.said(self.who, "doctor_menu_paused")
        await self.phone.keys("1")
        await story.said(self.who, "doctor_now_ready")
        await self.phone.gone()

    async def takes(self, patient: "Villager") -> Token:
        """Gets this waiting patient, picks up, and both talk."""
        token = await patient.waits()
        await self.ready()
        await self.picks_up(token)
        await patient.told("talking")
        return token

    async def fetches(self, patient: "Villager", token: Token) -> None:
        """Being ready, gets this patient, who is rung at home; both pick up and talk."""
        await patient.phone.ringing()
        await patient.phone.pick_up()
        await patient.answers("called_patient", "1")
        await self.picks_up(token)
        await patient.told("talking")

    async def picks_up(self, token: Token) -> None:
        """The phone rings for this token."""
        ringing = await self.phone.ringing()
        assert ringing.detail["number"] == token.number
        await self.phone.pick_up()


@dataclass(slots=True)
class Villager:
    """Somebody with a feature phone. `patient` is None until they are registered."""

    town: "Town"
    number: str
    phone: Handset
    heard: Path
    patient: Patient | None = None

    async def said(self, *prompts: str) -> None:
        """Returns when the service has begun to speak each of these to them, in this order."""
        for prompt in prompts:
            await self.town.service.story.said(self.number, prompt)

    async def told(self, kind: str, detail: str = "") -> str:
        """What the story tells of them next of this kind: its detail."""
        return (await self.town.service.story.told(self.number, kind, detail)).detail

    async def answers(self, prompt: str, keys: str) -> None:
        """Presses keys as soon as this question is being asked."""
        await self.said(prompt)
        await self.phone.keys(keys)

    async def says_name(self) -> None:
        """After the beep, with the tone that is their voice; hash ends it."""
        await self.said("say_name")
        await self.phone.pause(0.3)
        await self.phone.stay(1.0)
        await self.phone.keys("#")

    async def says_goodbye(self) -> None:
        """After the talk: wants no reminders, and the call ends. Who says nothing is asked for half a minute."""
        await self.said("consult_over")
        await self.answers("reminder_wish", "3")
        await self.phone.gone()

    async def takes_token(self) -> Token:
        """Without a word: as if they had dialled before, and hung up."""
        assert self.patient is not None
        return await take_token(self.town.service.clinic, self.patient, "general")

    async def waits(self) -> Token:
        """Dials with a token, which is taken if need be, and holds the line with it; returns when they hold."""
        token = await self.takes_token()
        await self.phone.dial("104")
        await self.answers("which_patient_unnamed", "1")
        await self.answers("token_menu", "1")
        await self.said("hold_comfort")
        return token

    async def token(self) -> Token:
        """Their latest one, as the ledger has it."""
        assert self.patient is not None
        async with self.town.service.clinic.ledger.read() as books:
            tokens = [
                token for token in await books.tokens.in_states(*TokenState) if token.patient_id == self.patient.id
            ]
        return max(tokens, key=lambda token: token.id)

    async def sms(self, *templates: str) -> list[Sms]:
        """Their SMS, oldest first, as soon as there are so many and all are sent: they must be of these templates."""
        clinic = self.town.service.clinic
        async with clinic.line.listen("outbox") as events:
            while True:
                async with clinic.ledger.read() as books:
                    sent = [sms for sms in (await books.outbox.latest(1000))[::-1] if sms.mobile == self.number]
                if len(sent) >= len(templates) and all(sms.sent_at for sms in sent):
                    assert [sms.template for sms in sent] == list(templates)
                    return sent
                await anext(events)

    async def call_backs(self) -> list[CallBack]:
        """Calls that are owed to them."""
        async with self.town.service.clinic.ledger.read() as books:
            return [owed for owed in await books.calls.owed_call_backs() if owed.mobile == self.number]


class Town:
    """One state of India, and a test's people in it."""

    _numbers = itertools.count(9_800_000_001)
    _pins = itertools.cycle(PIN_CODES)

    def __init__(self, service: Instance, stack: AsyncExitStack, folder: Path) -> None:
        self.service, self.stack, self.folder = service, stack, folder
        self.pin_code = next(Town._pins)
        state = service.clinic.geography.state_of(self.pin_code)
        assert state is not None
        self.state = state

    async def physician(self, tone: float = DOCTOR_TONE) -> Physician:
        """Hire a doctor for this town; their phone is registered, they pause."""
        hired = await self.hire()
        login = hired.doctor.login
        account = Account(login, hired.password, hired.doctor.account, hired.sip_password)
        heard = self.folder / f"{login}.wav"
        phone = await self.staff_phone(account, speak=write_tone(self.folder / f"{tone}.wav", tone), record=heard)
        physician = Physician(self, hired.doctor, account, phone, heard)
        await self.is_online(hired.doctor)
        return physician

    async def hire(self) -> HiredDoctor:
        """A doctor of this town, without any phone yet."""
        return await add_doctor(
            self.service.clinic, login=f"dr-{next(Town._numbers)}", name="Dr Town", qualification="MBBS",
            registration_number="T-1", council="Town Council", contact="t@example.org", opds=("general",),
            languages=("hi", "en"), states=(self.state,),
        )  # fmt: skip

    async def is_online(self, doctor: Doctor) -> None:
        """Returns when Asterisk has told the line that their phone is registered."""
        line = self.service.clinic.line
        async with line.listen(f"doctor:{doctor.id}") as events:
            while (server := await line.state(doctor.id)) is None or server.state is DoctorState.OFFLINE:
                await anext(events)

    async def staff_phone(self, account: Account, *, speak: Path | None = None, record: Path | None = None) -> Handset:
        """A softphone that registers, again and again until Asterisk has been told of it."""
        while True:
            try:
                return await self.service.staff_phone(self.stack, account, speak=speak, record=record)
            except RegistrationRefused:
                continue

    def number(self) -> str:
        """A mobile of which nothing is known yet."""
        return f"+91{next(Town._numbers)}"

    async def stranger(self) -> Villager:
        """A feature phone of which nothing is known yet."""
        number = self.number()
        heard = self.folder / f"{number}.wav"
        voice = write_tone(self.folder / "patient.wav", PATIENT_TONE)
        phone = await self.service.patient_phone(self.stack, number, speak=voice, record=heard)
        return Villager(self, number, phone, heard)

    async def patient(self, language: str = "en") -> Villager:
        """Somebody who has called before: registered, and agreed to the notice."""
        villager, clinic = await self.stranger(), self.service.clinic
        await give_consent(clinic, villager.number, language, "a call of yesterday")
        villager.patient = await register_patient(
            clinic, Registration(villager.number, Relation.SELF, Gender.MAN, 40, self.pin_code, language)
        )
        return villager


@asynccontextmanager
async def visit(service: Instance, seconds: float = TEST_SECONDS) -> AsyncIterator[Town]:
    """A town, for at most so long; its phones are switched off afterwards."""
    async with asyncio.timeout(seconds), AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        yield Town(service, stack, folder)
