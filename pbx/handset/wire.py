"""What crosses the pipe between a handset and its telephone process: the only place that names it.

One JSON object a line. Down go commands (`{"id": 3, "do": "keys", "digits": "12"}`), the first of them `start`; up
come a reply to each (`{"reply": 3, "error": null}`) and, at any moment, events (`{"event": "key", "at": 81.2, …}`).
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Self


class Do(StrEnum):
    """Commands."""

    START = "start"
    REGISTER = "register"
    DIAL = "dial"
    ANSWER = "answer"
    REJECT = "reject"
    HANG_UP = "hang_up"
    KEYS = "keys"
    SAY = "say"


class Kind(StrEnum):
    """Events. A call goes (dialling → trying → alerting | incoming) → up → gone, and may be gone from anywhere."""

    READY = "ready"
    """The telephone listens; `port`."""
    REGISTRATION = "registration"
    """The registrar answered; `code` (200 is well), `reason`, `active`."""
    DIALLING = "dialling"
    """Our INVITE is sent; `uri`."""
    TRYING = "trying"
    """The other end has our call (any response at all, RFC 3261 17.1.1)."""
    ALERTING = "alerting"
    """It rings there; `code` 180 or 183."""
    INCOMING = "incoming"
    """It rings here; `number`, `name` and `dialled`."""
    UP = "up"
    """Both ends talk."""
    SOUND = "sound"
    """What is heard began (`on` true) or ended (`on` false, dated back to the last sound)."""
    KEY = "key"
    """A key was sent; `digit`."""
    PRESSED = "pressed"
    """The other side pressed a key (RFC 4733); `digit`."""
    GONE = "gone"
    """The call ended: `code` and `reason` of SIP, `q850` cause or null, `by` us or them."""


@dataclass(frozen=True)
class Settings:
    """How a telephone is set up: the `start` command's arguments. Paths are absolute."""

    registrar: str = "127.0.0.1:5060"
    caller: str = ""
    account: str | None = None
    password: str = ""
    bind: str = ""
    listen_port: int = 0
    speak: str | None = None
    record: str | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened to the telephone.

    `at` is `time.monotonic()` in seconds, which all processes of a machine share; `recorded` is how many seconds of
    the call's recording there were by then, or None when nothing is recorded. Both are good to about 30 ms.
    """

    kind: Kind
    at: float
    recorded: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_line(self) -> str:
        """The event as it goes up the pipe."""
        return json.dumps({"event": self.kind, "at": self.at, "recorded": self.recorded, "detail": self.detail})

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """The event that a parsed line holds."""
        return cls(Kind(message["event"]), message["at"], message["recorded"], message["detail"])


def command(number: int, do: Do, arguments: Mapping[str, Any]) -> str:
    """A command as it goes down the pipe; its reply carries the same number."""
    return json.dumps({"id": number, "do": do, **arguments})


def reply(number: int, error: str | None = None) -> str:
    """The answer to a command: done, or what was wrong."""
    return json.dumps({"reply": number, "error": error})


def settings_arguments(settings: Settings) -> dict[str, Any]:
    """The arguments of `start`."""
    return dataclasses.asdict(settings)


def nth_recording(first: Path, call: int) -> Path:
    """Where a phone's nth call is recorded: `heard.wav`, then `heard-2.wav`, `heard-3.wav`."""
    return first if call == 1 else first.with_stem(f"{first.stem}-{call}")
