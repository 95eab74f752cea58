"""Loads the Lua scripts; each runs as one atomic step on the server."""

import asyncio
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from redis.asyncio import Redis
from redis.commands.core import AsyncScript

from core.adapters.line import keys
from core.adapters.line.client import answering

AT_A_TIME = 32
"""Steps in flight: each needs a connection, and the server does them one after another anyway."""
_COMMON = "_line"


@cache
def sources() -> Mapping[str, str]:
    """The text of every script by name, each with the common part before it."""
    texts = {
        file.name.removesuffix(".lua"): file.read_text("utf-8")
        for file in files("core.adapters.line").joinpath("scripts").iterdir()
        if file.name.endswith(".lua")
    }
    common = texts.pop(_COMMON)
    return {name: common + text for name, text in texts.items()}


class Scripts:
    """The scripts of one connection pool: called by EVALSHA, loaded again when the server has forgotten them."""

    def __init__(self, redis: Redis) -> None:
        self._places = asyncio.Semaphore(AT_A_TIME)
        self._scripts: dict[str, AsyncScript] = {name: redis.register_script(text) for name, text in sources().items()}

    async def run(self, name: str, *arguments: str | int) -> Any:
        """What the script returns: text, an integer, a list of these, or None."""
        async with self._places, answering():
            return await self._scripts[name](keys=[keys.ROOT], args=list(arguments))
