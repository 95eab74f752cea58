"""A real Asterisk for a test: started in a temporary home on free ports, with everything it needs, ended with the test.

Use it by `pytest_plugins = ("tests.live.asterisk_fixture",)`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pbx.config import SwitchConfig, Trunk
from pbx.exchange import AriExchange, Arrival
from pbx.phones import ha1
from pbx.process import find_process
from pbx.render_config import Folders
from pbx.switchboard import Switchboard, open_switchboard
from tests.live.audio import write_tone
from tests.live.ports import free_port
from tests.live.sip import Account, Phone

CHECKOUT = Path(__file__).resolve().parents[2]
CALLER = "+919876543210"
MUSIC_HZ, SOUND_HZ, APOLOGY_HZ = 440.0, 700.0, 950.0
PASSWORD = "secret"

Conversation = Callable[[Arrival], Awaitable[None]]


def make_config(home: Path, **changes: object) -> SwitchConfig:
    """A deployment below `home` whose music, prompt and apology are tones of their own."""
    for folder in ("music", "sounds"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    write_tone(home / "music" / "music.wav", MUSIC_HZ, 20.0)
    write_tone(home / "sounds" / "apology.wav", APOLOGY_HZ, 0.6)
    config = SwitchConfig(
        home=home,
        prefix=CHECKOUT / ".asterisk",
        music_dir=home / "music",
        sip_port=free_port(),
        lines={"104": "patient", "1055": "missed"},
        apology=[home / "sounds" / "apology"],
        trunk=Trunk(contact=f"127.0.0.1:{free_port()}"),
    )
    return replace(config, **changes)  # type: ignore[arg-type]  # a test names the fields it changes


@asynccontextmanager
async def none_left_behind(config: SwitchConfig) -> AsyncIterator[None]:
    """Ends an Asterisk that was left running on purpose, should the test not come to adopting it."""
    try:
        yield
    finally:
        folders = Folders(config.home / "asterisk")
        process = find_process(folders.run / "asterisk.pid", str(folders.etc / "asterisk.conf"))
        if process is not None:
            await process.stop(grace=5.0)
            process.close()


class Bench:
    """One switchboard under test, and the phones around it."""

    def __init__(self, board: Switchboard, stack: AsyncExitStack) -> None:
        self.board = board
        self.config = board.switch.config
        self._stack = stack

    @property
    def exchange(self) -> AriExchange:
        """The exchange under test."""
        return self.board.exchange

    @property
    def server(self) -> tuple[str, int]:
        """Where Asterisk speaks SIP."""
        return ("127.0.0.1", self.config.sip_port)

    def sound(self, seconds: float, hz: float = SOUND_HZ) -> str:
        """A prompt: the stem of a tone of this length."""
        stem = self.config.home / "sounds" / f"tone-{hz:.0f}-{seconds}"
        write_tone(stem.with_name(stem.name + ".wav"), hz, seconds)
        return str(stem)

    async def caller(self, number: str = CALLER, address: str = "127.0.0.1") -> Phone:
        """Somebody on the public telephone network."""
        return await self._stack.enter_async_context(Phone(self.server, Account(number), address))

    async def subscriber(self) -> Phone:
        """The far end of the trunk: whatever number we ring rings here."""
        port = int(self.config.trunk.contact.rpartition(":")[2])
        return await self._stack.enter_async_context(Phone(self.server, Account("subscriber"), port=port))

    async def doctor(self, account: str = "dr-rao") -> Phone:
        """A provisioned and registered phone of our own, ready to be rung."""
        await self.board.phones.provision(account, ha1(account, PASSWORD), "Dr Rao")
        phone = await self._stack.enter_async_context(Phone(self.server, Account(account, PASSWORD)))
        await phone.register()
        return phone

    def serve(self, conversation: Conversation) -> "asyncio.Future[Arrival]":
        """Let each arrival have this conversation; the future is the first arrival when its conversation has ended."""
        ended: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()

        async def told(arrival: Arrival) -> None:
            try:
                await conversation(arrival)
            except BaseException as error:
                if not ended.done() and isinstance(error, Exception):
                    ended.set_exception(error)
                raise
            if not ended.done():
                ended.set_result(arrival)

        self.exchange.serve(told)
        return ended

    async def nothing_left(self) -> None:
        """Returns when Asterisk has neither channels nor bridges."""
        while await self.exchange.counts() != (0, 0):  # noqa: ASYNC110  # Asterisk has no event for this
            await asyncio.sleep(0.01)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """A switchboard on loopback."""
    async with AsyncExitStack() as stack:
        board = await stack.enter_async_context(open_switchboard(make_config(tmp_path)))
        async with AsyncExitStack() as phones, asyncio.timeout(60):
            yield Bench(board, phones)
