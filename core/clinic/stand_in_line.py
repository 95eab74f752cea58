"""A token's place: how it joins the line, and what is honestly told of the wait (S20)."""

from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.ports import Stale, Waiter
from core.rules.queue import OWN_DOCTOR_PATIENCE, USUAL_CONSULTATION, Lane, expected_wait, rank
from core.rules.token import Priority, Token

MEASURED_CONSULTATIONS = 50
"""How many of the last consultations the expected wait is computed from."""


@dataclass(frozen=True, slots=True)
class Wait:
    """What is spoken about the wait."""

    position: int
    """1 is next."""
    minutes: int | None
    """Expected, whole minutes; None when no doctor of this lane is at work."""


def waiter_of(token: Token) -> Waiter:
    """The token as the line knows it."""
    patience_ends = token.joined_at + OWN_DOCTOR_PATIENCE
    return Waiter(
        token_id=token.id,
        lane=Lane(token.state_code, token.opd, token.language),
        rank=rank(token.joined_at, token.priority),
        own_doctor_id=token.own_doctor_id,
        anyone_from=int(patience_ends.timestamp() * 1000) if token.own_doctor_id else 0,
    )


async def join_line(clinic: Clinic, token: Token) -> None:
    """Put a stored, waiting token into the line; panels hear of it."""
    await clinic.line.join(waiter_of(token))
    await clinic.line.publish("clinic", {"kind": "waiting"})


async def wait_of(clinic: Clinic, token: Token) -> Wait | None:
    """Position and expected wait; None when the token does not wait any more (its turn has come)."""
    place = await clinic.line.place(token.id)
    if place is None:
        return None
    async with clinic.ledger.read() as books:
        usual = await books.consultations.usual_duration(MEASURED_CONSULTATIONS)
    expected = expected_wait(place.ahead, place.doctors, usual or USUAL_CONSULTATION)
    return Wait(place.ahead + 1, None if expected is None else int(expected.total_seconds() // 60))


async def serve_sooner(clinic: Clinic, token: Token, priority: Priority) -> Token:
    """A better class for a token that waits, said after it was taken; who is called already needs none."""
    try:
        async with clinic.ledger.write() as books:
            token = await books.tokens.set_priority(token, priority)
    except Stale:
        return token
    await join_line(clinic, token)
    return token
