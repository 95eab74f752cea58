"""The queue discipline: head starts, and a wait that is bounded for every class."""

import heapq
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.rules.queue import (
    HEAD_START,
    USUAL_CONSULTATION,
    Lane,
    expected_wait,
    lanes_of,
    overtaking_bound,
    priority_of,
    rank,
)
from core.rules.token import Priority

OPENING = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Arrival:
    number: int
    joined_at: datetime
    priority: Priority

    @property
    def key(self) -> tuple[int, int]:
        return rank(self.joined_at, self.priority), self.number


@st.composite
def arrivals(draw: st.DrawFn) -> list[Arrival]:
    """A morning: up to 60 people, up to ten minutes apart, of any class."""
    people = draw(st.lists(st.tuples(st.integers(0, 600), st.sampled_from(Priority)), min_size=1, max_size=60))
    moment, result = OPENING, []
    for number, (gap, priority) in enumerate(people):
        moment += timedelta(seconds=gap)
        result.append(Arrival(number, moment, priority))
    return result


def serve(people: list[Arrival], doctors: int, consultation: timedelta) -> dict[Arrival, datetime]:
    """When each is served by doctors who keep finishing, always the smallest rank of those who wait."""
    free = [OPENING] * doctors
    coming = sorted(people, key=lambda one: one.joined_at, reverse=True)
    waiting: list[tuple[tuple[int, int], Arrival]] = []
    served: dict[Arrival, datetime] = {}
    now = OPENING
    while coming or waiting:
        now = max(now, heapq.heappop(free))
        if not waiting:
            now = max(now, coming[-1].joined_at)
        while coming and coming[-1].joined_at <= now:
            one = coming.pop()
            heapq.heappush(waiting, (one.key, one))
        served[heapq.heappop(waiting)[1]] = now
        heapq.heappush(free, now + consultation)
    return served


@settings(max_examples=200, deadline=None)
@given(arrivals(), st.integers(1, 4), st.integers(1, 30))
def test_nobody_who_joins_later_than_the_bound_is_served_before(
    people: list[Arrival], doctors: int, minutes: int
) -> None:
    served = serve(people, doctors, timedelta(minutes=minutes))
    assert len(served) == len(people)
    assert all(served[one] >= one.joined_at for one in people)
    for one in people:
        for other in people:
            if other.joined_at > one.joined_at + overtaking_bound(one.priority):
                assert served[other] >= served[one]


@settings(max_examples=200, deadline=None)
@given(arrivals(), st.integers(1, 4), st.integers(1, 30))
def test_every_wait_is_bounded_by_those_who_can_be_before(people: list[Arrival], doctors: int, minutes: int) -> None:
    """However many keep coming: only who joined within the bound counts, and the doctors share them."""
    consultation = timedelta(minutes=minutes)
    served = serve(people, doctors, consultation)
    for one in people:
        limit = one.joined_at + overtaking_bound(one.priority)
        before = sum(other is not one and other.joined_at <= limit for other in people)
        assert served[one] - one.joined_at <= (before // doctors + 1) * consultation


@pytest.mark.parametrize("priority", Priority)
def test_the_bound_is_tight(priority: Priority) -> None:
    """An emergency that joins just within the bound overtakes; one at the bound is equal, and the older wins."""
    one = rank(OPENING, priority)
    bound = overtaking_bound(priority)
    assert rank(OPENING + bound, Priority.EMERGENCY) == one
    if bound:
        assert rank(OPENING + bound - timedelta(milliseconds=1), Priority.EMERGENCY) < one
    assert rank(OPENING + bound + timedelta(milliseconds=1), Priority.EMERGENCY) > one


@pytest.mark.parametrize("priority", Priority)
def test_within_a_class_who_came_first_is_first(priority: Priority) -> None:
    assert rank(OPENING, priority) < rank(OPENING + timedelta(milliseconds=1), priority)


def test_head_starts_are_ordered_by_urgency() -> None:
    by_urgency = [Priority.EMERGENCY, Priority.INFANT, Priority.PREGNANT, Priority.ELDERLY, Priority.ROUTINE]
    assert sorted(Priority, key=lambda priority: HEAD_START[priority], reverse=True) == by_urgency
    assert set(HEAD_START) == set(Priority)


@pytest.mark.parametrize(
    ("age", "pregnant", "priority"),
    [
        (0, False, Priority.INFANT),
        (1, False, Priority.ROUTINE),
        (30, True, Priority.PREGNANT),
        (59, False, Priority.ROUTINE),
        (60, False, Priority.ELDERLY),
        (99, False, Priority.ELDERLY),
    ],
)
def test_age_and_pregnancy_give_the_class(age: int, pregnant: bool, priority: Priority) -> None:
    assert priority_of(age, pregnant=pregnant) == priority


@pytest.mark.parametrize(
    ("ahead", "doctors", "minutes"), [(0, 1, 6), (0, 4, 2), (1, 1, 12), (3, 4, 6), (4, 4, 8), (99, 10, 60)]
)
def test_the_expected_wait_is_rounded_up_to_minutes(ahead: int, doctors: int, minutes: int) -> None:
    assert expected_wait(ahead, doctors, USUAL_CONSULTATION) == timedelta(minutes=minutes)


def test_without_a_doctor_nobody_can_say_how_long() -> None:
    assert expected_wait(3, 0) is None


def test_the_lanes_of_a_doctor_are_every_combination_in_one_order() -> None:
    lanes = lanes_of(("RJ", "GJ"), ("general",), ("hi", "en"))
    assert lanes == lanes_of(["GJ", "RJ"], ["general"], ["en", "hi"])
    assert lanes == tuple(Lane(state, "general", language) for state in ("GJ", "RJ") for language in ("en", "hi"))
    assert str(lanes[0]) == "GJ/general/en"
