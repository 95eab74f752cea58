"""No test lasts for ever: one that waits for what never comes fails, and tells where each of its tasks was waiting.

And no test pays for the others: what was imported and collected is not searched for garbage again and again.
"""

import asyncio
import functools
import gc
import inspect
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

LONGEST_SECONDS = 600.0
"""Far more than any test takes. What ignores this is ended by faulthandler (pyproject.toml), worker and all."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.obj = bounded(item.obj)


def pytest_collection_finish() -> None:
    """Thousands of tests and modules stay until the end: a full collection of garbage took 0.1 s because of them."""
    gc.collect()
    gc.freeze()


def bounded(test: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The same test, for at most `LONGEST_SECONDS`."""

    @functools.wraps(test)
    async def run(*arguments: object, **fixtures: object) -> None:
        telling = asyncio.get_running_loop().call_later(LONGEST_SECONDS, tell_tasks)
        try:
            async with asyncio.timeout(LONGEST_SECONDS + 1.0):
                await test(*arguments, **fixtures)
        finally:
            telling.cancel()

    return run


def tell_tasks() -> None:
    """Where each task waits: a time-out's own traceback shows only the one that it cancels."""
    for task in asyncio.all_tasks():
        print(task.get_name(), *waiting(task.get_coro()), sep="\n  ", file=sys.stderr)


def waiting(awaited: Any) -> Iterator[str]:
    """The places in a suspended coroutine and in those that it awaits, outermost first (a task tells one only)."""
    while (frame := getattr(awaited, "cr_frame", None)) is not None:
        yield f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_qualname}"
        awaited = awaited.cr_await
