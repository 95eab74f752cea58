"""The ledger, SMS: what goes out, what came in, and conversations that are not finished."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.rules.sms import ReceivedSms, Sms
from core.rules.sms_talk import SmsTalk


class Outbox(Protocol):
    async def add(self, sms: Sms) -> Sms | None:
        """Queue it; None (and nothing changed) when its cause has been queued before."""
        ...

    async def claim_due(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Sms]:
        """Take due messages for sending: state SENDING, `next_attempt_at` = end of the lease, attempts + 1."""
        ...

    async def mark(self, sms_id: int, **changes: Any) -> None: ...
    async def by_gateway_id(self, gateway_id: str) -> Sms | None: ...
    async def latest(self, limit: int) -> Sequence[Sms]:
        """Newest first."""
        ...

    async def expire_codes(self, before: datetime) -> None:
        """Forget the texts of one-time codes made before then; one that has not gone out by then never will."""
        ...

    async def add_received(self, sms: ReceivedSms) -> ReceivedSms | None:
        """None when this gateway id came before."""
        ...

    async def latest_received(self, limit: int) -> Sequence[ReceivedSms]: ...
    async def received_since(self, since: datetime, mobile: str) -> int:
        """How many came from this mobile after `since`."""
        ...

    async def blank_received(self, mobile: str, since: datetime, until: datetime) -> None:
        """Forget what they said from `since` to before `until`, though not that they wrote (T12)."""
        ...


class SmsTalks(Protocol):
    """Conversations by SMS that are not finished, one a mobile."""

    async def of_mobile(self, mobile: str) -> SmsTalk | None:
        """Nobody else can have it until this transaction ends: two messages are answered one after the other."""
        ...

    async def save(self, talk: SmsTalk) -> None:
        """Insert or replace."""
        ...

    async def drop(self, mobile: str) -> None: ...
    async def asked_before(self, at: datetime) -> Sequence[SmsTalk]: ...
