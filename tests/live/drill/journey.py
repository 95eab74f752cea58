"""One patient's way to a doctor: as far as its phase allows until the part has broken, and then to the end.

What to do next follows from what SQL says of the token, as people do what the situation asks for: so the same few
lines go on from wherever the break has left them.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp

from core.clinic.close_case import close_case
from core.clinic.doctor_ready import doctor_pause, doctor_ready
from core.clinic.issue_prescription import CaseEnded
from core.clinic.steer import call_again
from core.ports import LineLost, Stale
from core.rules.token import NotAllowed, Token, TokenState
from tests.live.drill.people import Medic, Patient
from tests.live.drill.schedule import Moment, Phase, Who
from tests.live.instance import Instance
from tests.live.panel import Panel
from tests.live.prescription import PRESCRIPTION

DIALS = (Phase.REGISTERING, Phase.CHOOSING, Phase.TAKING_TOKEN, Phase.HOLDING, Phase.MEETING)
"""Phases of patients who ring the service; the others are rung by it."""
WITH_TOKEN = (Phase.HOLDING, Phase.CALLED_BACK, Phase.MEETING, Phase.TALKING, Phase.REDIALLED, Phase.WRITING)
"""Phases of patients who have a token before the drill begins."""
DOCTOR_AT_WORK = (Phase.CALLED_BACK, Phase.MEETING, Phase.TALKING, Phase.REDIALLED, Phase.WRITING)
"""Phases in which the doctor is ready before the part breaks."""
CALL_BACK_SECONDS = 20.0
"""Within which whoever was cut off is called."""
LOOK_EVERY = 0.5
"""Seconds after which a journey looks again though nobody told it to: what tells is lossy by nature."""
HEAR_SECONDS = 2.0
"""Who does not hear the other by then looks at what has become of the call."""
SERVED = (TokenState.CONSUMED, TokenState.CLOSED)


@dataclass(slots=True)
class Journey:
    """`told` has every moment in order; `released` lets it go on to the end."""

    service: Instance
    phase: Phase
    patient: Patient
    doctor: Medic
    panel: Panel
    told: list[Moment] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    has_talked: bool = False
    """Whether the two have ever heard each other."""
    owed_a_talk: bool = False
    """Whether a talk was cut, so that there must be another."""
    doctor_asks: bool = False
    """Whether the doctor may press "call again" for it."""
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _idle_since: float | None = None

    def __str__(self) -> str:
        return f"{self.patient.number} ({self.phase}; {self.patient}; their doctor: {self.doctor})"

    def tell(self, who: Who, what: str) -> None:
        """Something has happened to one of the two."""
        self.told.append(Moment(who, what))
        self._wake.set()

    def heard(self, prompt: str) -> int:
        """How often this was said to the patient."""
        return self.told.count(Moment(Who.PATIENT, f"said {prompt}"))

    async def comes(self, moment: Moment, times: int = 1) -> None:
        """Returns when this has happened so often."""
        while self.told.count(moment) < times:
            await self._look()

    def cut(self, *, by_power: bool) -> None:
        """The switch has died under them.

        After a power cut the doctor may have to ask for the patient again: when we ring the patient, the doctor's phone
        may not have come back yet.
        """
        self.doctor_asks = by_power
        if self.patient.talks and self.doctor.talks and self.phase is not Phase.WRITING:
            self.owed_a_talk = Moment(Who.PATIENT, "talking") in self.told
        self.patient.cut()
        self.doctor.cut()

    async def live(self) -> None:
        """To the end. `AssertionError` when the patient was lost."""
        if self.phase in DIALS:
            self.patient.dial()
        while not await self._step():
            await self._look()
        await doctor_pause(self.service.clinic, self.doctor.doctor_id)  # the next drill begins with nobody at work

    async def _look(self) -> None:
        """Returns when something has happened, or might have."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await self._wake.wait()
        self._wake.clear()

    async def _step(self) -> bool:
        """Do what the situation asks for; whether all is over."""
        token = await self._token()
        match token.state if token else None:
            case None:
                self._without_token()
            case TokenState.WAITING:
                await self._call_doctor()
            case TokenState.TALKING:
                await self._talk()
            case TokenState.WRITING:
                await (self._sign(token) if self.has_talked and not self.owed_a_talk else self._ask_again())
            case TokenState.CALLED:
                pass
            case state:
                assert state in SERVED, f"token {token.number if token else ''} is {state}"
                return not (self.patient.busy or self.doctor.talks)
        return False

    async def _token(self) -> Token | None:
        async with self.service.clinic.ledger.read() as books:
            patients = await books.patients.of_mobile(self.patient.number)
            assert len(patients) < 2, "registered twice"
            everybodys = await books.tokens.in_states(*TokenState)
        tokens = [token for token in everybodys if token.patient_id in [patient.id for patient in patients]]
        assert len(tokens) < 2, "two tokens for one wish"
        return tokens[0] if tokens else None

    def _without_token(self) -> None:
        """Who is not on the line is called back, if we had answered; whom we never answered dials again."""
        now = asyncio.get_running_loop().time()
        if self.patient.busy or not self.released.is_set():
            self._idle_since = None
        elif self.patient.calls == 0:
            self.patient.dial()
        else:
            self._idle_since = self._idle_since or now
            assert now - self._idle_since < CALL_BACK_SECONDS, "cut off before there was a token, and not called back"

    async def _call_doctor(self) -> None:
        holds = self.phase is not Phase.MEETING or Moment(Who.PATIENT, "said hold_comfort") in self.told
        if not (self.released.is_set() or (self.phase in DOCTOR_AT_WORK and holds)):
            return
        async with self.service.clinic.ledger.read() as books:
            doctor = await books.staff.doctor(self.doctor.doctor_id)
        if not doctor.available:
            with suppress(LineLost):
                await doctor_ready(self.service.clinic, doctor.id)

    async def _talk(self) -> None:
        """They hear each other; then the doctor ends it, if it is time for that."""
        if not (self.patient.talks and self.doctor.talks):
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(HEAR_SECONDS):
                await self.patient.hears(self.doctor)
                await self.doctor.hears(self.patient)
            self.has_talked, self.owed_a_talk = True, False
            if self.phase is Phase.REDIALLED and Moment(Who.PATIENT, "hangs up") not in self.told:
                await self.patient.hang_up()  # to Asterisk like a network that drops the call
            elif self.released.is_set() or self.phase is Phase.WRITING:
                await self.doctor.hang_up()

    async def _ask_again(self) -> None:
        """The talk is over before it was one: nobody goes on with it but the doctor."""
        assert self.doctor_asks or not self.owed_a_talk, "the talk was cut, and not gone on with"
        if self.released.is_set() and not (self.patient.busy or self.doctor.talks):
            await call_again(self.service.clinic, self.doctor.doctor_id)

    async def _sign(self, token: Token | None) -> None:
        assert token is not None
        if not (self.released.is_set() or self.phase is Phase.WRITING):
            return
        if self.phase is Phase.WRITING:
            self.tell(Who.DOCTOR, "signs")
            with suppress(aiohttp.ClientError, AssertionError):  # what a browser shows; the doctor tries again
                await self.panel.post("/doctor/prescribe", PRESCRIPTION)
                self.tell(Who.DOCTOR, "has signed")
        else:
            async with self.service.clinic.ledger.read() as books:
                case = await books.consultations.open_of_token(token.id)
            with suppress(CaseEnded, NotAllowed, Stale):
                assert case is not None
                await close_case(
                    self.service.clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="drill", by="drill"
                )
