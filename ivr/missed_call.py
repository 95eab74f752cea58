"""Somebody rings a number that is never answered: it is noted, rings a moment, and they are called back (S1)."""

import asyncio
from contextlib import suppress

from core.clinic.take_missed_call import take_missed_call
from core.rules.mobile import indian_mobile
from ivr.call import Call
from ivr.reception import Reception


async def missed_call(reception: Reception, call: Call) -> None:
    """Stored first, so that it cannot be lost; the leg ends with the flow, unanswered, and costs its caller nothing."""
    mobile = indian_mobile(call.caller)
    if mobile is not None:  # nobody else is ever called back (T14)
        clinic = reception.desk.clinic
        await reception.put_right(lambda: take_missed_call(clinic, mobile), f"missed call of {mobile}")
    with suppress(TimeoutError):
        async with asyncio.timeout(reception.desk.pace.missed_rings):
            await call.wait_gone()
