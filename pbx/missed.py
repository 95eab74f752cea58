"""Calls nobody took because our program was away: the dialplan notes them in AstDB, here they are fetched."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from pbx.ami import Ami
from pbx.names import MISSED

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MissedCall:
    """A caller to be called back. `key` names the note: forget it once the call is safely in the database."""

    key: str
    caller: str
    dialled: str
    kind: str
    at: datetime


class MissedCalls:
    """The notes of one switch. They survive Asterisk's restarts and ours.

    The one thing of a caller's that comes by AMI: the dialplan lets nothing but digits of the number into a note.
    """

    def __init__(self, ami: Ami) -> None:
        self._ami = ami

    async def list(self) -> list[MissedCall]:
        """All notes, oldest first. Raises AmiError."""
        notes = await self._ami.list("DBGetTree", Family=MISSED)
        calls = [_parse(note.headers["Key"].rpartition("/")[2], note.headers["Val"]) for note in notes]
        return sorted((call for call in calls if call is not None), key=lambda call: (call.at, call.key))

    async def forget(self, key: str) -> None:
        """Remove a note. Raises AmiError; one that is gone already is refused so, too."""
        await self._ami.action("DBDel", Family=MISSED, Key=key)


def _parse(key: str, note: str) -> MissedCall | None:
    """A note of the dialplan: caller|dialled|kind|seconds since 1970."""
    try:
        caller, dialled, kind, seconds = note.split("|")
        return MissedCall(key, caller, dialled, kind, datetime.fromtimestamp(int(seconds), UTC))
    except ValueError:
        log.error("missed call %s cannot be read: %r", key, note)
        return None
