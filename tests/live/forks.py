"""Starts `duravani …` for tests: forked from `tests.live.fork_server` where that runs, else as its users start it."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypedDict

CHECKOUT = Path(__file__).resolve().parents[2]
AT = "TESTS_FORK_SERVER"
"""The variable that tells where it listens."""


class Order(TypedDict):
    """A program to fork: its words after `main.py`, its whole environment, its folder."""

    words: list[str]
    environment: dict[str, str]
    folder: str


class Started(Protocol):
    """What tests use of an `asyncio.subprocess.Process`."""

    pid: int
    stdout: asyncio.StreamReader | None

    @property
    def returncode(self) -> int | None:
        """None while it runs."""

    async def wait(self) -> int:
        """Its exit code, when it has ended."""

    async def communicate(self) -> tuple[bytes, bytes]:
        """What else it writes, when it has ended."""

    def send_signal(self, signal: int) -> None:
        """It must not have ended."""

    def kill(self) -> None:
        """Likewise."""


def forking() -> bool:
    """Whether there is a server."""
    return AT in os.environ


async def start(*words: str, environment: Mapping[str, str], stderr: int | None = None) -> Started:
    """`duravani` with these words; `stderr` is `PIPE`, or None: ours."""
    if forking():
        return await _fork(Order(words=[*words], environment={**environment}, folder=str(CHECKOUT)), stderr)
    return await asyncio.create_subprocess_exec(
        sys.executable, str(CHECKOUT / "main.py"), *words, env=environment, cwd=CHECKOUT,
        stdin=DEVNULL, stdout=PIPE, stderr=stderr,
    )  # fmt: skip


@contextmanager
def fork_server() -> Iterator[None]:
    """While the block runs, programs are forked, also those of processes that we start."""
    with tempfile.TemporaryDirectory(prefix="duravani-forks-") as folder, _socket() as listening:
        listening.bind(f"{folder}/socket")
        listening.listen(64)  # before it runs: whoever comes early waits
        command = [sys.executable, "-m", "tests.live.fork_server", str(listening.fileno())]
        with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, pass_fds=[listening.fileno()]):
            os.environ[AT] = f"{folder}/socket"
            try:
                yield
            finally:
                del os.environ[AT]


def _socket() -> socket.socket:
    """Of messages that stay whole."""
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK)


async def _fork(order: Order, stderr: int | None) -> "_Forked":
    loop, connection = asyncio.get_running_loop(), _socket()
    await loop.sock_connect(connection, os.environ[AT])
    out, written = await _pipe()
    err, blamed = await _pipe() if stderr == PIPE else (None, os.dup(2))
    socket.send_fds(connection, [json.dumps(order).encode()], [written, blamed])
    os.close(written)
    os.close(blamed)
    return _Forked(connection, int(await loop.sock_recv(connection, 64)), out, err)


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """What is read, and where it is written."""
    reading, writing = os.pipe()
    reader, loop = asyncio.StreamReader(), asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb", 0))
    return reader, writing


class _Forked:
    """See `Started`."""

    def __init__(
        self, connection: socket.socket, pid: int, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader | None
    ) -> None:
        self.pid = pid
        self.stdout: asyncio.StreamReader | None = stdout
        self.returncode: int | None = None
        self._stderr, self._connection, self._ended = stderr, connection, asyncio.Event()
        asyncio.get_running_loop().add_reader(connection, self._on_end)

    async def wait(self) -> int:
        await self._ended.wait()
        assert self.returncode is not None
        return self.returncode

    async def communicate(self) -> tuple[bytes, bytes]:
        readers = [each for each in (self.stdout, self._stderr) if each is not None]
        written = await asyncio.gather(*(reader.read() for reader in readers))
        await self.wait()
        return written[0], b"".join(written[1:])

    def send_signal(self, signal: int) -> None:
        with suppress(ProcessLookupError):  # it is just being told of
            os.kill(self.pid, signal)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _on_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._connection)
        with self._connection:
            self.returncode = int(self._connection.recv(64))
        self._ended.set()
