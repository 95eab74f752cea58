"""What the wallboard counts on a made-up day, beside the same counted by hand; and that a line lost is no number."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.adapters.line import RedisLine
from core.adapters.sql import tables
from core.clinic.clinic import Clinic
from core.clinic.doctor_ready import doctor_ready
from core.clinic.wallboard import wallboard
from core.ports import LineCounts, LineLost
from core.rules.roster import NOT_STORED, Duty
from core.rules.token import TokenState
from core.rules.wallboard import Abandoned, OnDuty, OnTheLine, Promptness, hour_edges
from tests.web.day import Day, write
from tests.web.house import House


def day_of(house: House, seed: int = 1) -> Day:
    return Day(house.doctor.doctor.id, random.Random(seed))


def midnight(clinic: Clinic, days_ago: int = 0) -> datetime:
    return hour_edges(clinic.today() - timedelta(days=days_ago), clinic.policy.time_zone)[0]


async def test_an_empty_clinic(house: House) -> None:
    board = await wallboard(house.clinic)
    assert board.on_the_line == OnTheLine(0, 0, 0)
    assert (board.waiting, board.promptness, board.abandoned) == ([], Promptness(0, 0), Abandoned(0, 0))
    assert (len(board.today), len(board.yesterday), sum(board.today)) == (15, 24, 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_busy_day_adds_up(house: House, seed: int) -> None:
    clinic, made, now = house.clinic, day_of(house, seed), house.clock.now()
    made.busy(clinic.today(), midnight(clinic), now - timedelta(minutes=30), 150)
    made.busy(clinic.today() - timedelta(days=1), midnight(clinic, 1), midnight(clinic) - timedelta(hours=1), 100)
    for minutes in range(20):
        made.token(clinic.today(), now - timedelta(minutes=minutes), TokenState.WAITING)
    write(f"{house.home}/clinic.db", made.rows)
    board = await wallboard(clinic)

    talks = made.rows[tables.consultations]
    today = [talk for talk in talks if midnight(clinic) <= talk["ended_at"] < now]
    assert sum(board.today) == len(today)
    assert sum(board.yesterday) == len(talks) - len(today)
    assert board.yesterday_by_now == sum(talk["ended_at"] < now - timedelta(days=1) for talk in talks)
    assert sum(lane.waiting for lane in board.waiting) == 20
    assert board.waiting[0].since == now - timedelta(minutes=19)
    assert board.promptness == promptness_by_hand(made.rows, clinic, now)
    assert board.abandoned == abandoned_by_hand(made.rows, clinic)


def promptness_by_hand(rows: Mapping[Any, Any], clinic: Clinic, now: datetime) -> Promptness:
    first: dict[int, datetime] = {}
    for talk in rows[tables.consultations]:
        first[talk["token_id"]] = min(talk["talked_at"], first.get(talk["token_id"], talk["talked_at"]))
    tokens = [token for token in rows[tables.tokens] if token["day"] == clinic.today()]
    within = timedelta(minutes=2)
    prompt = [each for each in tokens if each["id"] in first and first[each["id"]] - each["created_at"] <= within]
    late = [each for each in tokens if each not in prompt and each["created_at"] <= now - within]
    return Promptness(len(prompt) + len(late), len(prompt))


def abandoned_by_hand(rows: Mapping[Any, Any], clinic: Clinic) -> Abandoned:
    calls = [
        call for call in rows[tables.calls] if call["started_at"] >= midnight(clinic) and call["outcome"] != "done"
    ]
    talked = {talk["patient_call"] for talk in rows[tables.consultations]}
    without = {call["mobile"] for call in calls if call["token_id"] is None}
    left = {call["token_id"] for call in calls if call["token_id"] and call["id"] not in talked}
    return Abandoned(len(without), len(left))


async def test_callers_are_counted_by_what_they_do(house: House) -> None:
    made, now, today = day_of(house), house.clock.now(), house.clinic.today()
    for state, many in ((TokenState.WAITING, 3), (TokenState.CALLED, 1), (TokenState.TALKING, 2)):
        for _ in range(many):
            token, mobile = made.token(today, now, state)
            made.call(mobile, now, None, token)
    for _ in range(4):
        made.call(made.patient(now)[1], now, None)
    made.call("100001", now, None, purpose="doctor_rung")
    made.call(made.patient(now)[1], now, "done")
    write(f"{house.home}/clinic.db", made.rows)
    assert (await wallboard(house.clinic)).on_the_line == OnTheLine(ivr=4, holding=4, talking=2)


async def test_two_minutes_to_the_hundredth_are_prompt_and_a_fresh_token_is_not_judged(house: House) -> None:
    made, now, today = day_of(house), house.clock.now(), house.clinic.today()
    for seconds in (120.0, 120.1):
        token, _ = made.token(today, now - timedelta(hours=1), TokenState.CONSUMED)
        made.talk(token, now - timedelta(hours=1) + timedelta(seconds=seconds))
    made.token(today, now - timedelta(seconds=119), TokenState.WAITING)
    made.token(today, now - timedelta(seconds=120), TokenState.WAITING)
    write(f"{house.home}/clinic.db", made.rows)
    assert (await wallboard(house.clinic)).promptness == Promptness(judged=3, prompt=1)


async def test_who_hung_up_and_came_back_for_a_token_did_not_give_up(house: House) -> None:
    made, now, today = day_of(house), house.clock.now(), house.clinic.today()
    _, mobile = made.token(today, now, TokenState.WAITING)
    made.call(mobile, now - timedelta(minutes=5), "hangup 16")
    twice = made.patient(now)[1]
    made.call(twice, now - timedelta(minutes=5), "hangup 16")
    made.call(twice, now - timedelta(minutes=4), "hangup 16")
    write(f"{house.home}/clinic.db", made.rows)
    assert (await wallboard(house.clinic)).abandoned == Abandoned(before_token=1, while_waiting=0)


async def test_who_is_rostered_and_does_not_work_is_missing(house: House) -> None:
    now, doctor = house.clock.now(), house.doctor.doctor.id
    assert (await wallboard(house.clinic)).duty == []
    duty = Duty(NOT_STORED, doctor, "general", now - timedelta(hours=1), now + timedelta(hours=1))
    async with house.clinic.ledger.write() as books:
        await books.roster.add([duty])
    assert (await wallboard(house.clinic)).duty == [OnDuty("general", rostered=1, absent=1)]
    await doctor_ready(house.clinic, doctor)
    assert (await wallboard(house.clinic)).duty == [OnDuty("general", rostered=1, absent=0)]


async def test_the_line_may_be_lost(house: House) -> None:
    class Lost(RedisLine):
        async def counts(self) -> LineCounts:
            raise LineLost("it is gone")

    house.clinic.line = Lost.open("unix:///nowhere")
    board = await wallboard(house.clinic)
    assert (board.doctors, board.promptness) == (None, Promptness(0, 0))
