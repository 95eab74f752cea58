"""Small acts with handsets that many live tests share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pbx.handset import Event, Handset, Kind, Village

TEST_SECONDS = 120.0
"""No test waits longer for an event that never comes."""


@asynccontextmanager
async def handset(
    *,
    caller: str = "+919876543210",
    to: Handset | Village | None = None,
    speak: Path | None = None,
    record: Path | None = None,
) -> AsyncIterator[Handset]:
    """A subscriber's phone whose calls go straight `to` another (or to the village), for at most `TEST_SECONDS`."""
    registrar = f"127.0.0.1:{to.port}" if to else "127.0.0.1:5060"
    async with (
        asyncio.timeout(TEST_SECONDS),
        Handset.start(caller=caller, registrar=registrar, speak=speak, record=record) as phone,
    ):
        yield phone


async def connect(caller: Handset, callee: Handset, number: str = "104") -> Event:
    """`caller` dials, `callee` rings and picks up; both talk. How it rang at the callee's."""
    async with asyncio.TaskGroup() as group:
        group.create_task(caller.dial(number))
        rang = await callee.ringing()
        await callee.pick_up()
    return rang


async def pressed(phone: Handset, count: int) -> str:
    """The next keys that the other side pressed, from the first on, when there are `count` of them."""
    digits = ""
    async for event in phone.events():
        if event.kind is Kind.PRESSED:
            digits += event.detail["digit"]
        if len(digits) == count:
            break
    return digits
