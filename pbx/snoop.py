"""Somebody overhears a leg by a snoop channel, in a bridge of their own; or something is said to its person alone.

A snoop hears what goes in and out of the leg it spies on, and may whisper into what goes out to its phone only. See
https://docs.asterisk.org/Asterisk_22_Documentation/API_Documentation/Asterisk_REST_Interface/Channels_REST_API/
(snoopChannelWithId). It ends with the leg it spies on.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
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
SAID_WITHIN = 15.0
"""Seconds for an announcement, should the word that it has ended be lost; all are shorter."""


class Snoops:
    """Every snoop channel of one switch; the exchange feeds it events."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari
        self._entered: dict[str, asyncio.Event] = {}
        self._said: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def overhear(self, spied: AriCall, listener: AriCall, *, whisper: bool) -> AsyncIterator[None]:
        """See `ivr.call.Exchange.overhear`. Raises Hangup when either leg is gone."""
        async with self._snoop(spied, spy="both", whisper="out" if whisper else "none") as name:
            room = await open_bridge(self._ari, name)
            await self._ari.post("bridges", name, "addChannel", channel=name)
            await room.admit(listener)
            yield

    async def announce(self, leg: AriCall, sounds: Sequence[str]) -> None:
        """See `ivr.call.Exchange.announce`. Raises Hangup when the leg is gone."""
        async with self._snoop(leg, spy="none", whisper="out") as name:
            await self._ari.post("channels", name, "play", name, media=[f"sound:{sound}" for sound in sounds])
            with suppress(TimeoutError):
                async with asyncio.timeout(SAID_WITHIN):
                    await self._said[name].wait()
        if leg.gone:
            raise await leg.wait_gone()

    def on_event(self, event: Event) -> None:
        """A snoop came into our application, has said what it had to say, or is gone with its leg."""
        match event["type"]:
            case "StasisStart" if event["channel"]["id"] in self._entered:
                self._entered[event["channel"]["id"]].set()
            case "PlaybackFinished" if event["playback"]["id"] in self._said:
                self._said[event["playback"]["id"]].set()
            case "StasisEnd" | "ChannelDestroyed" if event["channel"]["id"] in self._said:
                self._said[event["channel"]["id"]].set()

    async def forget_strangers(self, channels: Iterable[str], bridges: Iterable[str]) -> None:
        """After a connection: of these, end the snoops and their bridges that are nobody's any more."""
        found = {each for each in (*channels, *bridges) if each.startswith(names.SNOOP)}
        for name in found - self._entered.keys():
            await self._remove(name)

    @asynccontextmanager
    async def _snoop(self, spied: AriCall, *, spy: str, whisper: str) -> AsyncIterator[str]:
        """The name of a new one, in our application, until the block ends. Raises Hangup when the leg is gone."""
        name = f"{names.SNOOP}{uuid.uuid4().hex}"
        self._entered[name], self._said[name] = asyncio.Event(), asyncio.Event()
        try:
            await self._enter(name, spied, spy, whisper)
            yield name
        except AriError as error:
            raise await spied.refused(error) from error
        finally:
            await to_the_end(self._close(name))

    async def _enter(self, name: str, spied: AriCall, spy: str, whisper: str) -> None:
        await self._ari.post("channels", spied.id, "snoop", name, app=names.APP, spy=spy, whisper=whisper)
        try:
            async with asyncio.timeout(ENTERS_WITHIN):
                await self._entered[name].wait()
        except TimeoutError:
            raise Hangup(NORMAL) from None

    async def _close(self, name: str) -> None:
        await self._remove(name)
        del self._entered[name], self._said[name]

    async def _remove(self, name: str) -> None:
        """Of both kinds at once: whichever is gone already is fine."""
        for kind in ("bridges", "channels"):
            with suppress(AriError):
                await self._ari.delete(kind, name)
