"""A Room that is an Asterisk mixing bridge."""

import logging
from contextlib import suppress

from ivr.call import Call, Hangup
from pbx.ari import Ari, AriError
from pbx.call import AriCall

log = logging.getLogger(__name__)

KIND = "mixing,dtmf_events"
"""With dtmf_events keys reach us also from inside; without, two phones might be joined where nobody hears keys."""


async def open_bridge(ari: Ari, name: str) -> "AriRoom":
    """Make the bridge of this name, or find it again. Raises AriError."""
    try:
        await ari.post("bridges", name, type=KIND, name=name)
    except AriError as error:
        if error.status != 409:
            raise
    return AriRoom(ari, name)


class AriRoom:
    """Where legs hear each other. An empty bridge is never removed by Asterisk: close it."""

    def __init__(self, ari: Ari, name: str) -> None:
        self._ari = ari
        self._name = name

    @property
    def id(self) -> str:
        """The bridge's id, which is the name we gave it."""
        return self._name

    async def admit(self, call: Call) -> None:
        """Let this leg in; its music ends. Raises Hangup if the leg is gone, AriError if the bridge is."""
        if not isinstance(call, AriCall):
            raise TypeError(f"{call!r} is no leg of this switch")
        await call.stop_music()
        try:
            await self._ari.post("bridges", self._name, "addChannel", channel=call.id)
        except AriError as error:
            if error.status == 404:
                raise
            raise await call.refused(error) from error

    async def dismiss(self, call: Call) -> None:
        """Take this leg out; it stays up. Not being inside, or gone, is fine."""
        with suppress(AriError, Hangup):
            await self._ari.post("bridges", self._name, "removeChannel", channel=call.id)

    async def close(self) -> None:
        """Remove the bridge; the legs inside stay up."""
        try:
            await self._ari.delete("bridges", self._name)
        except AriError as error:
            if error.status != 404:
                log.warning("cannot close room %s now: %s", self._name, error)
