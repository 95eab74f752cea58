"""Have the machine call somebody now, and note who has been called by hand. T14's caps hold for operators too."""

from dataclasses import replace

from core.clinic.clinic import Clinic
from core.clinic.desk.refused import refuse
from core.clinic.know_caller import known_in
from core.clinic.owe_call import caps_left
from core.ports import NEW
from core.rules.mobile import is_indian_mobile
from core.rules.records import AuditEntry, CallBack, CallBackReason


async def call_patient(clinic: Clinic, by: str, mobile: str) -> None:
    """The machine rings them within a second or two, as when they had asked to be called back.

    Raises `LookupError` unless this is an Indian mobile in E.164, `Refused` when it has been called too often.
    """
    if not is_indian_mobile(mobile):
        raise LookupError(mobile)
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        owed = await books.lookup.owed_by_machine(mobile)
        if owed is not None and owed.attempts == 0:  # who has been rung once may be ringing at this very moment
            await books.calls.postpone_call_back(owed.id, now)
        elif owed is not None:
            raise refuse("call", "already_calling")
        elif all(await caps_left(clinic, books, mobile)):
            language = (await known_in(clinic, books, mobile)).language
            call_back = CallBack(NEW, mobile, CallBackReason.FOR_OPERATOR, language, now, due_at=now)
            await books.calls.add_call_back(call_back)
        else:
            raise refuse("call", "too_often")
        await books.audit(AuditEntry(now, by, "had called", f"caller:{mobile}"))
    await clinic.line.publish("clinic", {"kind": "call_back"})


async def called_by_hand(clinic: Clinic, by: str, call_back_id: int) -> None:
    """A caller has been called: that settles everything they were owed up to this call-back, the last one on the line
    of the desk. What they have asked for since stays owed. Who is first has done it."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        last = await books.lookup.call_back(call_back_id)
        if last is None:
            return
        for each in await books.calls.owed_call_backs():
            if each.mobile == last.mobile and each.id <= last.id:
                await books.calls.finish_call_back(each.id, now, by)
                await books.audit(AuditEntry(now, by, "called back", f"caller:{each.mobile}", each.reason))
    await clinic.line.publish("clinic", {"kind": "call_back"})


async def seen_to(clinic: Clinic, by: str, call_id: str) -> None:
    """Somebody who gave up has been called, or needs no call: they leave the list. `LookupError` for no such call."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        record = await books.calls.get(call_id)
        if record is None or not is_indian_mobile(record.mobile):
            raise LookupError(call_id)
        done = CallBack(NEW, record.mobile, CallBackReason.OPERATOR, record.language, now)
        await books.calls.add_call_back(replace(done, done_at=now, done_by=by))
        await books.audit(AuditEntry(now, by, "called back", f"call:{call_id}", record.mobile))
    await clinic.line.publish("clinic", {"kind": "call_back"})
