"""Who is with whose talk just now, as the call log says it: it survives our restarts, and ends with the leg."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.rules.supervision import Supervision


class Supervisions(Protocol):
    """A look at the legs of supervisors; they are written as any others (`Calls`)."""

    async def now(self) -> Sequence[Supervision]:
        """Those that go on, and the phones that ring for one; oldest first."""
        ...

    async def unanswered(self, account: str, since: datetime) -> bool:
        """Whether the last time this phone was rung for a supervision, after `since`, nobody picked up."""
        ...
