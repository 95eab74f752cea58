"""Events, rate limits, and what happens when the server forgets everything."""

import pytest
from redis.asyncio import Redis

from core.adapters.line import RedisLine
from core.ports import LineLost, Server, Waiter
from core.rules.queue import Lane, Match

LANE = Lane("RJ", "general", "hi")


async def test_nothing_after_the_block_was_entered_is_missed(line: RedisLine) -> None:
    async with line.listen("doctor:1", "clinic") as events:
        await line.publish("doctor:2", {"not": "ours"})
        await line.publish("clinic", {"waiting": 3, "text": "नमस्ते"})
        await line.publish("doctor:1", {})
        assert await anext(events) == ("clinic", {"waiting": 3, "text": "नमस्ते"})
        assert await anext(events) == ("doctor:1", {})


async def test_nobody_stays_subscribed(line: RedisLine, redis: Redis) -> None:
    async with line.listen("clinic"):
        assert await redis.pubsub_numsub("{duravani}:event:clinic") == [("{duravani}:event:clinic", 1)]
    await line.alive()
    assert await redis.pubsub_numsub("{duravani}:event:clinic") == [("{duravani}:event:clinic", 0)]


async def test_a_limit_holds_for_its_window_and_its_key(line: RedisLine, redis: Redis) -> None:
    assert [await line.allow("login:asha", 2, 60) for _ in range(3)] == [True, True, False]
    assert await line.allow("login:ravi", 2, 60)
    assert 0 < await redis.ttl("{duravani}:limit:login:asha") <= 60
    await redis.delete("{duravani}:limit:login:asha")  # its window is over
    assert await line.allow("login:asha", 2, 60)


async def test_scripts_are_loaded_again_when_the_server_forgot_them(line: RedisLine, redis: Redis) -> None:
    await line.ready(Server(1, (LANE,)))
    await redis.script_flush()
    assert await line.join(Waiter(1, LANE, 1)) == Match(1, 1)


async def test_a_server_that_is_gone_is_not_alive() -> None:
    nobody = RedisLine.open("unix:///nonexistent/valkey.sock")
    assert not await nobody.alive()
    with pytest.raises(LineLost):
        await nobody.counts()
    assert await nobody.join(Waiter(1, LANE, 1)) is None  # the ledger knows it, and `mend_line` makes up for it
    await nobody.publish("clinic", {"kind": "waiting"})
    await nobody.close()
