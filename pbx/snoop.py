"""Somebody overhears a leg by a snoop channel, in a bridge of their own.

A snoop hears what goes in and out of the leg it spies on, and may whisper into what goes out to its phone only. See
https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Asterisk_REST_Interface/Channels_REST_API/
(snoopChannelWithId). It ends with the leg it spies on.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

from core.tasks import to_the_end
from ivr.call import Hangup
from pbx import names
from pbx.ari import Ari, AriError, Event
from pbx.call import AriCall
from pbx.causes import NORMAL
from pbx.room import open_bridge

ENTERS_WITHIN = 5.0
"""Seconds for a new snoop to come into our application: only then can it be bridged."""


class Snoops:
    """Every snoop channel of one switch; the exchange feeds it events."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari
        self._entered: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def overhear(self, spied: AriCall, listener: AriCall, *, whisper: bool) -> AsyncIterator[None]:
        """See `ivr.call.Exchange.overhear`. Raises Hangup when either leg is gone."""
        name = f"{names.SNOOP}{uuid.uuid4().hex}"
        self._entered[name] = asyncio.Event()
        try:
            await self._spy(name, spied, whisper)
            room = await open_bridge(self._ari, name)
            await self._ari.post("bridges", name, "addChannel", channel=name)
            await room.admit(listener)
            yield
        except AriError as error:
            raise await spied.refused(error) from error
        finally:
            await to_the_end(self._close(name))

    def on_event(self, event: Event) -> None:
        """A snoop came into our application."""
        if event["type"] == "StasisStart" and event["channel"]["id"] in self._entered:
            self._entered[event["channel"]["id"]].set()

    async def forget_strangers(self, channels: Iterable[str], bridges: Iterable[str]) -> None:
        """After a connection: of these, end the snoops and their bridges that are nobody's any more."""
        found = {each for each in (*channels, *bridges) if each.startswith(names.SNOOP)}
        for name in found - self._entered.keys():
            await self._remove(name)

    async def _spy(self, name: str, spied: AriCall, whisper: bool) -> None:
        direction = "out" if whisper else "none"
        await self._ari.post("channels", spied.id, "snoop", name, app=names.APP, spy="both", whisper=direction)
        try:
            async with asyncio.timeout(ENTERS_WITHIN):
                await self._entered[name].wait()
        except TimeoutError:
            raise Hangup(NORMAL) from None

    async def _close(self, name: str) -> None:
        await self._remove(name)
        del self._entered[name]

    async def _remove(self, name: str) -> None:
        """Of both kinds at once: whichever is gone already is fine."""
        for kind in ("bridges", "channels"):
            with suppress(AriError):
                await self._ari.delete(kind, name)
