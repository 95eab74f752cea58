"""Background tasks end with their block, and what the block raises is known by its type further up."""

import asyncio

import pytest

from house.background import background


async def _for_ever(ended: asyncio.Event) -> None:
    try:
        await asyncio.Future()
    finally:
        ended.set()


async def test_the_blocks_own_exception_comes_out_as_it_is() -> None:
    ended = asyncio.Event()

    async def serve() -> None:
        async with background(_for_ever(ended)):
            await asyncio.sleep(0)
            raise LookupError("a port is taken")

    with pytest.raises(LookupError, match="a port is taken"):
        await serve()
    assert ended.is_set()


async def test_a_task_that_fails_ends_the_block() -> None:
    async def fails() -> None:
        raise ValueError("broken")

    async def serve() -> None:
        async with background(fails()):
            await asyncio.Future()

    with pytest.raises(ExceptionGroup) as failure:
        await serve()
    assert failure.group_contains(ValueError, match="broken")
