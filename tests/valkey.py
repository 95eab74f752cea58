"""One Valkey server for all tests that need the line."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.adapters.line import EmbeddedValkey


@pytest.fixture(scope="session")
async def valkey_url() -> AsyncIterator[str]:
    """Where it listens; each test begins by emptying it."""
    with tempfile.TemporaryDirectory(prefix="duravani-vk-") as home:
        server = EmbeddedValkey()
        try:
            yield await server.start(Path(home))
        finally:
            await server.stop()
