"""What happens because time passes: follow-ups opened to all, lost wake-ups swept, old tokens expired (S17)."""

import asyncio

from core.clinic.clinic import Clinic
from core.ports import Stale
from core.rules.token import NotAllowed, TokenState
from core.tasks import forever

SWEEP_EVERY = 2.0
"""Seconds between two sweeps: they find what a lost wake-up left, and follow-ups whose patience is over."""
DAY_CHECK_EVERY = 60.0


async def keep_time(clinic: Clinic) -> None:
    """Let time pass for the line and the day, until cancelled."""

    async def sweep() -> None:
        await sweep_line(clinic)
        await asyncio.sleep(SWEEP_EVERY)

    async def day() -> None:
        await end_of_day(clinic)
        await asyncio.sleep(DAY_CHECK_EVERY)

    async with asyncio.TaskGroup() as group:
        group.create_task(forever(sweep, "sweeping the line"))
        group.create_task(forever(day, "ending the day"))


async def sweep_line(clinic: Clinic) -> None:
    """Every few seconds: whatever can be matched is matched."""
    await clinic.line.open_to_all(int(clinic.clock.now().timestamp() * 1000))
    await clinic.line.sweep()


async def end_of_day(clinic: Clinic) -> int:
    """Expire waiting tokens of earlier days (S17); how many there were. Harmless to repeat."""
    today, expired = clinic.today(), 0
    async with clinic.ledger.read() as books:
        old = [token for token in await books.tokens.in_states(TokenState.WAITING) if token.day < today]
    for token in old:
        try:
            async with clinic.ledger.write() as books:
                await books.tokens.move(token, TokenState.EXPIRED)
        except (Stale, NotAllowed):
            continue
        await clinic.line.leave(token.id)
        expired += 1
    async with clinic.ledger.write() as books:
        await books.sessions.drop_expired(clinic.clock.now())
    return expired
