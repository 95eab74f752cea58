"""Legs that we ring: each is in the call log (T7), and none is left up without somebody whose it is."""

from collections.abc import Coroutine
from typing import Any

from core.clinic.log_call import log_call_end, log_call_start
from core.rules.mobile import indian_mobile
from core.rules.token import Token
from core.tasks import to_the_end
from ivr.call import Call
from ivr.desk import Desk
from ivr.together import unless_gone

MISSED = "missed"
"""Purpose of a leg on a number that is never answered."""
INCOMING = frozenset({"patient", "staff", MISSED})
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
    except BaseException:
        await call.hangup()
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
