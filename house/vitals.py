"""How the processes of a divided house know of each other: each tells signs of life, the web shows those of `calls`."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from core.adapters.line import Sign, Vitals
from core.adapters.line.vitals import TELL_EVERY
from core.tasks import forever
from house.background import background
from web.deps import Gauges
from web.health import HealthCheck, health_of

log = logging.getLogger(__name__)


class Silent(LookupError):
    """Nothing was heard of this role for a while."""


@asynccontextmanager
async def open_vitals(redis_url: str) -> AsyncIterator[Vitals]:
    """The signs of life in this Redis; connects when first used."""
    vitals = Vitals.open(redis_url)
    try:
        yield vitals
    finally:
        await vitals.close()


@asynccontextmanager
async def telling(
    vitals: Vitals, roles: Iterable[str], health: Mapping[str, HealthCheck], gauges: Gauges
) -> AsyncIterator[None]:
    """Tell how these roles of ours fare, again and again while the block runs."""

    async def tell() -> None:
        sign = Sign(*await asyncio.gather(health_of(health), _unless_down(gauges)))
        for role in roles:
            await vitals.tell(role, sign)
        await asyncio.sleep(TELL_EVERY)

    async with background(forever(tell, "telling how we fare")):
        yield


async def _unless_down(gauges: Gauges) -> Mapping[str, float] | None:
    """What cannot be counted must not keep us from telling that we live."""
    try:
        return await gauges()
    except Exception as error:
        log.warning("our numbers cannot be had now: %s", error)
        return None


async def sign_of(vitals: Vitals, role: str) -> Sign:
    """What the process with this role told last. Raises `Silent`, `redis.exceptions.RedisError`."""
    sign = await vitals.of(role)
    if sign is None:
        raise Silent(f"nothing was heard of the role {role} lately")
    return sign


def of_calls(vitals: Vitals) -> tuple[HealthCheck, Gauges]:
    """What the web shows of Asterisk when the role `calls` is another process's: whether it lives, and its gauges."""

    async def alive() -> bool:
        return (await sign_of(vitals, "calls")).health.get("asterisk", False)

    async def gauges() -> Mapping[str, float]:
        told = (await sign_of(vitals, "calls")).gauges
        if told is None:
            raise Silent("the role calls cannot tell its numbers: Asterisk is down")
        return told

    return alive, gauges
