"""A match is handed out once, and neither a cancelled task nor a broken connection loses one."""

import asyncio
import random
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisGone

from core.adapters.line import RedisLine
from core.ports import Server, Waiter
from core.rules.queue import Lane, Match

LANE = Lane("RJ", "general", "hi")


async def make_matches(line: RedisLine, numbers: range) -> Sequence[Match]:
    for number in numbers:
        await line.ready(Server(number, (LANE,)))
        assert await line.join(Waiter(number, LANE, number)) == Match(number, number)
    return [Match(number, number) for number in numbers]


async def test_matches_come_in_the_order_in_which_they_were_made(line: RedisLine) -> None:
    made = await make_matches(line, range(1, 4))
    assert [await line.next_match(1) for _ in range(3)] == made
    assert await line.next_match(0) is None
    assert await line.next_match(0.01) is None


async def test_who_waits_is_woken(line: RedisLine, valkey_url: str) -> None:
    other = RedisLine.open(valkey_url)
    waiting = asyncio.create_task(line.next_match(30))
    assert await make_matches(other, range(1, 2)) == [await waiting]
    await other.close()


async def test_two_takers_get_different_matches(line: RedisLine, valkey_url: str) -> None:
    made = await make_matches(line, range(1, 21))
    other = RedisLine.open(valkey_url)
    taken = [match for _ in range(10) for match in (await line.next_match(0), await other.next_match(0))]
    assert taken == made
    await other.close()


async def test_cancelled_at_any_moment_no_match_is_lost_or_taken_twice(line: RedisLine, valkey_url: str) -> None:
    chance = random.Random(1)
    taker = RedisLine.open(valkey_url)
    taken: list[Match] = []

    async def take() -> None:
        while True:
            match = await taker.next_match(0.05)
            if match is not None:
                taken.append(match)

    for start in range(0, 200, 4):
        task = asyncio.create_task(take())
        await make_matches(line, range(start, start + 4))
        await asyncio.wait({task}, timeout=chance.uniform(0, 0.003))
        task.cancel()
        await asyncio.wait({task})
    while (match := await taker.next_match(0.1)) is not None:
        taken.append(match)
    assert sorted(match.token_id for match in taken) == list(range(200))
    await taker.close()


async def test_a_broken_connection_loses_no_match(line: RedisLine, redis: Redis, valkey_url: str) -> None:
    taker = RedisLine.open(valkey_url)
    taken: list[Match] = []

    async def take(wanted: int) -> None:
        while len(taken) < wanted:
            try:
                match = await taker.next_match(0.05)
            except RedisGone:
                continue
            if match is not None:
                taken.append(match)

    task = asyncio.create_task(take(100))
    for start in range(0, 100, 5):
        await redis.client_kill_filter(_type="normal", skipme=True)
        await make_matches(line, range(start, start + 5))
    async with asyncio.timeout(20):
        await task
    assert sorted(match.token_id for match in taken) == list(range(100)), "none lost, none twice; order may suffer"
    await taker.close()


async def test_a_leftover_that_does_not_stand_any_more_is_dropped(line: RedisLine) -> None:
    (match,) = await make_matches(line, range(1, 2))
    assert await line.next_match(0) == match
    line._matches._last = ""  # as if the answer had never arrived
    assert await line.next_match(0) == match
    line._matches._last = ""
    await line.give_back(match, None, doctor_ready=False)
    assert await line.next_match(0) is None
