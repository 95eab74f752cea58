"""Has a stranger's file made into pictures by a process of its own (`make_pages.py`), and believes little of it."""

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from core.ports import RecordUnreadable, TooManyPages
from core.rules.health_record import MOST_PAGES, SentAs

PROGRAM = Path(__file__).with_name("make_pages.py")
"""Not imported: its libraries are for that process alone."""
TOO_MANY, UNREADABLE = 3, 4
"""As there."""
AT_ONCE = 2
"""Processes; whoever comes then waits."""
PATIENCE = 60.0
"""Seconds for one file; it may use half of them of a core, and calls come first."""
LARGEST_ANSWER = 24 * 1024 * 1024
"""Bytes of all pages: scans in a file that may be sent need half of it. One picture on every page could need far more,
and while the ledger writes it calls wait."""
JPEG = b"\xff\xd8\xff"

log = logging.getLogger(__name__)


class ChildPageMaker:
    """See `core.ports.PageMaker`."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._patience = patience

    async def pages(self, data: bytes, kind: SentAs) -> Sequence[bytes]:
        """Its pages. The process never outlives this, however it ends. `RuntimeError` when it could not even begin."""
        async with self._at_once:
            status, answer = await self._ask(data, kind)
        if status == TOO_MANY:
            raise TooManyPages
        if status > 0 and status != UNREADABLE:  # then no file can be read, and nobody's is broken
            raise RuntimeError(f"{PROGRAM} could not begin (status {status})")
        pages = list(_frames(answer))
        if status or not 0 < len(pages) <= MOST_PAGES or not all(page.startswith(JPEG) for page in pages):
            log.info("a %s of %d bytes cannot be read (status %s)", kind, len(data), status)
            raise RecordUnreadable
        return pages

    async def _ask(self, data: bytes, kind: SentAs) -> tuple[int, bytes]:
        program = (sys.executable, "-I", str(PROGRAM), kind, str(MOST_PAGES))
        process = await asyncio.create_subprocess_exec(*program, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={})
        try:
            async with asyncio.timeout(self._patience):
                return await _talk(process, data)
        except TimeoutError as late:
            raise RecordUnreadable from late
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


async def _talk(process: Process, data: bytes) -> tuple[int, bytes]:
    """It reads everything before it writes anything."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):  # it has ended already: its status says why
        process.stdin.write(data)
        await process.stdin.drain()
        process.stdin.close()
    answer = bytearray()
    while chunk := await process.stdout.read(1 << 16):
        answer += chunk
        if len(answer) > LARGEST_ANSWER:
            raise RecordUnreadable
    return await process.wait(), bytes(answer)


def _frames(answer: bytes) -> Iterator[bytes]:
    """The pages in it; one that was cut is none."""
    at = 0
    while at + 4 <= len(answer):
        end = at + 4 + int.from_bytes(answer[at : at + 4])
        if end > len(answer):
            return
        yield answer[at + 4 : end]
        at = end
