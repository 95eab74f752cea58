"""When an OPD is open, and when it opens next (S2)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from core.rules.opd import MIDNIGHT, Opd

INDIA = ZoneInfo("Asia/Kolkata")
HOURS = (time(9), time(15))
OPD = Opd("general", dict.fromkeys(range(6), HOURS), frozenset({date(2026, 3, 4)}))
"""Monday to Saturday; Wednesday the 4th is a holiday. 2026-03-02 is a Monday."""


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=INDIA)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(2, 8, 59, 59), False),
        (at(2, 9), True),
        (at(2, 14, 59, 59), True),
        (at(2, 15), False),
        (at(4, 10), False),
        (at(8, 10), False),
    ],
)
def test_open_from_the_first_minute_to_before_the_last(moment: datetime, is_open: bool) -> None:
    assert OPD.is_open(moment) is is_open


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (at(2, 3), at(2, 9)),
        (at(2, 9), at(3, 9)),
        (at(3, 20), at(5, 9)),
        (at(7, 16), at(9, 9)),
    ],
)
def test_the_next_opening_skips_holidays_and_closed_days(moment: datetime, opening: datetime) -> None:
    assert OPD.next_opening(moment) == opening


def test_an_opd_may_be_open_all_day() -> None:
    always = Opd("emergency", dict.fromkeys(range(7), (MIDNIGHT, MIDNIGHT)))
    assert always.is_open(at(8, 0))
    assert always.is_open(at(8, 23, 59, 59))


def test_closing_at_midnight_is_the_end_of_the_day() -> None:
    evening = Opd("evening", {day: (time(18), MIDNIGHT) for day in range(7)})
    assert not evening.is_open(at(2, 17, 59, 59))
    assert evening.is_open(at(2, 23, 59, 59))
    assert not evening.is_open(at(3, 0))
    assert evening.next_opening(at(3, 0)) == at(3, 18)


def test_an_opd_that_never_opens_says_so() -> None:
    assert Opd("closed", {}).next_opening(at(2, 9)) is None


def test_a_holiday_longer_than_two_weeks_has_no_next_opening() -> None:
    days = frozenset(date(2026, 3, day) for day in range(1, 31))
    assert Opd("general", dict.fromkeys(range(7), HOURS), days).next_opening(at(2, 8)) is None


def test_the_opening_is_in_local_time_across_a_change_of_the_clocks() -> None:
    """India has none, but the time zone is a setting."""
    berlin = ZoneInfo("Europe/Berlin")
    sunday = datetime(2026, 3, 28, 20, tzinfo=berlin)
    opening = Opd("general", dict.fromkeys(range(7), HOURS)).next_opening(sunday)
    assert opening == datetime(2026, 3, 29, 9, tzinfo=berlin)
