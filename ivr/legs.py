"""Legs that we ring: each is in the call log (T7), and none is left up without somebody whose it is."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from core.clinic.log_call import log_call_end, log_call_start
from core.rules.mobile import indian_mobile
from core.rules.token import Token
from core.tasks import to_the_end
from ivr.call import Call, NoAnswer
from ivr.desk import Desk
from ivr.together import unless_gone

T = TypeVar("T")

PATIENT, MISSED, PHARMACY, STAFF = "patient", "missed", "pharmacy", "staff"
"""What a number of ours is for, and so the purpose of the legs that come in on it. MISSED is never answered."""
INCOMING = frozenset({PATIENT, MISSED, PHARMACY, STAFF})
"""Purposes of legs that others dialled: logged by who called, the rest by whom we rang."""


async def log_leg(desk: Desk, call: Call, purpose: str, token: Token | None = None) -> None:
    """Write a leg into the call log."""
    number = call.caller if purpose in INCOMING else call.dialled
    await log_call_start(
        desk.clinic, call.id, purpose, indian_mobile(number) or number,
        patient_id=token.patient_id if token else None, token_id=token.id if token else None,
    )  # fmt: skip


async def end_leg(desk: Desk, call: Call, outcome: str = "done") -> None:
    """Hang up, and write that down."""

    async def end() -> None:
        await call.hangup()
        await log_call_end(desk.clinic, call.id, outcome)

    await to_the_end(end())


async def ring(desk: Desk, ringing: Coroutine[Any, Any, Call], purpose: str, token: Token | None = None) -> Call:
    """The answered leg, in the call log. Raises `NoAnswer`."""
    call = await ringing
    try:
        await log_leg(desk, call, purpose, token)
    except BaseException:  # who is cancelled in that moment may have been written down all the same
        await end_leg(desk, call)
        raise
    return call


async def ring_for(
    desk: Desk, holder: Call, ringing: Coroutine[Any, Any, Call], purpose: str, token: Token | None = None
) -> Call:
    """Ring somebody for `holder`, who hears music meanwhile. Raises `NoAnswer`, or `Hangup` when the holder goes."""
    answered: list[Call] = []

    async def answer() -> Call:
        answered.append(await ring(desk, ringing, purpose, token))
        return answered[0]

    try:
        async with holder.music():
            return await unless_gone(holder, answer())
    except BaseException:  # a leg that answers in the very moment in which we stop waiting is nobody's
        for call in answered:
            await end_leg(desk, call)
        raise


async def ring_back(desk: Desk, mobile: str, purpose: str, token: Token) -> Call:
    """A patient whose talk broke off, or is wanted once more (S18): the answered leg. Raises `NoAnswer`."""
    ringing = desk.exchange.ring_number(mobile, caller=desk.service_number, timeout=desk.pace.redial_rings)
    return await ring(desk, ringing, purpose, token)


async def patiently(desk: Desk, tries: int, ringing: Callable[[], Awaitable[T]]) -> T:
    """Ring up to `tries` times, with a pause between two; the last `NoAnswer` is raised."""
    for _ in range(tries - 1):
        with suppress(NoAnswer):
            return await ringing()
        await asyncio.sleep(desk.pace.between_redials)
    return await ringing()
