"""A Call that is an Asterisk channel in our Stasis application."""

import asyncio
import itertools
import logging
import math
import re
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ivr.call import Hangup
from pbx import names
from pbx.ari import Ari, AriError, Event
from pbx.causes import NETWORK_FAILED, NORMAL
from pbx.keys import Keys
from pbx.spoken import is_spoken

log = logging.getLogger(__name__)

CAUSE_SECONDS = 1.0
"""ARI may refuse a request before it tells of the hang-up: so long we wait for the cause."""

STOP_SECONDS = 2.0
"""A stopped playback or recording ends within milliseconds; past this we go on without the report."""
STOP_AGAIN = 0.2
"""During a recording's beep Asterisk does not hear that it is to stop: seconds until it is asked anew."""

SHORTEST_REPEAT = timedelta(milliseconds=70)
"""A tone and a pause last at least 40 ms each (ITU-T Q.24): the same key cannot come again sooner."""

_numbers = itertools.count(1)


class AriCall:
    """One leg, alive until its channel leaves our application. Made by the exchange, which feeds it events."""

    def __init__(
        self, ari: Ari, channel: Mapping[str, Any], *, spool: Path, recordings: Path, dialled: str = ""
    ) -> None:
        """`channel` as ARI describes it. Asterisk writes recordings below `spool`; `recordings` keeps them."""
        self._ari = ari
        self._spool, self._recordings = spool, recordings
        self._id = str(channel["id"])
        self._caller = _number(str(channel["caller"]["number"]))
        self._dialled = dialled or str(channel["dialplan"]["exten"])
        self._up = channel["state"] == "Up"
        self._account = endpoint_of(str(channel["name"]))
        self._keys = Keys()
        self._last_key = ("", datetime.min.replace(tzinfo=UTC))
        self._music = False
        self._expected: dict[str, asyncio.Future[Event]] = {}
        self._gone: asyncio.Future[Hangup] = asyncio.get_running_loop().create_future()
        self.ending = False
        """Whether we asked for its end."""

    @property
    def id(self) -> str:
        """The channel's unique id."""
        return self._id

    @property
    def caller(self) -> str:
        """Digits with an optional +; the account of a phone of ours; empty when the caller withheld the number."""
        return self._caller or self._account

    @property
    def dialled(self) -> str:
        """The number that was dialled, or the number or account that we rang."""
        return self._dialled

    @property
    def account(self) -> str:
        """The SIP account of the phone, as it proved by its password; empty for the trunk."""
        return self._account

    @property
    def gone(self) -> bool:
        """Whether the other end has hung up."""
        return self._gone.done()

    # What a conversation does (ivr.call.Call)

    async def answer(self) -> None:
        """Pick up."""
        self._check()
        if not self._up:
            await self._post("answer")
            self._up = True

    async def play(self, sounds: Sequence[str]) -> None:
        """One playback for the whole list; Asterisk logs and skips a missing file. A key stops it."""
        self._check()
        if not sounds or self._keys:
            return
        name = f"{self._id}-{next(_numbers)}"
        with self._expect(name) as finished:
            try:
                await self._post("play", name, media=[f"sound:{sound}" for sound in sounds])
                if not self._keys:
                    await self._until_key(finished)
            finally:
                await self._stop(finished, "playbacks", name)
        self._check()
        if self._music:
            await self._post("moh", mohClass=names.MUSIC)

    async def key(self, timeout: float) -> str | None:
        """The oldest unread key, or the next one."""
        self._check()
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while not self._keys:
                    await self._keys.pressed()
        return self._keys.take() if self._keys else None

    def keys_waiting(self) -> bool:
        """Whether there are unread keys."""
        return bool(self._keys)

    def forget_keys(self) -> None:
        """Drop the unread keys."""
        self._keys.clear()

    async def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> Path | None:
        """Record to <recordings>/<name>.wav. Raises ValueError when the name is no plain relative path."""
        target = _recording_path(self._recordings, name)
        self._check()
        live = uuid.uuid4().hex
        made = self._spool / "recording" / f"{live}.wav"
        try:
            report = await self._record(live, max_seconds, silence_seconds)
            if report["type"] == "RecordingFailed" or not await asyncio.to_thread(is_spoken, made):
                return None
            target.parent.mkdir(parents=True, exist_ok=True)
            return made.replace(target)
        finally:
            made.unlink(missing_ok=True)

    @asynccontextmanager
    async def music(self) -> AsyncIterator[None]:
        """Music on hold while the block runs."""
        self._check()
        self._music = True
        try:
            await self._post("moh", mohClass=names.MUSIC)
            yield
        finally:
            await self.stop_music()

    async def wait_gone(self) -> Hangup:
        """The cause, once the other end has hung up."""
        return await asyncio.shield(self._gone)

    async def hangup(self) -> None:
        """Ask Asterisk to end the channel; should it not hear us, the exchange asks again when it does.

        One that was never answered is busy (SIP 486), which every network knows how to tell its caller.
        """
        self.ending = True
        if self.gone:
            return
        try:
            await self._ari.delete("channels", self._id, reason="normal" if self._up else "busy")
        except AriError as error:
            if error.status == 404:
                self.on_gone(NORMAL)
            else:
                log.warning("cannot hang up now: %s", error)

    # What the exchange and the room tell it

    async def stop_music(self) -> None:
        """End the music, if it plays. Never raises: the caller may be gone."""
        if self._music and not self.gone:
            self._music = False
            with suppress(AriError):
                await self._ari.delete("channels", self._id, "moh")

    def on_key(self, key: str, at: datetime) -> None:
        """A key was pressed, by Asterisk's clock. It reports a key dialled very fast twice: that is one key."""
        last_key, last_at = self._last_key
        self._last_key = (key, at)
        if key != last_key or at - last_at >= SHORTEST_REPEAT:
            self._keys.press(key)

    def on_report(self, name: str, event: Event) -> None:
        """The playback or recording of this name has ended."""
        future = self._expected.get(name)
        if future is not None and not future.done():
            future.set_result(event)

    def on_gone(self, cause: int) -> None:
        """The channel has left: whatever waits on it ends with Hangup. Only the first cause counts."""
        if self.gone:
            return
        self._gone.set_result(Hangup(cause))
        self._keys.close(Hangup(cause))
        for future in self._expected.values():
            if not future.done():
                future.set_exception(Hangup(cause))

    async def recheck(self) -> None:
        """After events were lost: ask whether what we wait for has ended meanwhile."""
        for name in list(self._expected):
            kind = ("playbacks", name) if name.startswith(self._id) else ("recordings", "live", name)
            try:
                await self._ari.get(*kind)
            except AriError as error:
                if error.status == 404:
                    self.on_report(name, {"type": "Lost"})

    # How

    async def refused(self, error: AriError) -> Hangup:
        """What to raise when a request about this channel was refused, which mostly means that it is gone."""
        if error.status == 0:
            return Hangup(NETWORK_FAILED)
        with suppress(TimeoutError):
            async with asyncio.timeout(CAUSE_SECONDS):
                return await self.wait_gone()
        log.warning("call %s: %s", self._id, error)
        return Hangup(NORMAL)

    def _check(self) -> None:
        if self.gone:
            raise Hangup(self._gone.result().cause)

    async def _post(self, *what: str, **body: object) -> None:
        try:
            await self._ari.post("channels", self._id, *what, **body)
        except AriError as error:
            raise await self.refused(error) from error

    @contextmanager
    def _expect(self, name: str) -> Iterator[asyncio.Future[Event]]:
        """Where the report about `name` will arrive. Entered before the request: the report can overtake the reply."""
        future: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        future.add_done_callback(_retrieve)
        self._expected[name] = future
        try:
            yield future
        finally:
            del self._expected[name]

    async def _until_key(self, finished: asyncio.Future[Event]) -> str | None:
        """Wait for the end of a playback or recording, or a key, which is returned. Raises Hangup."""
        pressed = asyncio.ensure_future(self._keys.pressed())
        try:
            await asyncio.wait((finished, pressed), return_when=asyncio.FIRST_COMPLETED)
            return pressed.result() if pressed.done() else None
        finally:
            pressed.cancel()

    async def _stop(self, finished: asyncio.Future[Event], *what: str) -> None:
        """End a playback or recording that still runs, and wait until it has, so that the next one can start."""
        with suppress(AriError, TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                while not finished.done():
                    if what[0] == "playbacks":
                        await self._ari.delete(*what)
                    else:
                        await self._ari.post(*what, "stop")
                    await asyncio.wait([finished], timeout=STOP_AGAIN)

    async def _record(self, live: str, max_seconds: float, silence_seconds: float) -> Event:
        """Record under a passing name until `#`, silence, the limit or a hang-up; the report of its end.

        The `#` is ours to see, not Asterisk's (terminateOn): so we know that it ended this and answers no question.
        """
        with self._expect(live) as finished:
            try:
                await self._post(
                    "record",
                    name=live,
                    format="wav",
                    maxDurationSeconds=math.ceil(max_seconds),
                    maxSilenceSeconds=math.ceil(silence_seconds),
                    ifExists="overwrite",
                    beep=True,
                )
                while not finished.done():
                    if await self._until_key(finished) == "#":
                        self._keys.take_back()
                        await self._stop(finished, "recordings", "live", live)
                        break
            finally:
                await self._stop(finished, "recordings", "live", live)
            return finished.result() if finished.done() else {"type": "Lost"}


def endpoint_of(channel_name: str) -> str:
    """The account of `PJSIP/dr-rao-00000012`: Asterisk names the channel after the endpoint, whatever From says."""
    endpoint = channel_name.removeprefix("PJSIP/").rpartition("-")[0]
    return "" if endpoint == names.TRUNK else endpoint


def _number(caller: str) -> str:
    return caller if re.fullmatch(r"\+?[0-9]+", caller) else ""


def _recording_path(folder: Path, name: str) -> Path:
    if not re.fullmatch(r"[\w-]+(/[\w-]+)*", name):
        raise ValueError(f"a recording cannot be named {name!r}")
    return folder / f"{name}.wav"


def _retrieve(future: asyncio.Future[Event]) -> None:
    """A report nobody waits for any more is no error."""
    if not future.cancelled():
        future.exception()
