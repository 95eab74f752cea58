"""The line step by step, on a real server: each method of the port, and what it must not do."""

import asyncio
from collections import Counter

import pytest
from redis.asyncio import Redis

from core.adapters.line import RedisLine
from core.ports import LineCounts, Place, Server, Waiter
from core.rules.queue import Lane, Match, lanes_of
from core.rules.staff import DoctorState

HINDI = Lane("RJ", "general", "hi")
ENGLISH = Lane("RJ", "general", "en")


def waiter(
    token_id: int, rank: int | None = None, lane: Lane = HINDI, own: int | None = None, until: int = 0
) -> Waiter:
    return Waiter(token_id, lane, token_id if rank is None else rank, own, until)


def doctor(doctor_id: int, *lanes: Lane) -> Server:
    return Server(doctor_id, lanes or (HINDI,))


async def state_of(line: RedisLine, doctor_id: int) -> tuple[DoctorState, int | None]:
    found = await line.state(doctor_id)
    assert found is not None
    return found.state, found.token_id


async def serve(line: RedisLine, match: Match) -> Match | None:
    assert await line.talking(match)
    assert await line.writing(match)
    return await line.finish(match)


async def test_an_empty_line(line: RedisLine) -> None:
    assert await line.counts() == LineCounts(0, dict.fromkeys(DoctorState, 0))
    assert await line.state(1) is None
    assert await line.place(1) is None
    assert await line.next_match(0) is None
    assert not await line.leave(1)
    assert await line.pause(1)
    assert await line.sweep() == []
    assert await line.alive()


async def test_a_token_that_joins_gets_the_doctor_who_has_been_ready_longest(line: RedisLine) -> None:
    for doctor_id in (12, 3, 7):
        assert await line.ready(doctor(doctor_id)) is None
    assert await line.ready(doctor(12)) is None  # pressed twice: keeps the place
    assert [await line.join(waiter(token)) for token in (1, 2, 3)] == [Match(1, 12), Match(2, 3), Match(3, 7)]
    assert await line.join(waiter(4)) is None


async def test_a_doctor_takes_the_smallest_rank_of_all_their_lanes(line: RedisLine) -> None:
    await line.join(waiter(1, rank=30))
    await line.join(waiter(2, rank=20, lane=ENGLISH))
    await line.join(waiter(3, rank=10, lane=Lane("GJ", "general", "hi")))
    assert await line.ready(doctor(1, HINDI, ENGLISH)) == Match(2, 1)
    assert await serve(line, Match(2, 1)) == Match(1, 1)
    assert await serve(line, Match(1, 1)) is None


async def test_among_equal_ranks_the_older_token_is_first(line: RedisLine) -> None:
    for token in (100, 9, 10):
        await line.join(waiter(token, rank=5))
    served = [await line.ready(doctor(1))]
    while match := served[-1]:
        served.append(await serve(line, match))
    assert served == [Match(9, 1), Match(10, 1), Match(100, 1), None]


async def test_among_equal_ranks_of_two_lanes_too(line: RedisLine) -> None:
    await line.join(waiter(8, rank=5, lane=ENGLISH))
    await line.join(waiter(7, rank=5, lane=HINDI))
    await line.join(waiter(6, rank=5, own=1, until=1000))
    assert await line.ready(doctor(1, ENGLISH, HINDI)) == Match(6, 1)
    assert await serve(line, Match(6, 1)) == Match(7, 1)


async def test_joining_again_moves_a_waiting_token_and_leaves_a_held_one(line: RedisLine) -> None:
    await line.join(waiter(1, rank=10))
    await line.join(waiter(2, rank=20))
    await line.join(waiter(1, rank=30))
    assert (await line.counts()).waiting == 2
    assert await line.ready(doctor(1)) == Match(2, 1)
    assert await line.join(waiter(2, rank=5)) is None
    assert (await line.counts()).waiting == 1
    assert await state_of(line, 1) == (DoctorState.RESERVED, 2)


