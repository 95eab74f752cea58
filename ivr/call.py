"""What a conversation needs from a telephone: one call, the rooms two calls meet in, and how to ring somebody.

These Protocols are the whole contract between `ivr` and the switch. `pbx` fulfils them with Asterisk; a unit test
fulfils them with a small scripted class. Nothing here or above names Asterisk.

Sounds are file stems without extension, absolute (a recording, a rendered prompt); the switch adds the ending.
Every awaiting method raises `Hangup` as soon as the other end is gone, so a flow never has to ask.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

ORDINARY_CAUSES = frozenset({0, 16, 17, 19, 21, 31})
"""Q.850: somebody put the phone down. Anything else is a network, or a switch, that failed."""


class Hangup(Exception):
    """The other end is gone. Caught once, where the call's task was started; `finally` blocks put things right."""

    def __init__(self, cause: int = 16) -> None:
        super().__init__(f"hung up, cause {cause}")
        self.cause = cause
        """Q.850 cause: 16 is an ordinary hang-up, 38/41 a network that failed, and so on."""


class NoAnswer(Exception):
    """A phone that was rung did not answer: `reason` is `busy`, `timeout`, `unreachable` or `refused`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Call(Protocol):
    """One leg to one person. Keys pressed at any moment are kept in order until read, so callers may type ahead."""

    @property
    def id(self) -> str:
        """Names the leg for its whole life, across restarts of ours (Asterisk: the channel's unique id)."""
        ...

    @property
    def caller(self) -> str:
        """The caller's number as the trunk gave it, not yet trusted nor normalised; empty when withheld.

        Of one of our own phones: its SIP account.
        """
        ...

    @property
    def dialled(self) -> str:
        """The number that was dialled (or that we rang)."""
        ...

    async def answer(self) -> None:
        """Pick up. Does nothing when already up."""
        ...

    async def play(self, sounds: Sequence[str]) -> None:
        """Play sound files one after another; returns when done, or at once when a key is pressed (or is waiting).

        The key stays unread. A missing file is an error of the build: it is logged and skipped, never a hang.
        """
        ...

    async def key(self, timeout: float) -> str | None:
        """The next key (`0`-`9`, `*`, `#`), or None after `timeout` seconds without one."""
        ...

    def keys_waiting(self) -> bool:
        """Whether a key was pressed that nobody has read yet."""
        ...

    def forget_keys(self) -> None:
        """Drop what was typed ahead: before a question whose answer must be deliberate."""
        ...

    async def record(self, name: str, *, max_seconds: float, silence_seconds: float) -> Path | None:
        """Beep, then record the caller until `#`, silence or the limit. The wav file, or None if nothing was said."""
        ...

    def music(self) -> AbstractAsyncContextManager[None]:
        """Music on hold while the block runs; `play` inside the block pauses the music and resumes it."""
        ...

    async def wait_gone(self) -> Hangup:
        """Returns (does not raise) when the other end has hung up, with the cause."""
        ...

    async def hangup(self) -> None:
        """End the leg. Does nothing when already gone; never raises."""
        ...


class Room(Protocol):
    """Where the two legs of a consultation hear each other. Named after the consultation, so it can be adopted."""

    @property
    def id(self) -> str: ...

    async def admit(self, call: Call) -> None:
        """Let this leg in; everybody inside hears everybody. Raises `Hangup` if the leg is gone."""
        ...

    async def dismiss(self, call: Call) -> None:
        """Take this leg out, still up. Does nothing when it is not inside."""
        ...

    async def close(self) -> None:
        """End the room (not the legs). Does nothing when already closed; never raises."""
        ...


class Exchange(Protocol):
    """How to ring people and make rooms. One for each switch."""

    async def ring_account(self, account: str, *, caller: str, timeout: float) -> Call:
        """Ring the phone registered as this SIP account, showing `caller`; the answered leg, or `NoAnswer`.

        Cancelling the task stops the ringing.
        """
        ...

    async def ring_number(self, number: str, *, caller: str, timeout: float) -> Call:
        """Ring an outside number (E.164) by the trunk; the answered leg, or `NoAnswer`."""
        ...

    async def open_room(self, name: str) -> Room:
        """Make (or find again) the room of this name."""
        ...

    def overhear(self, spied: Call, listener: Call, *, whisper: bool) -> AbstractAsyncContextManager[None]:
        """While the block runs `listener` hears what this leg says and is told, without being heard.

        With `whisper` the person of the leg hears them, and nobody else does. Raises `Hangup` if either is gone.
        """
        ...

    async def announce(self, call: Call, sounds: Sequence[str]) -> None:
        """Play sounds to the person of this leg alone, whatever room it is in; returns when done. Raises `Hangup`."""
        ...

    async def ready(self) -> None:
        """Returns when the switch can be asked: at once, unless it is being started again."""
        ...

    def find(self, call_id: str) -> Call | None:
        """The live leg of this id, if this switch still holds it."""
        ...
