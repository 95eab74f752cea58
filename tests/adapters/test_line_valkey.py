"""The embedded server: starts, is adopted after a crash of ours, ends, and says why when it cannot start."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from core.adapters.line import EmbeddedValkey, RedisLine, valkey
from core.ports import LineLost, Waiter
from core.rules.queue import Lane


@pytest.fixture
def home() -> Iterator[Path]:
    """A short path, as sockets need one."""
    with tempfile.TemporaryDirectory(prefix="duravani-vk-") as folder:
        yield Path(folder) / "state"


async def _alive(url: str) -> bool:
    line = RedisLine.open(url)
    try:
        return await line.alive()
    finally:
        await line.close()


async def test_it_serves_until_it_is_stopped(home: Path) -> None:
    server = EmbeddedValkey()
    url = await server.start(home)
    try:
        assert await _alive(url)
        assert (home / "valkey.sock").stat().st_mode & 0o077 == 0, "nobody else's business"
    finally:
        await server.stop()
    assert not await _alive(url)
    await server.stop()


@pytest.fixture
def only_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the package, and with a server of its own."""
    (tmp_path / "redis-server").symlink_to(valkey._binary())
    monkeypatch.setattr(valkey, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("only_of_the_system")
async def test_without_its_package_the_systems_own_serves(home: Path) -> None:
    server = EmbeddedValkey()
    try:
        assert await _alive(await server.start(home))
    finally:
        await server.stop()


async def test_a_server_that_outlived_us_is_adopted_with_what_it_holds(home: Path) -> None:
    before, after = EmbeddedValkey(), EmbeddedValkey()
    try:
        line = RedisLine.open(await before.start(home))
        await line.join(Waiter(1, Lane("RJ", "general", "hi"), 1))
        url = await after.start(home)
        assert (await line.counts()).waiting == 1
        await line.close()
        await after.stop()
        assert not await _alive(url)
    finally:
        await before.stop()


async def test_it_keeps_nothing_on_disk(home: Path) -> None:
    server = EmbeddedValkey()
    try:
        line = RedisLine.open(await server.start(home))
        await line.join(Waiter(1, Lane("RJ", "general", "hi"), 1))
        await line.close()
    finally:
        await server.stop()
    assert os.listdir(home) == ["valkey.log"]


async def test_a_home_whose_path_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="longer than a socket's path may be"):
        await EmbeddedValkey().start(tmp_path / ("x" * 100))


async def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    (home / "valkey.sock").mkdir(parents=True)
    with pytest.raises(RuntimeError, match="did not start"):
        await EmbeddedValkey().start(home)


async def _serves_empty(line: RedisLine) -> bool:
    try:
        return not await line.is_built()
    except LineLost:
        await asyncio.sleep(0.01)  # a refused connection does not let anybody else run
        return False


async def test_it_is_started_again_when_it_dies(home: Path) -> None:
    server = EmbeddedValkey()
    url = await server.start(home)
    line = RedisLine.open(url)
    keeping = asyncio.create_task(server.keep())
    try:
        await line.rebuild([], [])
        assert await line.is_built()
        async with Redis.from_url(url) as redis:
            pid = (await redis.info("server"))["process_id"]
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(10):
            while not await _serves_empty(line):
                continue
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        await line.close()
        await server.stop()
