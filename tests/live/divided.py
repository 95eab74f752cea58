"""A throw-away Duravani in several processes: they meet in Redis, in the database and in the home."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from config.opds import DAYS
from config.settings import load_settings
from core.adapters.line import EmbeddedValkey
from house.wiring import open_clinic
from pbx.handset import Village
from tests.live.forks import forking
from tests.live.founded import move_in
from tests.live.instance import Instance, Program, environment, kill_all, write_opds
from tests.live.ports import free_port
from tests.live.story import Story

DIVISION = (("switch",), ("calls",), ("router", "sms"), ("web",))
"""As docker-compose.yml divides it."""


@dataclass(slots=True)
class Divided:
    """What runs: its processes by their first role, and the whole as one instance (whose program is `calls`)."""

    programs: Mapping[str, Program]
    whole: Instance


@asynccontextmanager
async def divided_house() -> AsyncIterator[Divided]:
    """Start all of it at once, in no order; every process of it ends with the block."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duravani-")))
        stack.callback(kill_all, home)
        village = await stack.enter_async_context(Village.open("127.0.0.1"))
        valkey = EmbeddedValkey()
        given = {
            "home": str(home),
            "redis_url": await valkey.start(home),
            "http_port": str(free_port()),
            "sip_port": str(free_port()),
            "trunk": f"127.0.0.1:{village.port}",
            "opds": str(write_opds(home / "opds.toml", DAYS)),
        }
        stack.push_async_callback(valkey.stop)
        if forking():
            await move_in(home, given["opds"])
        programs = {roles[0]: Program(environment(**given), roles) for roles in DIVISION}
        for program in programs.values():
            stack.push_async_callback(program.end)
        await asyncio.gather(*(program.start() for program in programs.values()))
        clinic = await stack.enter_async_context(open_clinic(load_settings(**given)))
        story = await stack.enter_async_context(Story.follow(clinic.line))
        url, sip = f"http://127.0.0.1:{given['http_port']}", f"127.0.0.1:{given['sip_port']}"
        yield Divided(programs, Instance(home, url, sip, programs["calls"], village, clinic, story, {}))
