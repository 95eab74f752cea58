"""The line (Redis): who waits, who is ready, who is reserved. It can be lost and rebuilt from the ledger any time."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from core.rules.queue import Lane, Match
from core.rules.staff import DoctorState


@dataclass(frozen=True, slots=True)
class Waiter:
    """A waiting token as the line knows it."""

    token_id: int
    lane: Lane
    rank: int
    """See `core.rules.queue.rank`."""
    own_doctor_id: int | None = None
    anyone_from: int = 0
    """Milliseconds since the epoch from which any doctor of the lane may serve it; before, only its own doctor."""


@dataclass(frozen=True, slots=True)
class Server:
    """A doctor as the line knows them."""

    doctor_id: int
    lanes: tuple[Lane, ...]
    state: DoctorState = DoctorState.PAUSED
    token_id: int | None = None
    """Whom they are reserved for, talk to, or write for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token stands, as told to the caller."""

    ahead: int
    """How many tokens of the same lane have a smaller rank."""
    doctors: int
    """How many doctors of this lane are at work (ready, reserved, talking or writing)."""


@dataclass(frozen=True, slots=True)
class LineCounts:
    """For `status`, the panels and /metrics."""

    waiting: int
    doctors: Mapping[DoctorState, int]


class LineLost(Exception):
    """The line could not be asked. The ledger knows the truth, and `core.clinic.mend_line` makes the line anew."""


AtWork = Mapping[int, tuple[DoctorState, int | None]]
"""By doctor who is ready or busy: the state, and the token they are reserved for, talk to or write for."""


@dataclass(frozen=True, slots=True)
class LineView:
    """What the line knows, to be compared with the ledger."""

    unknown: frozenset[int]
    """Of the tokens asked for, those that neither wait nor are held by a doctor."""
    at_work: AtWork


class Line(Protocol):
    """Who waits, who is ready, who is reserved. Every method is one atomic step; claims never give twice.

    The line may be lost at any moment, and nothing that is stored or spoken may depend on it. So a change that cannot
    be made is logged and answers as if nothing had changed: it follows a commit, and is made up for by `mend_line`.
    A look that cannot be had raises `LineLost`.

    Doctor states move READY -> RESERVED -> TALKING -> WRITING -> READY/PAUSED. A token is either waiting, or held by
    exactly one doctor, or not in the line. Whatever step makes a match also puts it on the queue of matches, in the
    same script, so that a crash of the caller cannot lose it.
    """

    async def join(self, waiter: Waiter) -> Match | None:
        """Put a token into the line (again). Matches at once when a doctor is ready. Idempotent by token."""
        ...

    async def leave(self, token_id: int) -> bool:
        """Take a waiting token out. False (and nothing changed) when it is held by a doctor, or not here."""
        ...

    async def ready(self, server: Server) -> Match | None:
        """The doctor wants the next patient. No effect (None) while RESERVED, TALKING or WRITING: then only `after`."""
        ...

    async def pause(self, doctor_id: int) -> bool:
        """No more patients: a READY doctor is PAUSED now (True); a busy one will be when they finish (False)."""
        ...

    async def phone(self, doctor_id: int, registered: bool) -> None:
        """Whether the doctor's phone is registered: who would be PAUSED is OFFLINE without one. READY is left alone:
        a phone may lose its network for a moment.
        """
        ...

    async def talking(self, match: Match) -> bool:
        """RESERVED or WRITING -> TALKING. False when the match does not stand."""
        ...

    async def writing(self, match: Match) -> bool:
        """TALKING -> WRITING. False when the match does not stand."""
        ...

    async def give_back(self, match: Match, waiter: Waiter | None, *, doctor_ready: bool) -> Match | None:
        """End a reservation: the token goes back with this rank (None: it leaves the line), the doctor becomes READY
        (unless they asked to pause) or PAUSED. May match either anew. None and no change if the match does not stand.
        """
        ...

    async def finish(self, match: Match, *, hung_up: bool = False) -> Match | None:
        """The token is served: it leaves, the doctor becomes READY (or PAUSED if asked) and may be matched at once.

        Only from WRITING: while they still talk nothing changes (None), and whoever ends the talk finishes then. That
        one says `hung_up`.
        """
        ...

    async def open_to_all(self, now_ms: int) -> Sequence[Match]:
        """Follow-ups whose patience is over may be served by anyone from now: match those that can be."""
        ...

    async def sweep(self) -> Sequence[Match]:
        """Match whatever can be matched: nothing, unless a wake-up was lost."""
        ...

    async def place(self, token_id: int) -> Place | None:
        """None when it does not wait."""
        ...

    async def state(self, doctor_id: int) -> Server | None: ...
    async def counts(self) -> LineCounts: ...
    async def rebuild(self, waiters: Sequence[Waiter], servers: Sequence[Server]) -> None:
        """Replace everything by what SQL knows, in one step; pending matches are dropped (SQL has them)."""
        ...

    async def is_built(self) -> bool:
        """Whether it was ever rebuilt: not so when the server has lost everything."""
        ...

    async def view(self, token_ids: Sequence[int]) -> LineView:
        """Everything in one look, to be compared with the ledger."""
        ...

    async def next_match(self, timeout: float) -> Match | None:
        """Take the oldest match nobody has taken yet; None after `timeout` seconds."""
        ...

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """Tell whoever listens (panels, tests): lossy by nature, never the only copy of a fact."""
        ...

    def listen(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[tuple[str, Mapping[str, Any]]]]:
        """Events of these topics from the moment the block is entered."""
        ...

    async def allow(self, key: str, limit: int, seconds: int) -> bool:
        """Rate limit: whether this is at most the `limit`-th time within a fixed window of `seconds`."""
        ...

    async def alive(self) -> bool: ...
