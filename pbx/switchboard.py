"""The whole telephone in one place: a running Asterisk, its exchange, phones, security events and missed calls."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pbx.ami import Ami, AmiEvent
from pbx.ari import Ari
from pbx.config import SwitchConfig
from pbx.exchange import AriExchange
from pbx.missed import MissedCalls
from pbx.phones import Phones
from pbx.security import SecurityEvents
from pbx.switch import Switch
from pbx.tasks import Tasks

log = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0


class Switchboard:
    """What `open_switchboard` hands out; nothing here is made by anybody else."""

    def __init__(self, switch: Switch, tasks: Tasks) -> None:
        self.switch = switch
        self.security = SecurityEvents()
        self.ari = Ari(self._ari_access, lambda event: self.exchange.on_event(event), self._on_connect)
        self.ami = Ami(self._ami_access, self._on_ami_event)
        self.exchange = AriExchange(
            self.ari, spool=switch.folders.spool, recordings=switch.config.recordings, tasks=tasks
        )
        self.phones = Phones(self.ari)
        self.missed = MissedCalls(self.ami)

    def alive(self) -> bool:
        """Whether Asterisk runs and both its doors are open to us."""
        return self.switch.pid is not None and self.ari.connected and self.ami.alive()

    def _ari_access(self) -> tuple[int, str]:
        return self.switch.access.http_port, self.switch.access.ari_secret

    def _ami_access(self) -> tuple[int, str]:
        return self.switch.access.ami_port, self.switch.access.ami_secret

    async def _on_connect(self) -> None:
        await self.exchange.compare_notes()
        await self.phones.push_all()

    def _on_ami_event(self, event: AmiEvent) -> None:
        self.security.on_event(event)
        self.phones.on_event(event)


@asynccontextmanager
async def open_switchboard(config: SwitchConfig) -> AsyncIterator[Switchboard]:
    """Start (or adopt) Asterisk and connect to it; everything ends with the block. Raises SwitchError, TimeoutError.

    Conversations are cancelled first, then Asterisk is stopped, unless `board.switch.keep` was set meanwhile.
    """
    tasks = Tasks()
    async with Switch(config) as switch:
        board = Switchboard(switch, tasks)
        async with board.ari:
            try:
                tasks.start(board.ari.run(), "ari")
                tasks.start(board.ami.run(), "ami")
                async with asyncio.timeout(CONNECT_SECONDS):
                    await asyncio.gather(board.ari.wait_connected(), board.ami.wait_connected())
                yield board
            finally:
                await tasks.close()
