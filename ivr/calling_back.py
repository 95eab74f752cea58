"""The calls that we owe are made: a few at a time, one a person, in the language they last used (S1, T14)."""

import asyncio
from dataclasses import replace

from core.clinic.know_caller import know_caller
from core.clinic.note_call_back import finish_call_back
from core.clinic.owe_call import call_back_failed, claim_call_backs, has_called_since
from core.rules.records import CallBack, CallBackReason
from core.tasks import forever, to_the_end
from ivr.call import Call, NoAnswer
from ivr.desk import Desk
from ivr.help import helped
from ivr.patient_call import serve
from ivr.reception import Reception
from ivr.reminder_call import reminder_call
from ivr.together import first_of

LOOK_EVERY = 1.0
"""Seconds between two looks for calls that are due."""
MACHINE, BY_THEMSELVES = "machine", "came by themselves"
"""Who called back, as the ledger says it."""


class CallingBack:
    """One for each switch. `run` works until cancelled; at most `at_once` phones ring for it at the same moment."""

    def __init__(self, reception: Reception, at_once: int) -> None:
        self._reception, self._at_once = reception, at_once
        self._ringing: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Make what is owed."""
        await forever(self._round, "calling back")

    async def _round(self) -> None:
        free = self._at_once - len(self._ringing)
        for owed in await claim_call_backs(self._reception.desk.clinic, free) if free else ():
            task = self._reception.spawn(call_back(self._reception, owed), f"call-back {owed.id}")
            self._ringing.add(task)
            task.add_done_callback(self._ringing.discard)
        await asyncio.sleep(LOOK_EVERY)


async def call_back(reception: Reception, owed: CallBack) -> None:
    """Ring them, unless they talk to us or begin to. Over as soon as they answer: the conversation has its own task."""
    desk = reception.desk
    if desk.waiting.is_present(owed.mobile) or await has_called_since(desk.clinic, owed):
        return await finish_call_back(desk.clinic, owed.id, BY_THEMSELVES)
    try:
        with desk.waiting.present(owed.mobile):  # nobody else of us rings them meanwhile
            _, call = await first_of(_ring(desk, owed), _dials_in(desk, owed))
    except NoAnswer:
        return await to_the_end(call_back_failed(desk.clinic, owed))
    if call is None:
        return await finish_call_back(desk.clinic, owed.id, BY_THEMSELVES)
    if owed.reason is CallBackReason.REMINDER:
        reception.converse(call, "reminder", reminder_call(desk, call, owed))
    else:
        reception.converse(call, "called_back", called_back(desk, call, owed.mobile, owed.language))
    await to_the_end(finish_call_back(desk.clinic, owed.id, MACHINE))


async def _ring(desk: Desk, owed: CallBack) -> Call | None:
    return await desk.exchange.ring_number(owed.mobile, caller=desk.service_number, timeout=desk.pace.call_back_rings)


async def _dials_in(desk: Desk, owed: CallBack) -> None:
    await desk.waiting.company(owed.mobile)


async def called_back(desk: Desk, call: Call, mobile: str, language: str | None) -> None:
    """They have picked up: who we are and why we ring, then everything as if they had dialled."""
    for each in [language] if language else desk.clinic.policy.languages:
        await helped(desk, call, each).say("called_back")
    known = await know_caller(desk.clinic, mobile)
    known = replace(known, language=known.language or language)
    await serve(desk, helped(desk, call, known.language or desk.default_language), known)
