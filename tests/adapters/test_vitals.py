"""Signs of life: told by one process, seen by another, gone when their time is over."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from core.adapters.line import Sign, Vitals
from core.adapters.line.vitals import SILENCE, TELL_EVERY
from house.vitals import Silent, of_calls, sign_of, telling

SIGN = Sign({"asterisk": True, "sql": False}, {"channels": 2.0})


@pytest_asyncio.fixture
async def vitals(valkey_url: str, redis: Redis) -> AsyncIterator[Vitals]:
    vitals = Vitals.open(valkey_url)
    yield vitals
    await vitals.close()


async def yes() -> bool:
    return True


async def no() -> bool:
    raise ConnectionError


async def two_channels() -> dict[str, float]:
    return {"channels": 2.0}


async def test_a_sign_is_seen_until_it_is_too_old(vitals: Vitals, redis: Redis) -> None:
    await vitals.tell("calls", SIGN)
    assert await vitals.of("calls") == SIGN
    assert await vitals.of("web") is None
    (key,) = await redis.keys("*")
    assert TELL_EVERY < await redis.ttl(key) <= SILENCE
    await redis.delete(key)
    with pytest.raises(Silent, match="calls"):
        await sign_of(vitals, "calls")


async def test_the_web_shows_what_the_calls_tell(vitals: Vitals, redis: Redis) -> None:
    alive, gauges = of_calls(vitals)
    with pytest.raises(Silent):
        await alive()
    async with redis.pubsub() as told:
        await redis.config_set("notify-keyspace-events", "K$")
        await told.psubscribe("__keyspace@0__:*vitals*")
        async with telling(vitals, ["calls"], {"asterisk": yes, "redis": no}, two_channels):
            while (await told.get_message(timeout=10) or {"type": ""})["type"] != "pmessage":
                continue
    assert await alive()
    assert await gauges() == {"channels": 2.0}
    assert (await sign_of(vitals, "calls")).health == {"asterisk": True, "redis": False}
