"""Calls nobody took because our program was away: the dialplan notes them in AstDB, here they are fetched."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from pbx.ami import Ami
from pbx.ari import Ari
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
    """The notes of one switch. They survive Asterisk's restarts and ours."""

    def __init__(self, ari: Ari, ami: Ami) -> None:
        self._ari, self._ami = ari, ami

    async def list(self) -> list[MissedCall]:
        """All notes, or as many as fit one answer: forget these and ask again. Raises AriError."""
        keys = (await self._ari.get("asterisk", "variable", variable=f"DB_KEYS({MISSED})"))["value"]
        notes = [(key, await self._read(key)) for key in keys.split(",") if key]
        return [call for key, note in notes if (call := _parse(key, note)) is not None]

    async def forget(self, key: str) -> None:
        """Remove a note. Raises AmiError; one that is gone already is refused so, too."""
        await self._ami.action("DBDel", Family=MISSED, Key=key)

    async def _read(self, key: str) -> str:
        return str((await self._ari.get("asterisk", "variable", variable=f"DB({MISSED}/{key})"))["value"])


def _parse(key: str, note: str) -> MissedCall | None:
    """A note of the dialplan: caller|dialled|kind|seconds since 1970."""
    try:
        caller, dialled, kind, seconds = note.split("|")
        return MissedCall(key, caller, dialled, kind, datetime.fromtimestamp(int(seconds), UTC))
    except ValueError:
        log.error("missed call %s cannot be read: %r", key, note)
        return None
