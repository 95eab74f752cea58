"""Two legs that must hear each other: a call counts as bridged when each has heard the other's own voice."""

import asyncio

from tests.bench.phones import Leg


class NotBridged(Exception):
    """They heard somebody else, or the other one left first."""


class Pairs:
    """Of one system under test. The called side speaks first; who hears it answers."""

    def __init__(self) -> None:
        self.bridged = 0
        self._heard: dict[str, asyncio.Future[str]] = {}

    async def callee(self, leg: Leg) -> None:
        """Returns when a caller has heard this leg and is heard by it."""
        leg.voice.speak()
        try:
            caller = (await leg.voice.meets()).what
        finally:
            leg.voice.hush()
        self._waiting(caller).set_result(leg.voice.identity)
        self.bridged += 1

    async def caller(self, leg: Leg) -> None:
        """Returns when this leg has heard a callee and is heard by the very same. Raises NotBridged."""
        callee = (await leg.voice.meets()).what
        heard = self._waiting(leg.voice.identity)
        leg.voice.speak()
        try:
            if await heard != callee:
                raise NotBridged("it hears one leg and is heard by another")
        finally:
            leg.voice.hush()
            del self._heard[leg.voice.identity]

    def _waiting(self, caller: str) -> asyncio.Future[str]:
        return self._heard.setdefault(caller, asyncio.get_running_loop().create_future())
