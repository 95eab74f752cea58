"""A telephone played by a script: people press keys when they hear a prompt. Fulfils the Protocols of `ivr.call`.

No time passes here: who has nothing to press lets a question's patience run out at once, and a long wait (music on
hold, a ringing phone) lasts until the test makes something happen.
"""

import asyncio
import itertools
import wave
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from ivr.call import Call, Hangup, NoAnswer

HANG_UP = "hang up"
SILENCE = ""
LONG = 10.0
"""A wait for a key of more seconds than this is music on hold, or a talk."""
SOON = 10.0
"""Seconds of real time after which a story that does not go on has failed."""
HUMAN = 16

Answers = Mapping[str, str | Sequence[str]]
"""What somebody does when they hear a prompt: keys to press, `HANG_UP`; or a list, one for each hearing."""


class ScriptedCall:
    """One leg, and the person at its other end."""

    _numbers = itertools.count(1)

    def __init__(self, folder: Path, caller: str, dialled: str, answers: Answers) -> None:
        self.id = f"leg-{next(self._numbers)}"
        self.caller, self.dialled = caller, dialled
        self.answers = {key: deque([each] if isinstance(each, str) else each) for key, each in answers.items()}
        self.heard: list[str] = []
        """Prompts by key, in order."""
        self.sounds: list[str] = []
        self.languages: set[str] = set()
        self.steps = 0
        """How often the flow has turned to the person."""
        self.hang_up_at: int | None = None
        self.keys_read = 0
        self.says_nothing_at: set[str] = set()
        """Prompts that ask for a spoken name and get none."""
        self.room: ScriptedRoom | None = None
        self._folder = folder
        self._keys: deque[str] = deque()
        self._gone: Hangup | None = None
        self._changed = asyncio.Event()
        self._heard_until = 0
        self._time_passed = False

    # The person

    @property
    def up(self) -> bool:
        return self._gone is None

    def press(self, keys: str) -> None:
        self._keys.extend(keys)
        self._change()

    def leave(self, cause: int = HUMAN) -> None:
        """Hang up; or, by another cause, be cut off."""
        if self._gone is None:
            self._gone = Hangup(cause)
            self._change()

    def wait_long(self) -> None:
        """A long wait for a key ends without one."""
        self._time_passed = True
        self._change()

    async def hears(self, *prompts: str) -> None:
        """Returns when these have been spoken, in this order, since the last ones waited for."""
        for prompt in prompts:
            while prompt not in self.heard[self._heard_until :]:
                await self._happens(f"{prompt!r} after {self.heard[: self._heard_until]}")
            self._heard_until = self.heard.index(prompt, self._heard_until) + 1

    async def ends(self) -> None:
        """Returns when the leg is down."""
        while self.up:
            await self._happens("the end of the call")

    async def talks(self) -> None:
        """Returns when they are in a room with somebody."""
        while self.room is None or len(self.room.inside) < 2:
            await self._happens("somebody to talk with")

    async def is_told(self, sounds: Sequence[str]) -> None:
        """Something is said to them alone, whatever room they are in."""
        await self._turn()
        self._hear(sounds)
        await self._turn()

    # The switch's side: `ivr.call.Call`

    async def answer(self) -> None:
        await self._turn()

    async def play(self, sounds: Sequence[str]) -> None:
        await self._turn()
        self._hear(sounds)
        await self._turn()

    async def key(self, timeout: float) -> str | None:
        await self._turn()
        while timeout > LONG and self._gone is None and not self._keys and not self._time_passed:
            await self._wait()
        self._time_passed = False
        self._check()
        if not self._keys:
            return None
        self.keys_read += 1
        return self._keys.popleft()

    def keys_waiting(self) -> bool:
        return bool(self._keys)

    def forget_keys(self) -> None:
        self._keys.clear()

    async def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> Path | None:
        await self._turn()
        path = self._folder / f"{name}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(b"\0\1" * 800)
        if self.heard[-1] in self.says_nothing_at:
            path.unlink()
            return None
        return path

    @asynccontextmanager
    async def music(self) -> AsyncIterator[None]:
        await self._turn()
        yield

    async def wait_gone(self) -> Hangup:
        while self._gone is None:
            await self._wait()
        return self._gone

    async def hangup(self) -> None:
        self.leave()

    # Inside

    def _hear(self, sounds: Sequence[str]) -> None:
        """And do what the script says to it."""
        prompts = list(dict.fromkeys(key for sound in sounds if (key := self._prompt(sound))))
        self.sounds += sounds
        self.heard += prompts
        for prompt in prompts:
            waiting = self.answers.get(prompt)
            if waiting:
                self._do(waiting[0] if len(waiting) == 1 else waiting.popleft())
        self._change()

    def _do(self, what: str) -> None:
        if what == HANG_UP:
            self.leave()
        else:
            self.press(what)

    async def _turn(self) -> None:
        """The flow turns to the person; let everybody else act too."""
        self.steps += 1
        if self.steps == self.hang_up_at:
            self.leave()
        self._check()
        await asyncio.sleep(0)
        self._check()

    def _check(self) -> None:
        if self._gone is not None:
            raise Hangup(self._gone.cause)

    def _prompt(self, sound: str) -> str | None:
        language, kind, name = Path(sound).parts[-3:] if sound.count("/") >= 2 else ("", "", "")
        if kind != "prompt":
            return None
        self.languages.add(language)
        return name.split(".")[0]

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Somebody came into the room, or went."""
        self._change()

    async def _wait(self) -> None:
        changed = self._changed
        await changed.wait()

    async def _happens(self, what: str) -> None:
        changed = self._changed
        try:
            await asyncio.wait_for(changed.wait(), SOON)
        except TimeoutError:
            raise AssertionError(f"{self.id} waits for {what}; heard {self.heard}, up={self.up}") from None


class ScriptedRoom:
    """Where legs meet."""

    def __init__(self, name: str) -> None:
        self.id = name
        self.inside: list[ScriptedCall] = []
        self.open = True

    async def admit(self, call: Call) -> None:
        assert isinstance(call, ScriptedCall)
        await asyncio.sleep(0)
        if not call.up:
            raise Hangup
        if call not in self.inside:
            self.inside.append(call)
        call.room = self
        self._tell()

    async def dismiss(self, call: Call) -> None:
        assert isinstance(call, ScriptedCall)
        if call in self.inside:
            self.inside.remove(call)
            call.room = None
            self._tell()

    async def close(self) -> None:
        self.open = False

    def _tell(self) -> None:
        for call in self.inside:
            call.changed()


class Ring:
    """A phone that rings, until it is picked up, refused, or nobody rings it any more."""

    def __init__(self, folder: Path, number: str, shown: str) -> None:
        self.number, self.shown = number, shown
        self.stopped = False
        self._folder = folder
        self._outcome: asyncio.Future[ScriptedCall] = asyncio.get_running_loop().create_future()

    def pick_up(self, answers: Answers | None = None) -> ScriptedCall:
        call = ScriptedCall(self._folder, self.shown, self.number, answers or {})
        self._outcome.set_result(call)
        return call

    def refuse(self, reason: str = "timeout") -> None:
        self._outcome.set_exception(NoAnswer(reason))

    async def outcome(self) -> ScriptedCall:
        try:
            return await self._outcome
        except asyncio.CancelledError:
            self.stopped = True
            if self._outcome.done() and not self._outcome.cancelled() and self._outcome.exception() is None:
                self._outcome.result().leave()
            raise


class ScriptedExchange:
    """Rings phones and makes rooms; tests wait for a ring and decide what becomes of it."""

    def __init__(self, folder: Path) -> None:
        self.legs: list[ScriptedCall] = []
        self.rooms: list[ScriptedRoom] = []
        self.rung: list[str] = []
        """Numbers and accounts, in order."""
        self.ears: frozenset[tuple[str, str, bool]] = frozenset()
        """Who overhears whom, and whether they whisper."""
        self.overheard: list[str] = []
        """The legs that somebody has listened to, in order."""
        self._ears_changed = asyncio.Event()
        self._folder = folder
        self._rings: dict[str, asyncio.Queue[Ring]] = {}

    def dials(self, caller: str, dialled: str, answers: Answers) -> ScriptedCall:
        """Somebody calls us."""
        call = ScriptedCall(self._folder, caller, dialled, answers)
        self.legs.append(call)
        return call

    async def ring_of(self, number: str) -> Ring:
        """The next ring of this phone, which goes on until the test decides."""
        try:
            return await asyncio.wait_for(self._queue(number).get(), SOON)
        except TimeoutError:
            raise AssertionError(f"{number} does not ring; rung were {self.rung}") from None

    def rings_now(self, number: str) -> bool:
        """Whether this phone rang and nobody has looked at it yet."""
        return not self._queue(number).empty()

    async def ring_account(self, account: str, *, caller: str, timeout: float) -> Call:
        return await self._ring(account, caller)

    async def ring_number(self, number: str, *, caller: str, timeout: float) -> Call:
        return await self._ring(number, caller)

    async def open_room(self, name: str) -> ScriptedRoom:
        room = next((room for room in self.rooms if room.id == name and room.open), None)
        if room is None:
            room = ScriptedRoom(name)
            self.rooms.append(room)
        return room

    @asynccontextmanager
    async def overhear(self, spied: Call, listener: Call, *, whisper: bool) -> AsyncIterator[None]:
        await asyncio.sleep(0)
        if self.find(spied.id) is None or self.find(listener.id) is None:
            raise Hangup
        ear = (listener.id, spied.id, whisper)
        self.overheard.append(spied.id)
        self._hearing(self.ears | {ear})
        try:
            yield
        finally:
            self._hearing(self.ears - {ear})

    async def announce(self, call: Call, sounds: Sequence[str]) -> None:
        assert isinstance(call, ScriptedCall)
        await call.is_told(sounds)

    async def ears_are(self, *ears: tuple[str, str, bool]) -> None:
        """Returns when exactly these overhear: who, whom, and whether they whisper."""
        while self.ears != set(ears):
            changed = self._ears_changed
            try:
                await asyncio.wait_for(changed.wait(), SOON)
            except TimeoutError:
                raise AssertionError(f"overheard are {self.ears}, not {ears}") from None

    def _hearing(self, ears: frozenset[tuple[str, str, bool]]) -> None:
        self.ears = ears
        self._ears_changed.set()
        self._ears_changed = asyncio.Event()

    async def ready(self) -> None:
        await asyncio.sleep(0)

    def find(self, call_id: str) -> Call | None:
        return next((leg for leg in self.legs if leg.id == call_id and leg.up), None)

    async def _ring(self, number: str, shown: str) -> ScriptedCall:
        ring = Ring(self._folder, number, shown)
        self.rung.append(number)
        self._queue(number).put_nowait(ring)
        call = await ring.outcome()
        self.legs.append(call)
        return call

    def _queue(self, number: str) -> asyncio.Queue[Ring]:
        return self._rings.setdefault(number, asyncio.Queue())
