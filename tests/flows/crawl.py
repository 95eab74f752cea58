"""Walks through every menu of the calls and presses every key, to see what follows: the map that docs/ivr.md draws."""

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from core.clinic.reminders.wish import say_wish
from core.clinic.take_token import take_token
from core.ports import NEW
from core.rules import reminder
from core.rules.records import CallBack, CallBackReason
from core.rules.reminder import Kind, Reminder
from ivr.call import Call
from ivr.called_patient import called_patient
from ivr.help import helped
from ivr.patient_call import patient_call
from ivr.pharmacy_call import pharmacy_call
from ivr.reminder_call import reminder_call
from ivr.reminder_wish import ask_reminder_wish
from ivr.staff_call import staff_call
from tests.flows.house import House
from tests.flows.prescribed import PIN, pharmacy, prescribed, rendered
from tests.flows.telephone import LONG, ScriptedCall

SPEAKS, SILENT, NOTHING = "speaks", "stays silent", ""
"""What can be done at a beep; NOTHING is no key."""
HOLD, END = "hold", "end"
CODE = "a right code"
"""Stands for the code of the walk's own prescription."""
EVERY_KEY = (*"0123456789*#", NOTHING)
ENTRIES = {
    "age": ("34", "09", "5#", "3", "7*", "*0", "*9", NOTHING),
    "pin_code": ("302001", "999999", "3020#", "302", "3*", "*0", "*9", NOTHING),
    "say_name": (SPEAKS, SILENT),
    "say_guardian_name": (SPEAKS, SILENT),
    "pharmacy_code": (CODE, "111111111111#", "3", "3*", "*0", "*9", NOTHING),
    "pharmacy_pin": (f"{PIN}#", "111111#", "3", "3*", "*0", "*9", NOTHING),
    "operator_menu_paused": (*"123456789*#", NOTHING),  # 0 would ring another operator, for as long as it takes
    "operator_menu_ready": (*"123456789*#", NOTHING),
}
"""What is tried where more than one key is asked for."""

_mobiles = count(1)


@dataclass(frozen=True)
class Step:
    """What was said, and what was then asked (or `END`)."""

    said: tuple[str, ...]
    question: str


