"""Patients who talk with doctors whose only telephone is their page: both hear each other, or it is no call.

Each patient sings a tone of their own, all pages' microphones play another one; so the page that hears this patient is
told from all others, and the patient hears a page. Chromium codes what it says anew.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter

from core.rules.staff import DoctorState
from pbx.tasks import Tasks
from tests.bench.catalogue import load_catalogue
from tests.bench.house import LANGUAGE, House, Physician
from tests.bench.journeys import NUMBER, PROMPTS
from tests.bench.phones import Leg, Phones
from tests.bench.tones import STEP, are_of, tone_packet
from tests.bench.voice import PACKET_SECONDS
from tests.live.instance import CHECKOUT
from tests.live.town import DOCTOR_TONE

LOWEST = 400
"""Hertz, of the first patient's tone."""
LONGEST = 120.0
"""Seconds; who talks with nobody by then will not."""
DIALLING = 4
"""At the same time: twenty browsers that all pick up at once take a while."""


class NoCall(Exception):
    """A patient and a doctor do not talk."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One patient and the doctor they talk with, by the doctor's place among the physicians."""

    leg: Leg
    hz: int
    doctor: int


@dataclass(frozen=True, slots=True)
class Mark:
    """How many packets each patient had got, at a moment (perf_counter)."""

    at: float
    received: Sequence[int]


class Calls:
    """The patients' side of all talks. `open_calls` makes it."""

    def __init__(self, house: House, phones: Phones) -> None:
        self._house, self._phones = house, phones
        self._places = {physician.doctor.id: place for place, physician in enumerate(house.physicians)}
        self.talks: list[Talk] = []

    async def begin(self, doctors: Sequence[Physician]) -> None:
        """These doctors' browsers are there: as many patients dial, and each gets one of them.

        Raises `NoCall`, `Refused`.
        """
        patients = self._house.patients[: len(doctors)]
        stages = dict.fromkeys(patients, "has not dialled")
        try:
            async with asyncio.timeout(LONGEST):
                for physician in doctors:
                    await self._is(physician, DoctorState.READY)
                dialling = asyncio.Semaphore(DIALLING)
                async with asyncio.TaskGroup() as group:
                    for number, mobile in enumerate(patients):
                        group.create_task(self._one(mobile, LOWEST + STEP * number, dialling, stages))
        except TimeoutError as error:
            raise NoCall(f"after {LONGEST:g} s: {dict(Counter(stages.values()))}") from error

    async def hear(self) -> None:
        """Every patient hears a browser now. Raises `NoCall`, `TimeoutError`."""
        async with asyncio.timeout(LONGEST):
            for talk in self.talks:
                await self._hears(talk)

    def mark(self) -> Mark:
        """From here on it is counted what patients get."""
        return Mark(perf_counter(), [talk.leg.voice.received for talk in self.talks])

    def shares(self, since: Mark) -> list[float]:
        """What share of its packets each patient got: a browser that is short of a processor leaves gaps."""
        due = (perf_counter() - since.at) / PACKET_SECONDS
        return [(now - then) / due for now, then in zip(self.mark().received, since.received, strict=True)]

    async def _one(self, mobile: str, hz: int, dialling: asyncio.Semaphore, stages: dict[str, str]) -> None:
        async with dialling:
            stages[mobile] = "dials"
            leg = await self._phones.call(mobile, NUMBER)
            await leg.voice.hears("welcome_back")
            for prompt in PROMPTS:
                stages[mobile] = f"keys for {prompt}"
                await leg.voice.press("1")
                await leg.voice.hears(prompt)
            stages[mobile] = "waits for a doctor"
            await leg.voice.press("1")
            leg.voice.sing(tone_packet(hz))
            talk = Talk(leg, hz, await self._doctor_of(mobile))
            stages[mobile] = "hears no browser"
            await self._hears(talk)
            stages[mobile] = "talks"
        self.talks.append(talk)

    async def _doctor_of(self, mobile: str) -> int:
        """Who talks with this patient, once somebody does."""
        clinic = self._house.clinic
        async with clinic.line.listen("clinic") as events:
            while True:
                async with clinic.ledger.read() as books:
                    (patient,) = await books.patients.of_mobile(mobile)
                    for doctor, place in self._places.items():
                        case = await books.consultations.open_of_doctor(doctor)
                        if case is not None and case.patient_id == patient.id and case.talked_at is not None:
                            return place
                await anext(events)

    async def _is(self, physician: Physician, state: DoctorState) -> None:
        line = self._house.clinic.line
        async with line.listen(f"doctor:{physician.doctor.id}") as events:
            while (server := await line.state(physician.doctor.id)) is None or server.state is not state:
                await anext(events)

    async def _hears(self, talk: Talk) -> None:
        voice = talk.leg.voice
        while not are_of(list(voice.recent)[-25:], DOCTOR_TONE):
            if talk.leg.gone.is_set():
                raise NoCall(f"a patient was hung up on, after {voice.received} packets")
            await asyncio.sleep(PACKET_SECONDS)  # until the next packet: a tone is no event


@asynccontextmanager
async def open_calls(house: House) -> AsyncIterator[Calls]:
    """All patients hang up at the end."""
    phones, tasks = Phones(house.sip, load_catalogue(CHECKOUT / ".build/prompts" / LANGUAGE / "prompt")), Tasks()
    tasks.start(phones.voices.run(), "voices")
    try:
        yield Calls(house, phones)
    finally:
        for leg in list(phones.legs.values()):
            leg.hang_up()
        await tasks.close()
        phones.close()
