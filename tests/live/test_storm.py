"""Three hundred calls that break off at random moments leave nothing behind."""

import asyncio
import random
import secrets
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

import pytest

from core.clinic.know_caller import give_consent
from core.clinic.register_patient import Registration, register_patient
from core.clinic.take_token import take_token
from core.rules.patient import Gender, Relation
from tests.live.drill.invariants import agree, check_spoken, nothing_left, tasks_of
from tests.live.drill.people import Patient
from tests.live.instance import Instance, instance
from tests.live.sip import Account, Message, Phone
from tests.live.story import Event

SEED = 20261121
CALLS = 300
FIRST = 9_600_000_001
A_SECOND = 20
NEW = (
    "language_choice", "welcome", "for_whom", "say_name", "age", "gender", "pin_code", "opd_choice_general",
    "token_spoken", "hold_or_callback", "hold_comfort",
)  # fmt: skip
"""What somebody hears who has never called, in this order: in prompts, in a recording, in digits, holding."""
KNOWN = ("welcome_back", "which_patient_unnamed", "token_menu", "hold_comfort")
"""What somebody hears who has a token."""
LONGEST = 0.5
"""Seconds after such a prompt has begun, or after an INVITE."""
PATIENCE = 30.0
"""Seconds after which everybody hangs up, whatever was heard."""
STORM_SECONDS = 120.0
PIN_CODE = "600001"


class Manner(Enum):
    """How somebody breaks off."""

    CANCELS = auto()
    """Before the call is answered."""
    NEVER_ACKNOWLEDGES = auto()
    """BYE instead of the ACK."""
    HANGS_UP_NEW = auto()
    """At a random prompt on the way to a first token, or when holding."""
    HANGS_UP_KNOWN = auto()
    """Likewise, somebody with a token who comes to hold the line."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One caller."""

    number: str
    manner: Manner
    prompt: str
    """At which they hang up; empty for those who do not come so far."""
    after: float
    """Seconds."""


def plans(seed: int) -> list[Plan]:
    """The same storm for the same seed."""
    chance = random.Random(seed)
    weights = {Manner.CANCELS: 1, Manner.NEVER_ACKNOWLEDGES: 1, Manner.HANGS_UP_NEW: 5, Manner.HANGS_UP_KNOWN: 3}
    manners = chance.choices(list(weights), list(weights.values()), k=CALLS)
    prompts = {Manner.HANGS_UP_NEW: NEW, Manner.HANGS_UP_KNOWN: KNOWN}
    return [
        Plan(f"+91{FIRST + place}", manner, chance.choice(prompts.get(manner, ("",))), chance.uniform(0, LONGEST))
        for place, manner in enumerate(manners)
    ]


class RudePhone(Phone):
    """Does what no softphone of ours would."""

    async def cancel(self, number: str, after: float) -> None:
        """Ring, and give up after a moment; should it have been answered meanwhile, hang up."""
        uri = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        leg = secrets.token_hex(8), f"<sip:{self.account.user}@{self.host}>;tag={secrets.token_hex(4)}"
        voice, number_, branch = await self._voice(), "1", f"z9hG4bK{secrets.token_hex(8)}"
        replies = self._replies[(leg[0], number_)] = asyncio.Queue[Message]()
        self._send_request("INVITE", uri, *leg, f"<{uri}>", [], self.sdp(voice), number_, branch)
        await asyncio.sleep(after)
        self._send_request("CANCEL", uri, *leg, f"<{uri}>", [], "", number_, branch)
        while (reply := await replies.get()).status < 200 or reply.method != "INVITE":
            continue
        late = reply.status == 200
        self._send_request(
            "ACK", uri, *leg, reply.header("to"), [], "", number_, f"z9hG4bK{secrets.token_hex(8)}" if late else branch
        )
        if late:
            await self.request("BYE", _target(reply), *leg, reply.header("to"))
        voice.close()

    async def never_acknowledge(self, number: str) -> None:
        """Ring, and hang up on the answer without acknowledging it."""
        uri = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        leg = secrets.token_hex(8), f"<sip:{self.account.user}@{self.host}>;tag={secrets.token_hex(4)}"
        voice = await self._voice()
        reply = await self.request("INVITE", uri, *leg, f"<{uri}>", [], self.sdp(voice))
        if reply.status == 200:
            await self.request("BYE", _target(reply), *leg, reply.header("to"))
        voice.close()


def _target(reply: Message) -> str:
    return reply.header("contact").strip("<>").split(">")[0]


@dataclass(slots=True)
class Storm:
    """All callers of one storm, and who of them is being spoken to."""

    service: Instance
    callers: dict[str, Patient] = field(default_factory=dict)
    awaited: dict[tuple[str, str], asyncio.Event] = field(default_factory=dict)
    """By number and prompt: set when it is said."""

    def hear(self, event: Event) -> None:
        """What the service says reaches whom it is said to."""
        if event.kind == "said" and event.who in self.callers:
            self.callers[event.who].hear(event)
            awaited = self.awaited.get((event.who, event.detail.partition(":")[0]))
            if awaited is not None:
                awaited.set()

    async def call(self, plan: Plan) -> None:
        """One call, from the first packet to the last."""
        host, port = self.service.sip.split(":")
        async with RudePhone((host, int(port)), Account(plan.number)) as phone:
            if plan.manner is Manner.CANCELS:
                await phone.cancel("104", plan.after / 10)
            elif plan.manner is Manner.NEVER_ACKNOWLEDGES:
                await phone.never_acknowledge("104")
            else:
                await self._talk(phone, plan)

    async def _talk(self, phone: Phone, plan: Plan) -> None:
        """Press what is asked for until it is time to hang up."""
        caller = self.callers[plan.number] = Patient(phone, lambda _: None, PIN_CODE)
        heard = self.awaited[(plan.number, plan.prompt)] = asyncio.Event()
        reacting = asyncio.create_task(caller.react())
        try:
            caller.dial()
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await heard.wait()
                    await asyncio.sleep(plan.after)
            await caller.hang_up()
        finally:
            reacting.cancel()
            caller.cut()


async def _know(service: Instance, number: str) -> None:
    """Somebody with a token."""
    await give_consent(service.clinic, number, "en", "a call of yesterday")
    patient = await register_patient(
        service.clinic, Registration(number, Relation.SELF, Gender.MAN, 34, PIN_CODE, "en")
    )
    await take_token(service.clinic, patient, "general")


@pytest.mark.live
async def test_three_hundred_calls_that_break_off_leave_nothing() -> None:
    async with asyncio.timeout(STORM_SECONDS), instance() as service, AsyncExitStack() as stack:
        storm, storming, tasks = Storm(service), plans(SEED), await tasks_of(service)
        for plan in storming:
            if plan.manner is Manner.HANGS_UP_KNOWN:
                await _know(service, plan.number)
        service.story.listeners.append(storm.hear)
        group = await stack.enter_async_context(asyncio.TaskGroup())
        calls = []
        for plan in storming:
            calls.append(group.create_task(storm.call(plan)))
            await asyncio.sleep(1 / A_SECOND)
        await asyncio.wait(calls)
        await nothing_left(service, tasks)
        await agree(service)
        check_spoken(service)
        said = {event.detail.partition(":")[0] for event in service.story.events if event.kind == "said"}
        assert {*NEW, *KNOWN} <= said  # somebody came as far as each
