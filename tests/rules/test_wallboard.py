"""The wallboard's arithmetic: hours of a day, shares, marks, and where the parts of its pictures stand."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from core.rules.wallboard import LaneWait, Promptness, edges_until, hour_edges, longest_first, whole_minutes
from web.pictures import busy_hours, columns, curve, parts, scale_top

INDIA = ZoneInfo("Asia/Kolkata")
COUNTS = some.lists(some.integers(0, 10**6), min_size=1, max_size=24)


def test_a_day_in_india_has_24_hours_that_begin_at_midnight() -> None:
    edges = hour_edges(date(2026, 11, 21), INDIA)
    assert len(edges) == 25
    assert edges[0] == datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert {later - earlier for earlier, later in pairwise(edges)} == {timedelta(hours=1)}


def test_a_day_on_which_clocks_change_has_as_many_as_it_has() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert len(hour_edges(date(2026, 3, 29), berlin)) == 24
    assert len(hour_edges(date(2026, 10, 25), berlin)) == 26


def test_hours_that_have_begun_end_now() -> None:
    edges = hour_edges(date(2026, 11, 21), INDIA)
    now = edges[9] + timedelta(minutes=20)
    assert edges_until(edges, now) == (*edges[:10], now)


def test_a_share_is_rounded_down_and_unknown_of_nothing() -> None:
    assert Promptness(0, 0).percent is None
    assert Promptness(1000, 999).percent == 99
    assert Promptness(3, 3).percent == 100


def test_who_waits_longest_stands_first_and_no_wait_is_negative() -> None:
    now = datetime(2026, 11, 21, 9, tzinfo=UTC)
    late, early = (LaneWait("general", "hi", 1, now - timedelta(minutes=each)) for each in (5, 61))
    assert longest_first([late, early]) == [early, late]
    assert whole_minutes(early.since, now) == 61
    assert whole_minutes(now + timedelta(seconds=90), now) == 0


@given(COUNTS)
def test_every_bar_fits_into_its_picture(values: list[int]) -> None:
    top = scale_top(max(values))
    assert max(values) <= top <= max(6, 2 * max(values))
    drawn = columns(values, len(values), top, width=960, height=240)
    assert all(
        bar.x >= 0 and bar.x + bar.width <= 960.2 and bar.y >= 0 and bar.y + bar.height <= 240.2 for bar in drawn
    )
    assert len(curve(values, top, width=960, height=240).split()) == len(values)


@given(COUNTS)
def test_parts_lie_one_behind_the_other_and_fill_the_bar(values: list[int]) -> None:
    drawn = parts(values)
    assert abs(sum(part.length for part in drawn) - (100 if any(values) else 0)) < 0.5
    assert all(abs(one.start + one.length - two.start) < 0.05 for one, two in pairwise(drawn))


def test_the_usual_hours_are_drawn_and_those_in_which_something_happened() -> None:
    assert busy_hours([0] * 15, [0] * 24, first=8, last=18) == range(8, 19)
    assert busy_hours([0] * 6 + [1], [0] * 22 + [1, 0], first=8, last=18) == range(6, 23)
