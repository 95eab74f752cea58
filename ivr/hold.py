"""Holding the line: place and honest wait, music, a kind word now and then, until the doctor is there."""

from contextlib import suppress

from core.clinic.log_call import log_call_token
from core.clinic.stand_in_line import wait_of
from core.ports import LineLost
from core.rules.speech import LARGEST_NUMBER
from core.rules.token import Token, TokenState
from ivr.after_operator import Changed
from ivr.desk import Desk
from ivr.dialogue import Dialogue, Line
from ivr.together import first_of
from ivr.waiting import Spot

TURN_CALLED = "wait_turn_called"
"""What is said in place of the wait when there is none left."""
HOLDING = (TokenState.WAITING, TokenState.CALLED)
SERVED = (TokenState.TALKING, TokenState.WRITING, TokenState.CONSUMED, TokenState.CLOSED)


async def hold(desk: Desk, dialogue: Dialogue, token: Token) -> bool:
    """Wait on the line. True when they have talked with the doctor; False when the token has ended otherwise."""
    await log_call_token(desk.clinic, dialogue.call.id, token)
    with desk.waiting.at(token.id, dialogue.call) as spot:
        while (state := await _state(desk, token)) in HOLDING:
            if await _summoned(desk, dialogue, token, spot):
                await spot.hand_over()
    return state in SERVED


async def _summoned(desk: Desk, dialogue: Dialogue, token: Token, spot: Spot) -> bool:
    """Pass the time until the doctor is there: the summons interrupts whatever goes on. False: the token has ended."""
    first, _ = await first_of(spot.summoned(), _pass_the_time(desk, dialogue, token, spot))
    return first == 0


async def _pass_the_time(desk: Desk, dialogue: Dialogue, token: Token, spot: Spot) -> None:
    """Music, place and comfort, the keys 0 and 9, and news, for as long as the token waits."""
    async with dialogue.call.music():
        while await _state(desk, token) in HOLDING:
            await dialogue.speak([*await wait_lines(desk, token), "hold_comfort"])
            _, key = await first_of(dialogue.listen(desk.pace.comfort), spot.told())
            if key is not None:
                with suppress(Changed):  # they hold: whether the token still stands is looked at above
                    await dialogue.help_with(key)
            while (news := spot.news()) is not None:
                await dialogue.tell(news)


async def wait_lines(desk: Desk, token: Token) -> list[Line]:
    """What is honestly told of the wait (S20)."""
    try:
        wait = await wait_of(desk.clinic, token)
    except LineLost:  # nothing is known for a moment, so nothing is said
        return []
    if wait is None:
        return [TURN_CALLED]
    if wait.minutes is None:
        return ["no_doctors"]
    if max(wait.minutes, wait.position) > LARGEST_NUMBER:
        return ["position_wait_long"]
    if wait.position == 1:
        return ["position_next"]
    return [("position_wait", {"position": wait.position, "minutes": wait.minutes})]


async def _state(desk: Desk, token: Token) -> TokenState:
    async with desk.clinic.ledger.read() as books:
        return (await books.tokens.get(token.id)).state
