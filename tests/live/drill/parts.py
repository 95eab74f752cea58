"""What breaks in a drill, and how a deployment brings it back."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import aiohttp

from tests.live.drill.schedule import Part
from tests.live.instance import Instance, process_of, processes_of

STALL = 1.0
"""Seconds for which a stopped part is stopped."""
LOOK_EVERY = 0.05
"""Seconds between two looks at something that tells nobody when it changes."""
BACK_SECONDS = 40.0
NAMES = {Part.VALKEY: "valkey", Part.VALKEY_STALLS: "valkey", Part.ASTERISK: "asterisk.conf"}
"""What is on the command line of their processes."""


async def break_part(service: Instance, part: Part, cut: Callable[[], None]) -> None:
    """Kill it; return when everything serves again. `cut`: what happens to whoever is on the telephone."""
    if part is Part.PROGRAM:
        await service.program.end(signal.SIGKILL)
        await service.program.start()
    elif part is Part.POWER:
        for pid in processes_of(service.home):
            os.kill(pid, signal.SIGKILL)
        await service.program.end(signal.SIGKILL)
        await _silence(cut)
        await service.program.start()
    elif part is Part.VALKEY_STALLS:
        await _stall(process_of(service.home, NAMES[part]))
    else:
        pid = process_of(service.home, NAMES[part])
        os.kill(pid, signal.SIGKILL)
        if part is Part.ASTERISK:
            await _silence(cut)
        await another(service.home, NAMES[part], pid)
    await healthy(service)


async def _silence(cut: Callable[[], None]) -> None:
    """The switch is dead; whoever picks up in this very moment, because its last packet says so, is cut too."""
    await asyncio.sleep(LOOK_EVERY)
    cut()


async def _stall(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(STALL)
    finally:
        os.kill(pid, signal.SIGCONT)


async def another(home: Path, name: str, pid: int) -> None:
    """Returns when this part runs as another process than it did."""
    async with asyncio.timeout(BACK_SECONDS):
        while pid in (running := _named(home, name)) or not running:  # noqa: ASYNC110  a process tells nobody
            await asyncio.sleep(LOOK_EVERY)


async def healthy(service: Instance) -> None:
    """Returns when every part says that it is up."""
    async with asyncio.timeout(BACK_SECONDS), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{service.url}/healthz") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(LOOK_EVERY)


def _named(home: Path, name: str) -> list[int]:
    return [pid for pid, words in processes_of(home).items() if name in words]