async def test_only_a_waiting_token_can_leave(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.join(waiter(2))
    await line.ready(doctor(1))
    assert not await line.leave(1)
    assert await line.leave(2)
    assert not await line.leave(2)
    assert await serve(line, Match(1, 1)) is None


async def test_a_doctor_goes_from_reserved_to_talking_to_writing(line: RedisLine) -> None:
    await line.join(waiter(1))
    match = await line.ready(doctor(1))
    assert match == Match(1, 1)
    assert not await line.writing(match), "they have not talked"
    assert await line.finish(match) is None
    assert await line.talking(match)
    assert await line.finish(match) is None
    assert await state_of(line, 1) == (DoctorState.TALKING, 1)
    assert await line.writing(match)
    assert await line.talking(match), "a dropped call is redialled (S18)"
    assert await line.writing(match)
    assert await line.finish(match) is None
    assert await state_of(line, 1) == (DoctorState.READY, None)


async def test_who_was_signed_while_they_talked_is_finished_at_once_when_they_hang_up(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.join(waiter(2))
    await line.ready(doctor(1))
    assert await line.talking(Match(1, 1))
    assert await line.finish(Match(1, 1), hung_up=True) == Match(2, 1)
    assert await line.finish(Match(1, 1), hung_up=True) is None


async def test_a_match_that_does_not_stand_changes_nothing(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.join(waiter(2))
    await line.ready(doctor(1))
    for wrong in (Match(2, 1), Match(1, 2), Match(3, 3)):
        assert not await line.talking(wrong)
        assert not await line.writing(wrong)
        assert await line.finish(wrong) is None
        assert await line.give_back(wrong, waiter(wrong.token_id), doctor_ready=True) is None
    assert await state_of(line, 1) == (DoctorState.RESERVED, 1)
    assert await line.counts() == LineCounts(1, {**dict.fromkeys(DoctorState, 0), DoctorState.RESERVED: 1})


async def test_a_busy_doctor_is_paused_when_they_finish(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.join(waiter(2))
    await line.ready(doctor(1))
    assert not await line.pause(1)
    assert await serve(line, Match(1, 1)) is None
    assert await state_of(line, 1) == (DoctorState.PAUSED, None)
    assert await line.place(2) == Place(ahead=0, doctors=0)


async def test_ready_takes_back_the_wish_to_pause(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.join(waiter(2))
    await line.ready(doctor(1))
    await line.pause(1)
    assert await line.ready(doctor(1)) is None
    assert await serve(line, Match(1, 1)) == Match(2, 1)


async def test_a_paused_doctor_is_offered_nobody(line: RedisLine) -> None:
    await line.ready(doctor(1))
    assert await line.pause(1)
    assert await line.pause(1)
    assert await line.join(waiter(1)) is None
    assert await line.ready(doctor(1)) == Match(1, 1)


async def test_a_doctor_may_change_lanes(line: RedisLine) -> None:
    await line.ready(doctor(1, HINDI))
    await line.ready(doctor(1, ENGLISH))
    assert await line.join(waiter(1, lane=HINDI)) is None
    assert await line.join(waiter(2, lane=ENGLISH)) == Match(2, 1)
    await line.ready(doctor(1, HINDI))  # while busy: from the next patient on
    assert await line.place(1) == Place(ahead=0, doctors=1)
    assert await serve(line, Match(2, 1)) == Match(1, 1)


async def test_given_back_the_token_keeps_the_rank_it_is_given(line: RedisLine) -> None:
    for token in (1, 2, 3):
        await line.join(waiter(token))
    await line.ready(doctor(1))
    assert await line.give_back(Match(1, 1), waiter(1), doctor_ready=False) is None
    assert await state_of(line, 1) == (DoctorState.PAUSED, None)
    assert await line.place(2) == Place(ahead=1, doctors=0)
    assert await line.ready(doctor(2)) == Match(1, 2)
    # S19: did not come within two minutes, goes to the back
    assert await line.give_back(Match(1, 2), waiter(1, rank=4), doctor_ready=True) == Match(2, 2)
    assert await line.place(1) == Place(ahead=1, doctors=1)


async def test_given_back_without_a_place_the_token_is_gone(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.ready(doctor(1))
    assert await line.give_back(Match(1, 1), None, doctor_ready=True) is None
    assert await state_of(line, 1) == (DoctorState.READY, None)
    assert (await line.counts()).waiting == 0
    assert await line.join(waiter(1)) == Match(1, 1), "it may come again"


async def test_given_back_the_token_finds_another_doctor_at_once(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.ready(doctor(1))
    await line.ready(doctor(2))
    assert await line.give_back(Match(1, 1), waiter(1), doctor_ready=False) == Match(1, 2)


async def test_giving_back_respects_the_wish_to_pause(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.ready(doctor(1))
    await line.pause(1)
    assert await line.give_back(Match(1, 1), waiter(1), doctor_ready=True) is None
    assert await state_of(line, 1) == (DoctorState.PAUSED, None)


async def test_a_late_timer_cannot_part_those_who_talk(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.ready(doctor(1))
    await line.talking(Match(1, 1))
    assert await line.give_back(Match(1, 1), waiter(1), doctor_ready=True) is None
    assert await state_of(line, 1) == (DoctorState.TALKING, 1)


async def test_a_match_given_back_before_anybody_took_it_is_not_handed_out(line: RedisLine) -> None:
    await line.join(waiter(1))
    await line.ready(doctor(1))
    await line.give_back(Match(1, 1), None, doctor_ready=False)
    assert await line.next_match(0) is None


async def test_a_follow_up_waits_for_its_own_doctor(line: RedisLine) -> None:
    assert await line.ready(doctor(1)) is None
    assert await line.join(waiter(1, own=2, until=1000)) is None
    assert await line.join(waiter(2, own=1, until=1000)) == Match(2, 1)
    assert await line.place(1) == Place(ahead=0, doctors=1)
    assert await line.ready(doctor(2, ENGLISH)) == Match(1, 2)


async def test_an_own_patient_and_the_others_go_by_rank(line: RedisLine) -> None:
    await line.join(waiter(1, rank=10))
    await line.join(waiter(2, rank=5, own=1, until=1000))
    await line.join(waiter(3, rank=1, own=9, until=1000))
    assert await line.place(1) == Place(ahead=2, doctors=0)
    assert await line.ready(doctor(1)) == Match(2, 1)
    assert await serve(line, Match(2, 1)) == Match(1, 1)


async def test_a_follow_up_whose_patience_is_over_is_for_anyone(line: RedisLine) -> None:
    await line.ready(doctor(1))
    await line.ready(doctor(2))
    await line.join(waiter(1, rank=20, own=9, until=1000))
    await line.join(waiter(2, rank=10, own=9, until=1000))
    await line.join(waiter(3, rank=5, own=9, until=2000))
    assert await line.open_to_all(999) == []
    assert await line.open_to_all(1000) == [Match(2, 1), Match(1, 2)]
    assert await line.open_to_all(1000) == []
    assert await line.ready(doctor(9)) == Match(3, 9)


async def test_place_counts_the_smaller_ranks_of_the_lane(line: RedisLine) -> None:
    for token, rank in ((1, 10), (2, 20), (3, 20), (4, 30)):
        await line.join(waiter(token, rank))
    await line.join(waiter(5, rank=1, lane=ENGLISH))
    assert [await line.place(token) for token in (1, 2, 3, 4, 5)] == [
        Place(ahead, doctors=0) for ahead in (0, 1, 1, 3, 0)
    ]


async def test_rebuild_replaces_everything_and_sweep_matches(line: RedisLine, redis: Redis) -> None:
    await line.join(waiter(90, own=5, until=9))
    await line.join(waiter(91))
    await line.ready(doctor(91))
    await line.join(waiter(92))
    await line.ready(doctor(93, ENGLISH))
    servers = [
        Server(2, (HINDI,), DoctorState.READY),
        Server(1, (HINDI, ENGLISH), DoctorState.READY),
        Server(3, (HINDI,), DoctorState.TALKING, 7),
        Server(4, (HINDI,), DoctorState.PAUSED),
    ]
    await line.rebuild([waiter(5), waiter(6, own=4, until=50), waiter(8, lane=ENGLISH)], servers)
    assert [await line.state(one.doctor_id) for one in servers] == servers
    assert await line.state(91) is None
    assert await line.next_match(0) is None
    assert await line.counts() == LineCounts(
        3, {**dict.fromkeys(DoctorState, 0), DoctorState.READY: 2, DoctorState.TALKING: 1, DoctorState.PAUSED: 1}
    )
    assert await line.place(6) == Place(ahead=1, doctors=3)
    assert sorted(await line.sweep(), key=lambda match: match.token_id) == [Match(5, 2), Match(8, 1)]
    assert await line.ready(servers[3]) == Match(6, 4)
    assert await line.join(waiter(9)) is None
    assert await line.join(waiter(10, lane=ENGLISH)) is None
    assert await line.writing(Match(7, 3))
    await line.leave(9)
    await line.ready(doctor(9))
    await line.rebuild([], [])
    left = {name async for name in redis.scan_iter("*")}
    assert left <= {"{duravani}:takers", "{duravani}:lanes", "{duravani}:built"}


async def test_fifty_tasks_at_once_serve_every_token_once(line: RedisLine, valkey_url: str) -> None:
    tokens, doctors = range(1, 301), range(1, 21)
    busy: set[int] = set()
    served: Counter[int] = Counter()
    done = asyncio.Event()

    async def route() -> None:
        router = RedisLine.open(valkey_url)
        try:
            while not done.is_set():
                match = await router.next_match(0.05)
                if match is not None:
                    assert match.doctor_id not in busy, "two tokens for a doctor"
                    busy.add(match.doctor_id)
                    assert await router.talking(match)
                    assert await router.writing(match)
                    served[match.token_id] += 1
                    busy.remove(match.doctor_id)
                    await router.finish(match)
                    if len(served) == len(tokens):
                        done.set()
        finally:
            await router.close()

    async def join(first: int) -> None:
        for token in tokens[first::20]:
            await line.join(waiter(token, lane=(HINDI, ENGLISH)[token % 2]))

    async def work(doctor_id: int) -> None:
        await line.ready(doctor(doctor_id, HINDI, ENGLISH))

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(route())
        for first in range(20):
            group.create_task(join(first))
        for doctor_id in doctors:
            group.create_task(work(doctor_id))
    assert served == Counter(tokens)
    assert (await line.counts()).doctors[DoctorState.READY] == len(doctors)


async def _commands_of_ready(line: RedisLine, redis: Redis, waiting: int) -> int:
    """How many Redis commands one claim executes with so many tokens waiting."""
    lanes = lanes_of((f"S{number}" for number in range(36)), ("general", "speciality"), ("hi", "en"))
    await line.rebuild([waiter(token, lane=lanes[token % len(lanes)]) for token in range(waiting)], [])
    await line.ready(doctor(1, *lanes))
    await line.give_back(Match(0, 1), waiter(0, lane=lanes[0]), doctor_ready=False)
    await redis.config_resetstat()
    assert await line.ready(doctor(1, *lanes)) == Match(0, 1)
    statistics = await redis.info("commandstats")
    return sum(statistic["calls"] for name, statistic in statistics.items() if name != "cmdstat_config|resetstat")


async def test_the_cost_of_a_claim_does_not_grow_with_the_line(line: RedisLine, redis: Redis) -> None:
    few, many = [await _commands_of_ready(line, redis, waiting) for waiting in (10, 5000)]
    assert many == few


@pytest.mark.parametrize("name", ["a b", "a/b", ""])
async def test_a_lane_that_could_not_be_read_back_is_refused(line: RedisLine, name: str) -> None:
    with pytest.raises(ValueError, match="no lane can be called"):
        await line.ready(doctor(1, Lane("RJ", name, "hi")))
