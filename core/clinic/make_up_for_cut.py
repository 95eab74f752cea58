"""A patient's call broke, and not by their will: they are called back, or told that their place is safe."""

from collections.abc import Collection, Sequence
from datetime import datetime

from core.clinic.clinic import Clinic
from core.clinic.log_call import log_call_end
from core.clinic.owe_call import owe_call
from core.clinic.tell_place import tell_place
from core.ports import Books
from core.rules.mobile import indian_mobile
from core.rules.records import CallBackReason, CallRecord
from core.rules.token import Token, TokenState


async def make_up_for_cut(clinic: Clinic, call_id: str, since: datetime | None = None) -> None:
    """Without a token: a call-back. With one that waits: an SMS with the place, and the call when its turn comes.

    `since`: how long we may have been away already; just now, by default.
    """
    async with clinic.ledger.read() as books:
        record = await books.calls.get(call_id)
        mobile = indian_mobile(record.mobile) if record is not None else None
        if record is None or mobile is None:
            return
        tokens = await _tokens(books, record, mobile)
    if not tokens:
        await owe_call(clinic, mobile, CallBackReason.CUT_OFF, since)
    for token in tokens:
        if token.state is TokenState.WAITING:
            await tell_place(clinic, token, f"place_kept:{call_id}:{token.id}")


async def _tokens(books: Books, record: CallRecord, mobile: str) -> Sequence[Token]:
    """The call's; or, should it not have come so far, those of all patients of this mobile if nobody is without one."""
    if record.token_id is not None:
        return [await books.tokens.get(record.token_id)]
    tokens = await books.tokens.active_of_mobile(mobile)
    return tokens if len(tokens) == len(await books.patients.of_mobile(mobile)) else []


async def end_lost_calls(clinic: Clinic, up: Collection[str]) -> Sequence[CallRecord]:
    """After a start: calls that were up when we last wrote, and are not among those that still are. Now they ended."""
    async with clinic.ledger.read() as books:
        lost = [record for record in await books.calls.unended() if record.id not in up]
    for record in lost:
        await log_call_end(clinic, record.id, "lost")
    return lost
