"""A missed call costs its caller nothing: we call back, or tell the place in the line of who waits already (S1)."""

from datetime import datetime, timedelta

from core.clinic.clinic import Clinic
from core.clinic.owe_call import owe_call
from core.clinic.tell_place import tell_place
from core.rules.records import CallBackReason
from core.rules.token import TokenState

PLACE_EVERY = timedelta(minutes=10)
"""Who rings again and again gets their place by SMS no more often than that."""
BEING_CALLED = (TokenState.CALLED, TokenState.TALKING)
"""We are ringing them just now, or they talk: nothing more is needed."""


async def take_missed_call(clinic: Clinic, mobile: str, since: datetime | None = None) -> None:
    """`mobile` (an Indian mobile in E.164) rang a number that is never answered. Harmless to repeat.

    `since`: when they rang, should nobody have been there to notice; just now, by default.
    """
    async with clinic.ledger.read() as books:
        tokens = await books.tokens.active_of_mobile(mobile)
    waiting = [token for token in tokens if token.state is TokenState.WAITING]
    for token in waiting:
        window = int(clinic.clock.now().timestamp() // PLACE_EVERY.total_seconds())
        await tell_place(clinic, token, f"place:{token.id}:{window}")
    if not waiting and not any(token.state in BEING_CALLED for token in tokens):
        await owe_call(clinic, mobile, CallBackReason.MISSED_CALL, since)
