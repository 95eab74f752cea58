"""Where an operator may put a waiting token: what makes it the first or the last of its lane (docs/queue.md)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from core.rules.queue import HEAD_START, Lane, rank
from core.rules.token import Priority, Token

STEP = timedelta(milliseconds=1)
"""The finest that ranks can tell apart."""


class Spot(StrEnum):
    """Where in its lane."""

    KEEP = "keep"
    FRONT = "front"
    BACK = "back"


def joined_at(token: Token, priority: Priority, spot: Spot, waiting: Iterable[Token], now: datetime) -> datetime:
    """When the token has to have joined to stand there with this priority. `waiting`: all tokens, of any lane."""
    if spot is Spot.BACK:
        return now
    others = [other for other in waiting if other.id != token.id and _lane(other) == _lane(token)]
    if spot is Spot.KEEP or not others:
        return token.joined_at
    first = min(others, key=lambda other: rank(other.joined_at, other.priority))
    before_first = first.joined_at - HEAD_START[first.priority] + HEAD_START[priority] - STEP
    return min(token.joined_at, before_first)


def _lane(token: Token) -> Lane:
    return Lane(token.state_code, token.opd, token.language)
