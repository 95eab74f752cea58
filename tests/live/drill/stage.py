"""One instance on which drills are played one after the other, with its doctors and new patients for each."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from core.clinic.hire import add_doctor
from core.clinic.know_caller import give_consent
from core.clinic.register_patient import Registration, register_patient
from core.clinic.take_token import take_token
from core.rules.patient import Gender, Patient, Relation
from tests.live.drill.invariants import agree, check_spoken, nothing_left
from tests.live.drill.journey import WITH_TOKEN, Journey
from tests.live.drill.parts import break_part
from tests.live.drill.people import Medic, switched_on
from tests.live.drill.people import Patient as Villager
from tests.live.drill.schedule import COMPANIONS, REPEATED, Part, Phase, Schedule, Who
from tests.live.drill.witness import Witness
from tests.live.instance import Account, Instance, instance
from tests.live.panel import Panel
from tests.live.story import Event

PIN_CODES = ("302001", "380001", "560001")
"""One in each of so many states, where a doctor works."""
PIN_CODE_WITHOUT_DOCTOR = "600001"
DRILL_SECONDS = 90.0
"""No drill lasts longer unless somebody was lost."""


class Lost(AssertionError):
    """A drill found something wrong; the message says what, and how to play it again."""


@dataclass(slots=True)
class Office:
    """A doctor with a softphone and a panel, and where their patients come from."""

    doctor: Medic
    panel: Panel
    pin_code: str
    journey: Journey | None = None
    """The one they take part in now."""

    def tell(self, what: str) -> None:
        """Their phone does something."""
        if self.journey is not None:
            self.journey.tell(Who.DOCTOR, what)


@dataclass(slots=True)
class Stage:
    """Where drills are played."""

    service: Instance
    witness: Witness
    offices: list[Office] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(9_700_100_001))

    async def play(self, schedule: Schedule) -> list[Journey]:
        """One drill; what became of its journeys. Raises `Lost`."""
        journeys: list[Journey] = []
        try:
            async with asyncio.timeout(DRILL_SECONDS), AsyncExitStack() as stack:
                await self._play(stack, schedule, journeys)
        except (AssertionError, TimeoutError, ExceptionGroup) as error:
            raise Lost(_report(schedule, journeys, error)) from error
        return journeys

    async def _play(self, stack: AsyncExitStack, schedule: Schedule, journeys: list[Journey]) -> None:
        for phase, office in zip(schedule.phases, self.offices, strict=True):
            journeys.append(await self._journey(stack, phase, office))
        await self._somebody_waits()
        async with asyncio.TaskGroup() as group:
            people = [person for journey in journeys for person in (journey.patient, journey.doctor)]
            living = [group.create_task(person.live()) for person in people]
            living.append(group.create_task(self.witness.follow()))
            living += [group.create_task(journey.patient.react()) for journey in journeys]
            travels = [group.create_task(journey.live()) for journey in journeys]
            await self._break(schedule, journeys)
            await asyncio.wait(travels)
            for task in living:
                task.cancel()
        await agree(self.service)
        await nothing_left(self.service)
        check_spoken(self.service)

    async def _break(self, schedule: Schedule, journeys: list[Journey]) -> None:
        """At the chosen moment; afterwards everybody goes on to the end."""
        times = 2 if schedule.moment.what in REPEATED.get(schedule.phases[0], ()) else 1
        await journeys[0].comes(schedule.moment, times)
        await asyncio.sleep(schedule.delay)

        def cut() -> None:
            for journey in journeys:
                journey.cut(by_power=schedule.part is Part.POWER)

        await break_part(self.service, schedule.part, cut)
        for journey in journeys:
            if not journey.doctor.talks:
                await journey.doctor.register()
        await agree(self.service)
        for journey in journeys:
            journey.released.set()

    async def _journey(self, stack: AsyncExitStack, phase: Phase, office: Office) -> Journey:
        number = f"+91{next(self._numbers)}"
        phone = await switched_on(stack, self.service, number)
        patient = Villager(phone, lambda what: journey.tell(Who.PATIENT, what), office.pin_code)
        stack.callback(patient.cut)
        journey = Journey(self.service, phase, patient, office.doctor, office.panel)
        office.journey = journey
        if phase is not Phase.REGISTERING:
            registered = await self._register(number, office.pin_code)
            if phase in WITH_TOKEN:
                await take_token(self.service.clinic, registered, "general")
        stack.enter_context(self._listening(journey))
        return journey

    @contextmanager
    def _listening(self, journey: Journey) -> Iterator[None]:
        """Whatever the service tells of the two reaches them."""

        def hear(event: Event) -> None:
            if event.who == journey.patient.number:
                journey.patient.hear(event)
                journey.tell(Who.PATIENT, _what(event))
            elif event.who == journey.doctor.phone.account.user:
                journey.tell(Who.DOCTOR, _what(event))

        self.witness.listeners.append(hear)
        try:
            yield
        finally:
            self.witness.listeners.remove(hear)

    async def _register(self, number: str, pin_code: str) -> Patient:
        await give_consent(self.service.clinic, number, "en", "a call of yesterday")
        registration = Registration(number, Relation.SELF, Gender.MAN, 34, pin_code, "en")
        return await register_patient(self.service.clinic, registration)

    async def _somebody_waits(self) -> None:
        """One more patient for whom there is no doctor: whatever breaks, they keep their place."""
        patient = await self._register(f"+91{next(self._numbers)}", PIN_CODE_WITHOUT_DOCTOR)
        await take_token(self.service.clinic, patient, "general")


def _what(event: Event) -> str:
    return f"said {event.detail.partition(':')[0]}" if event.kind == "said" else event.kind


def _report(schedule: Schedule, journeys: Iterable[Journey], error: BaseException) -> str:
    lines = [f"seed {schedule.seed}: {schedule}", *(f"  {reason}" for reason in _reasons(error))]
    for journey in journeys:
        lines.append(f"  {journey}: " + ", ".join(map(str, journey.told)))
    return "\n".join([*lines, f"replay it: make drill SEED={schedule.seed}"])


def _reasons(error: BaseException) -> Iterator[str]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _reasons(each)
    else:
        yield f"{type(error).__name__}: {error or 'it did not come to an end'}"


@asynccontextmanager
async def open_stage() -> AsyncIterator[Stage]:
    """An instance with a doctor for every journey of a drill; everything ends with the block."""
    async with instance() as service, AsyncExitStack() as stack:
        stage = Stage(service, Witness(service.home, service.story))
        for pin_code in PIN_CODES[: 1 + COMPANIONS]:
            stage.offices.append(await _office(stack, service, pin_code))
        yield stage


async def _office(stack: AsyncExitStack, service: Instance, pin_code: str) -> Office:
    state = service.clinic.geography.state_of(pin_code)
    assert state is not None
    hired = await add_doctor(
        service.clinic, login=f"dr-{pin_code}", name="Dr Drill", qualification="MBBS", registration_number="D-1",
        council="Drill Council", contact="d@example.org", opds=("general",), languages=("hi", "en"), states=(state,),
    )  # fmt: skip
    account = Account(hired.doctor.login, hired.password, hired.doctor.account, hired.sip_password)
    phone = await switched_on(stack, service, account.sip_user, account.sip_password)
    panel = await stack.enter_async_context(Panel.sign_in(service.url, account))
    office = Office(Medic(phone, lambda what: office.tell(what), hired.doctor.id, account), panel, pin_code)
    await office.doctor.register()
    return office
