"""Who is with an operator: written down when key 0 rings their phone, seen on their desk until it is over."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.know_caller import Known, known_in
from core.ports import NEW, Books
from core.rules.mobile import indian_mobile
from core.rules.records import AuditEntry, CallBackReason, OperatorCall
from core.rules.story import Step, story_of

SHOWN_STEPS = 6
"""The last prompts and keys: what they were doing."""


@dataclass(frozen=True, slots=True)
class PresentCaller:
    """The caller of this moment, with everything that is known of their number."""

    call: OperatorCall
    known: Known | None
    """None for a hidden number, or one that is no Indian mobile."""
    language: str | None
    steps: Sequence[Step]
    """The last ones, in order."""


async def operator_rung(clinic: Clinic, operator_id: int, call_id: str, caller: str) -> OperatorCall:
    """This operator's phone begins to ring for the call; `caller` as it was shown to us."""
    mobile = indian_mobile(caller) or caller
    async with clinic.ledger.write() as books:
        call = await books.operator_calls.add(OperatorCall(NEW, operator_id, call_id, mobile, clinic.clock.now()))
    clinic.timeline.note(call_id, "rang_operator")
    await _tell(clinic, operator_id)
    return call


async def operator_answered(clinic: Clinic, call: OperatorCall) -> None:
    """They talk: that settles what an operator was to call them about."""
    now, by = clinic.clock.now(), f"operator:{call.operator_id}"
    async with clinic.ledger.write() as books:
        await books.operator_calls.answer(call.id, now)
        every = await books.calls.owed_call_backs()
        settled = [one for one in every if one.mobile == call.mobile and one.reason is CallBackReason.OPERATOR]
        for owed in settled:
            await books.calls.finish_call_back(owed.id, now, by)
    if settled:
        await clinic.line.publish("clinic", {"kind": "call_back"})
    await _tell(clinic, call.operator_id)


async def operator_free(clinic: Clinic, call: OperatorCall) -> None:
    """Nobody picked up, or the talk is over."""
    async with clinic.ledger.write() as books:
        await books.operator_calls.end(call.id, clinic.clock.now())
    await _tell(clinic, call.operator_id, "caller_left")


async def present_caller(clinic: Clinic, books: Books, operator_id: int, by: str) -> PresentCaller | None:
    """Who is with this operator; the look at them is audited."""
    call = await books.operator_calls.present(operator_id)
    if call is None:
        return None
    await books.audit(AuditEntry(clinic.clock.now(), by, "saw caller", f"call:{call.call_id}", call.mobile))
    record = await books.calls.get(call.call_id)
    known = await known_in(clinic, books, call.mobile) if indian_mobile(call.mobile) else None
    language = (record.language if record else None) or (known.language if known else None)
    steps = story_of(await books.calls.events(call.call_id))
    return PresentCaller(call, known, language, steps[-SHOWN_STEPS:])


async def _tell(clinic: Clinic, operator_id: int, kind: str = "caller") -> None:
    await clinic.line.publish(f"operator:{operator_id}", {"kind": kind})
