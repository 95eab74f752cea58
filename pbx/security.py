"""Strangers who try the door: Asterisk's security events, made into values worth counting and showing.

https://docs.asterisk.org/Configuration/Miscellaneous/Asterisk-Security-Event-Logger/
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from pbx.ami import AmiEvent

KINDS = (
    "InvalidAccountID",
    "InvalidPassword",
    "ChallengeResponseFailed",
    "FailedACL",
    "RequestNotAllowed",
    "UnexpectedAddress",
    "RequestBadFormat",
    "SessionLimit",
)
"""The events that mean a refusal. A ChallengeSent or SuccessfulAuth is daily bread."""

MOST_WAITING = 1000
"""Under attack the newest events are dropped, not our memory filled."""


@dataclass(frozen=True)
class SecurityEvent:
    """A refused attempt: which kind, the account that was tried (as the stranger spelt it) and from which address."""

    kind: str
    account: str
    address: str
    service: str


class SecurityEvents:
    """The stream of refused attempts, for one reader."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[SecurityEvent] = asyncio.Queue(MOST_WAITING)

    def on_event(self, event: AmiEvent) -> None:
        """One event of AMI, of any kind."""
        if event.name in KINDS and not self._events.full():
            # RemoteAddress is IPV4/UDP/192.0.2.7/5060
            address = event.headers.get("RemoteAddress", "").split("/")
            self._events.put_nowait(
                SecurityEvent(
                    event.name,
                    event.headers.get("AccountID", ""),
                    address[2] if len(address) > 2 else "",
                    event.headers.get("Service", ""),
                )
            )

    async def __aiter__(self) -> AsyncIterator[SecurityEvent]:
        while True:
            yield await self._events.get()
