"""The ledger, calls: what happened in them, and those that are owed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.rules.records import CallBack, CallEvent, CallRecord


class Calls(Protocol):
    async def start(self, call: CallRecord) -> None:
        """Insert, or leave as it is when the id is known (an adopted call)."""
        ...

    async def update(self, call_id: str, **changes: Any) -> None: ...
    async def get(self, call_id: str) -> CallRecord | None: ...
    async def unended(self) -> Sequence[CallRecord]:
        """Those that are up, as far as it is written down."""
        ...

    async def last_language(self, mobile: str) -> str | None:
        """The one last chosen in a call from or to this mobile."""
        ...

    async def called_since(self, mobile: str, since: datetime) -> bool:
        """Whether a patient dialled in from this mobile after `since`."""
        ...

    async def add_events(self, events: Iterable[CallEvent]) -> None: ...
    async def events(self, call_id: str) -> Sequence[CallEvent]: ...
    async def add_call_back(self, call_back: CallBack) -> CallBack | None:
        """None when one for this mobile and reason is still owed."""
        ...

    async def owed_call_backs(self) -> Sequence[CallBack]: ...
    async def renew_call_back(self, mobile: str, since: datetime) -> bool:
        """If the machine owes this mobile a call already: it was asked for (again) at `since`. Whether it does.

        The latest time counts, in whichever order they come.
        """
        ...

    async def call_backs_since(self, since: datetime, mobile: str | None = None) -> int:
        """How many the machine made or owes since then, to one mobile or to all (T14)."""
        ...

    async def claim_call_backs(self, now: datetime, limit: int, lease: timedelta) -> Sequence[CallBack]:
        """Take due ones for ringing: due again at the end of the lease, attempts + 1."""
        ...

    async def postpone_call_back(self, call_back_id: int, due_at: datetime) -> None: ...
    async def finish_call_back(self, call_back_id: int, at: datetime, by: str) -> None: ...
