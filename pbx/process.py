"""One running process, ours or one that outlived us: known by its id, its end an event."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path


class Process:
    """A process that may not be our child. Close it when done with: the kernel's handle on it is released."""

    def __init__(self, pid: int) -> None:
        """Raises ProcessLookupError when there is no such process."""
        self.pid = pid
        self._handle = os.pidfd_open(pid)
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._handle, self._on_end)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    async def wait(self) -> None:
        """Returns when it has ended."""
        await self._ended.wait()

    async def stop(self, grace: float) -> None:
        """Ask it to end, and kill it when it has not within `grace` seconds."""
        for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, None)):
            with contextlib.suppress(ProcessLookupError, TimeoutError):
                if self.running:
                    signal.pidfd_send_signal(self._handle, number)
                    async with asyncio.timeout(patience):
                        await self.wait()

    def close(self) -> None:
        """Let go of it; it runs on."""
        if self._handle >= 0:
            asyncio.get_running_loop().remove_reader(self._handle)
            os.close(self._handle)
            self._handle = -1

    def _on_end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._handle)
        # A child of ours stays a zombie until it is waited for; any other process is not ours to reap.
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        self._ended.set()


def find_process(pid_file: Path, argument: str) -> Process | None:
    """The process whose id the file holds, if it runs and `argument` is among its words (ids are used again)."""
    try:
        pid = int(pid_file.read_text())
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return Process(pid) if os.fsencode(argument) in words else None
    except (OSError, ValueError):
        return None
