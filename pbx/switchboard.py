"""The whole telephone in one place: a running Asterisk, its exchange, phones, security events and missed calls."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pbx.access_file import AccessFile
from pbx.ami import Ami, AmiEvent
from pbx.ari import Ari
from pbx.config import SwitchConfig
from pbx.exchange import AriExchange
from pbx.missed import MissedCalls
from pbx.phones import Phones
from pbx.render_config import Access, Folders, knows_numbers
from pbx.security import SecurityEvents
from pbx.switch import Switch, SwitchError
from pbx.tasks import Tasks

log = logging.getLogger(__name__)

CONNECT_SECONDS = 15.0


class Switchboard:
    """What `open_switchboard` hands out; nothing here is made by anybody else."""

    def __init__(self, config: SwitchConfig, tasks: Tasks, switch: Switch | None) -> None:
        """`switch` is None when another process runs the Asterisk of this home."""
        self.config = config
        self._switch = switch
        self._elsewhere = AccessFile(config.home)
        self.security = SecurityEvents()
        self.ari = Ari(self._ari_access, lambda event: self.exchange.on_event(event), self._on_connect)
        self.ami = Ami(self._ami_access, self._on_ami_event)
        self.phones = Phones(self.ari, config.voice_options, config.browser_options)
        spool, player_of = Folders(config.home.absolute() / "asterisk").spool, self.phones.player_of
        self.exchange = AriExchange(
            self.ari, spool=spool, recordings=config.recordings, tasks=tasks, player_of=player_of
        )
        self.missed = MissedCalls(self.ami)

    @property
    def switch(self) -> Switch:
        """The Asterisk that is ours to run. Raises SwitchError when another process runs it."""
        if self._switch is None:
            raise SwitchError(f"the Asterisk of {self.config.home} is run by another process")
        return self._switch

    def alive(self) -> bool:
        """Whether Asterisk runs and both its doors are open to us."""
        runs = self._switch is None or self._switch.pid is not None
        return runs and self.ari.connected and self.ami.alive()

    async def connect(self) -> None:
        """Returns when both doors are open. Raises TimeoutError; but for the switch of another process it waits on."""
        while True:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await asyncio.gather(self.ari.wait_connected(), self.ami.wait_connected())
                return
            except TimeoutError:
                if self._switch is not None:
                    raise
                log.warning("no Asterisk answers in %s yet: is the role switch running there?", self.config.home)

    def _access(self) -> Access:
        return self._elsewhere.read() if self._switch is None else self._switch.access

    def _ari_access(self) -> tuple[int, str]:
        access = self._access()
        return access.http_port, access.ari_secret

    def _ami_access(self) -> tuple[int, str]:
        access = self._access()
        return access.ami_port, access.ami_secret

    async def _on_connect(self) -> None:
        await self.exchange.compare_notes()
        await self.phones.push_all()

    def _on_ami_event(self, event: AmiEvent) -> None:
        self.security.on_event(event)
        self.phones.on_event(event)


@asynccontextmanager
async def open_switchboard(config: SwitchConfig, *, own: bool = True) -> AsyncIterator[Switchboard]:
    """Start (or adopt) Asterisk and connect to it; everything ends with the block. Raises SwitchError, TimeoutError.

    Conversations are cancelled first, then Asterisk is stopped, unless `board.switch.keep` was set meanwhile. With
    `own` false Asterisk is another process's (role `switch`): waited for, never stopped, its calls stay to be adopted.
    """
    tasks = Tasks()
    async with AsyncExitStack() as stack:
        switch = await stack.enter_async_context(Switch(config)) if own else None
        board = Switchboard(config, tasks, switch)
        async with board.ari:
            try:
                tasks.start(board.ari.run(), "ari")
                tasks.start(board.ami.run(), "ami")
                await board.connect()
                if not own and not knows_numbers(config):
                    log.warning("the switch was started with other numbers or languages: start that role anew, too")
                yield board
            finally:
                await tasks.close()
