"""The parent's end of the pipe to a telephone process: starts it, sends commands, collects events, sees it end."""

import asyncio
import json
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from pbx.handset.errors import HandsetDied, HandsetError
from pbx.handset.event_log import EventLog
from pbx.handset.wire import Do, Event, Settings, command, settings_arguments

SOURCE = Path(__file__).parents[2]
"""The folder from which `pbx` is imported, so that the child finds it wherever the parent was started."""
QUIT_SECONDS = 5.0
"""How long a telephone may take to hang up and go before it is killed."""


class Pipe:
    """A running telephone process. Made by `open_pipe`, which also ends it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.events = EventLog()
        self._process = process
        self._replies: dict[int, asyncio.Future[None]] = {}
        self._numbers = count(1)
        self._last_words: deque[str] = deque(maxlen=30)

    async def ask(self, do: Do, **arguments: Any) -> None:
        """Send a command and wait until it is carried out. Raises `HandsetError` if it could not be."""
        number = next(self._numbers)
        done = self._replies[number] = asyncio.get_running_loop().create_future()
        try:
            self._write(command(number, do, arguments))
            await done
        finally:
            del self._replies[number]

    def kill(self) -> None:
        """End the process as a power cut would: no BYE, no un-REGISTER."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGKILL)

    async def quit(self) -> None:
        """Have the process hang up and end; kill it if it does not."""
        stdin = self._process.stdin
        assert stdin is not None
        stdin.close()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(QUIT_SECONDS):
                    await self._process.wait()
        finally:
            self.kill()

    async def listen(self) -> None:
        """Sort what the process says into replies and events until it ends, then fail whoever still waits."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._take(json.loads(line))
        status = await self._process.wait()
        why = "\n".join([f"telephone process ended with status {status}", *self._last_words])
        self.events.close(why)
        for future in self._replies.values():
            if not future.done():
                future.set_exception(HandsetDied(why))

    async def overhear(self) -> None:
        """Keep the last lines of the process's stderr for `HandsetDied`."""
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._last_words.append(line.decode(errors="replace").rstrip())

    def _take(self, message: dict[str, Any]) -> None:
        if "event" in message:
            self.events.append(Event.from_message(message))
            return
        future = self._replies.get(message["reply"])
        if future is None or future.done():
            return
        if message["error"] is None:
            future.set_result(None)
        else:
            future.set_exception(HandsetError(message["error"]))

    def _write(self, line: str) -> None:
        stdin = self._process.stdin
        if stdin is None or stdin.is_closing() or self._process.returncode is not None:
            raise HandsetDied("telephone process has ended")
        stdin.write(line.encode() + b"\n")


@asynccontextmanager
async def open_pipe(settings: Settings) -> AsyncIterator[Pipe]:
    """A telephone process with these settings, ready to be used; it has hung up and ended when the block is left."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pbx.handset.process"),
        cwd=SOURCE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        # Ctrl-C on a terminal is for the parent, which then hangs up in good order.
        start_new_session=True,
    )
    pipe = Pipe(process)
    # A dead telephone is told to whoever waits for it; it does not cancel the block, so this is no TaskGroup.
    listeners = [asyncio.create_task(pipe.listen()), asyncio.create_task(pipe.overhear())]
    try:
        await pipe.ask(Do.START, **settings_arguments(settings))
        yield pipe
    finally:
        try:
            await pipe.quit()
        finally:
            await asyncio.gather(*listeners)
