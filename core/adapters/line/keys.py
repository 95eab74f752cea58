"""Every name that the line uses in Redis, and how tokens, lanes and matches are written there.

All keys begin with the same hash tag, so that on a cluster they live in one slot and a script may touch them together.
The scripts get `ROOT` as their only key and build the others from it; a test compares them with this page.
"""

from functools import lru_cache

from core.rules.queue import Lane, Match

ROOT = "{duravani}"

# Waiting. Scores of sorted sets are ranks unless said otherwise.
TOKEN = "token"
"""`token:<token>` hash: `doctor` while held by one; while waiting `lane`, `rank`, and `own` for an own doctor."""
LANES = "lanes"
"""Set of the lanes in which anybody has ever waited."""
ALL = "all"
"""`all:<lane>` sorted set: everybody who waits in this lane, for `place`."""
OPEN = "open"
"""`open:<lane>` sorted set: those of them whom any doctor of the lane may serve."""
OWN = "own"
"""`own:<doctor>` sorted set: follow-ups who wait for this doctor only, whatever their lane."""
PATIENCE = "patience"
"""Sorted set of the tokens in any `own:…`, by the millisecond from which anyone may serve them."""

# Doctors.
DOCTOR = "doctor"
"""`doctor:<doctor>` hash: `state`, `lanes`, `token` while busy, `after` = `paused` when they asked to, `since`."""
STATE = "state"
"""`state:<state>` set: the doctors in this state."""
READY = "ready"
"""`ready:<lane>` sorted set: doctors who are ready to serve this lane, by `since`."""
WORKING = "working"
"""`working:<lane>` set: doctors of this lane who are ready or busy."""
AWAY = "away"
"""Set of the doctors whose phones are known not to be registered; kept by `rebuild`."""
TURN = "turn"
"""Counter: a larger `since` became ready later."""

BUILT = "built"
"""There since the first `rebuild`: without it the server has lost everything."""

# Matches.
MATCHES = "matches"
"""List of matches nobody has taken yet, oldest first."""
TAKERS = "takers"
"""Set of everybody who ever took a match."""
TAKEN = "taken"
"""`taken:<taker>` list: the match that this taker got last, until it asks for another."""

# Beside the line.
LIMIT = "limit"
"""`limit:<key>` counter of a rate limit, gone when its window ends."""
EVENT = "event"
"""`event:<topic>` channel."""


def key(*parts: str) -> str:
    """The full name, e.g. `{duravani}:taken:router-1`."""
    return ":".join((ROOT, *parts))


def token_name(token_id: int) -> str:
    """Padded, so that among equal ranks the older token comes first (Redis compares equal scores as text)."""
    return f"{token_id:012d}"


def lanes_text(lanes: tuple[Lane, ...]) -> str:
    """Lanes separated by spaces; `ValueError` for a lane that could not be read back."""
    names = [str(lane) for lane in lanes]
    for name in names:
        if len(parts := name.split("/")) != 3 or not all(parts) or len(name.split()) != 1:
            raise ValueError(f"no lane can be called {name!r}")
    return " ".join(names)


@lru_cache(maxsize=1024)
def parse_lanes(text: str) -> tuple[Lane, ...]:
    """The inverse of `lanes_text`. Remembered: doctors' lanes are a hundred, hardly ever change, and are often read."""
    return tuple(Lane(*name.split("/")) for name in text.split())


def parse_match(text: str) -> Match:
    """From `<token>:<doctor>`, as the scripts write it."""
    token, doctor = text.split(":")
    return Match(int(token), int(doctor))
