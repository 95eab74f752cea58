"""One running Duravani for all tests that can share it. Each test works in a town of its own (`tests.live.town`)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
from playwright.async_api import Browser

from tests.live.browser import TAKES_CALLS, chromium
from tests.live.forks import AT, fork_server
from tests.live.instance import Instance, instance

LONG = {"test_drills.py", "test_journey.py", "test_prescription_journey.py"}


def pytest_configure(config: pytest.Config) -> None:
    """One server for all workers: they are started later, and find it in their environment."""
    if not hasattr(config, "workerinput"):
        stack = ExitStack()
        stack.enter_context(fork_server())
        config.add_cleanup(stack.close)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that last a minute begin first: else everybody waits for them in the end."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture
def as_users_start_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs of this test are started, not forked."""
    monkeypatch.delenv(AT, raising=False)


@pytest.fixture(scope="session")
async def service() -> AsyncIterator[Instance]:
    """Owned by one task from beginning to end, as structured concurrency wants it; pytest's own tasks come and go."""
    started: asyncio.Future[Instance] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def own() -> None:
        try:
            async with instance() as running:
                started.set_result(running)
                await over.wait()
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    owner = asyncio.create_task(own())
    yield await started
    over.set()
    await owner


@pytest.fixture(scope="session")
async def worker_chromium(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """One for all tests that take calls in a page (`tabs_of` it)."""
    async with chromium(tmp_path_factory.mktemp("microphone"), TAKES_CALLS) as browser:
        yield browser
