"""A call that an operator owes: noted once a person, seen on the desk, done when somebody has called."""

from core.clinic.clinic import Clinic
from core.clinic.send_sms import queue_sms
from core.ports import NEW
from core.rules.records import CallBack, CallBackReason


async def note_call_back(clinic: Clinic, mobile: str, language: str | None) -> bool:
    """Note it, with an SMS that says so. False when it was owed already."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        call_back = await books.calls.add_call_back(CallBack(NEW, mobile, CallBackReason.OPERATOR, language, now))
        if call_back is not None:
            await queue_sms(
                books, clinic, f"call_back:{call_back.id}", mobile, "call_back_noted",
                language or clinic.policy.languages[0],
            )  # fmt: skip
    await clinic.line.publish("clinic", {"kind": "call_back"})
    return call_back is not None


async def finish_call_back(clinic: Clinic, call_back_id: int, by: str) -> None:
    """Somebody has called them."""
    async with clinic.ledger.write() as books:
        await books.calls.finish_call_back(call_back_id, clinic.clock.now(), by)
    await clinic.line.publish("clinic", {"kind": "call_back"})