@dataclass
class Atlas:
    """By question and entry: what may follow, the first the most usual."""

    questions: dict[str, dict[str, list[Step]]] = field(default_factory=dict)
    lines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The prompts that make up a question, when it is first asked."""

    def add(self, question: str, entry: str, step: Step) -> None:
        steps = self.questions.setdefault(question, {}).setdefault(entry, [])
        if step not in steps:
            steps.append(step)


class Walker(ScriptedCall):
    """A caller who does one thing at each question, then hangs up."""

    def __init__(self, folder: Path, caller: str, dialled: str, entries: Sequence[str]) -> None:
        super().__init__(folder, caller, dialled, {})
        self.trail: list[Step] = []
        self.codes: dict[str, str] = {}
        """What is typed for an entry that stands for something else."""
        self.questions: dict[str, tuple[str, ...]] = {}
        self._entries = list(entries)
        self._said: list[tuple[str, ...]] = []

    async def play(self, sounds: Sequence[str]) -> None:
        before = len(self.heard)
        await super().play(sounds)
        self._said.append(tuple(self.heard[before:]))

    async def key(self, timeout: float) -> str | None:
        if self._said and not self.keys_waiting():
            entry = self._asked(HOLD if timeout > LONG else self._said[-1][0])
            if entry == NOTHING:
                return None
            self.press(self.codes.get(entry, entry))
        return await super().key(0)

    async def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> Path | None:
        if self._asked(self._said[-1][0]) == SILENT:
            return None
        return await super().record(name, max_seconds=max_seconds, silence_seconds=silence_seconds)

    def end(self) -> None:
        """The call is over."""
        if self._entries:
            raise AssertionError(f"the call ended before {self._entries}: {self.trail}")
        said = [prompt for batch in self._said for prompt in batch]
        self.trail.append(Step(tuple(said), END))

    def _asked(self, question: str) -> str:
        *before, lines = self._said
        self.questions.setdefault(question, lines)
        self.trail.append(Step(tuple(prompt for batch in before for prompt in batch), question))
        self._said.clear()
        if not self._entries:
            self.leave()
            self._check()
        return self._entries.pop(0)


Start = Callable[[House, Walker], Awaitable[Coroutine[Any, Any, None]]]
"""Prepares the clinic for a walk, and gives the flow to walk through."""


@dataclass(frozen=True)
class Way:
    """One way through a call; `explore` are the questions of it at which everything is tried."""

    start: Start
    entries: tuple[str, ...]
    explore: tuple[str, ...] = ()


async def walk(house: House, start: Start, entries: Sequence[str]) -> Walker:
    """One whole call."""
    mobile = f"+91987{next(_mobiles):07}"
    call = Walker(house.desk.recordings, mobile, "104", entries)
    house.exchange.legs.append(call)
    house.reception.converse(call, "patient", await start(house, call))
    await house.quiet()
    if len(call.trail) == len(entries):
        call.end()
    return call


async def crawl(house: House) -> Atlas:
    """Every question of every way, with every key."""
    atlas = Atlas()
    rendered(house, "paracetamol", "cetirizine")
    for way in WAYS:
        base = await walk(house, way.start, way.entries)
        for number, question in enumerate(step.question for step in base.trail):
            if question in way.explore:
                atlas.lines.setdefault(question, base.questions[question])
                for entry in ENTRIES.get(question, EVERY_KEY):
                    after = (await walk(house, way.start, (*way.entries[:number], entry))).trail[number + 1]
                    atlas.add(question, entry, after)
    return atlas


async def _stranger(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    return patient_call(house.desk, call)


async def _known(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    await house.patient(call.caller, name="name-1")
    return patient_call(house.desk, call)


async def _with_token(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    patient = await house.patient(call.caller, name="name-1")
    await take_token(house.clinic, patient, "general")
    return patient_call(house.desk, call)


async def _treated(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    await prescribed(house, await house.patient(call.caller, name="name-1"))
    return patient_call(house.desk, call)


async def _treated_with_token(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    patient = await house.patient(call.caller, name="name-1")
    await prescribed(house, patient)
    await take_token(house.clinic, patient, "general")
    return patient_call(house.desk, call)


async def _shop(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    """Its code and that of its prescription are typed by name: each walk has others."""
    await pharmacy(house, phone=call.caller)
    signed = await prescribed(house, await house.patient(f"+91988{next(_mobiles):07}"))
    call.codes[CODE] = f"{signed.code}#"
    return pharmacy_call(house.desk, call)


async def _rung(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    patient = await house.patient(call.caller, name="name-1")
    return called_patient(house.desk, call, await take_token(house.clinic, patient, "general"), patient)


async def _after_the_consultation(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    return ask_reminder_wish(house.desk, helped(house.desk, call, "hi"), call.caller)


async def _reminded(house: House, call: Walker) -> Coroutine[Any, Any, None]:
    patient, now = await house.patient(call.caller, name="name-1"), house.clock.now()
    await say_wish(house.clinic, call.caller, reminder.Way.CALL, call.id)
    async with house.clinic.ledger.write() as books:
        owed = await books.calls.add_call_back(CallBack(NEW, call.caller, CallBackReason.REMINDER, "hi", now))
        assert owed is not None
        due = Reminder(NEW, f"follow_up:{call.caller}", Kind.FOLLOW_UP, patient.id, house.clinic.today())
        planned = await books.reminders.plan(due)
        assert planned is not None
        await books.reminders.done(planned, now, "call", owed.id)
        await books.calls.finish_call_back(owed.id, now, "machine")
    return reminder_call(house.desk, call, owed)


def _doctor(ready: bool) -> Start:
    async def start(house: House, call: Call) -> Coroutine[Any, Any, None]:
        # In a department that no patient of the crawl asks for, so that nobody is called.
        doctor = await house.doctor(f"doctor{next(_mobiles)}", ready=ready, opds=("elsewhere",))
        return staff_call(house.desk, call, doctor.account)

    return start


def _operator(ready: bool) -> Start:
    async def start(house: House, call: Call) -> Coroutine[Any, Any, None]:
        operator = await house.operator(f"operator{next(_mobiles)}", available=ready)
        return staff_call(house.desk, call, operator.account)

    return start


WAYS = (
    Way(
        _stranger,
        ("1", "2", "1", "1", SPEAKS, "34", "1", "302001", "1", "2", "1"),
        (
            "language_choice", "notice_consent", "notice_full", "for_whom", "say_name", "age", "gender", "pin_code",
            "opd_choice_general", "pregnant", "hold_or_callback", HOLD,
        ),
    ),
    Way(
        _stranger,
        ("1", "1", "2", SPEAKS, "09", SPEAKS, "2", "302001", "1"),
        ("say_guardian_name", "opd_choice_general"),
    ),
    Way(_known, ("1", "1"), ("which_patient",)),
    Way(_with_token, ("1", "3"), ("which_patient", "token_menu", "cancel_confirm")),
    Way(_treated, ("1", "3", "3", NOTHING, "3"), ("opd_choice_general", "medicine", "reading_end")),
    Way(_treated_with_token, ("1", "4"), ("token_menu",)),
    Way(_shop, ("2", CODE, "2", f"{PIN}#", "3"), ("pharmacy_code", "pharmacy_keys", "pharmacy_pin", "pharmacy_due")),
    Way(_rung, (), ("called_patient",)),
    Way(_after_the_consultation, (), ("reminder_wish",)),
    Way(_reminded, (), ("reminder_hello",)),
    Way(_doctor(False), (), ("doctor_menu_paused",)),
    Way(_doctor(True), (), ("doctor_menu_ready",)),
    Way(_operator(False), (), ("operator_menu_paused",)),
    Way(_operator(True), (), ("operator_menu_ready",)),
)  # fmt: skip
