"""What doctors write for how often, understood or left alone."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.dosage import Dosage, Pattern, read_dosage


@pytest.mark.parametrize(
    ("written", "pattern", "most"),
    [
        ("1-0-1", Pattern.PARTS, 2),
        (" 1 - 1 - 1 - 1 ", Pattern.PARTS, 4),
        ("1/2-0-1/2", Pattern.PARTS, 1),
        ("½-0-½", Pattern.PARTS, 1),
        ("1/2-0-1 1/2", Pattern.PARTS, 2),
        ("1½-0-1½", Pattern.PARTS, 3),
        ("1 1-0-1", Pattern.FREE, None),
        ("bd", Pattern.TIMES_A_DAY, 2),
        ("TDS", Pattern.TIMES_A_DAY, 3),
        ("SOS", Pattern.AS_NEEDED, None),
        ("HS", Pattern.BEDTIME, 1),
        ("STAT", Pattern.AT_ONCE, 1),
        ("WEEKLY", Pattern.WEEKLY, 1),
        ("1-0", Pattern.FREE, None),
        ("1/0-0-1", Pattern.FREE, None),
        ("2 QID", Pattern.TIMES_A_DAY, 8),
        ("2tds", Pattern.TIMES_A_DAY, 6),
        ("0 TDS", Pattern.TIMES_A_DAY, 0),
        ("2 tabs TDS", Pattern.FREE, 6),
        ("2 tab 6 hourly", Pattern.FREE, 8),
        ("2 6 hourly", Pattern.FREE, 8),
        ("2 every 6 hours", Pattern.FREE, 8),
        ("2 Q6H", Pattern.FREE, 8),
        ("2 HS", Pattern.FREE, 2),
        ("2-2-2-2-2", Pattern.FREE, 10),
        ("every 6 hours", Pattern.FREE, 4),
        ("6 hourly", Pattern.FREE, 4),
        ("8-hourly", Pattern.FREE, 3),
        ("212 hourly", Pattern.FREE, None),
        ("Q0H", Pattern.FREE, None),
        ("2 SOS", Pattern.FREE, None),
        ("once in 3 days", Pattern.FREE, None),
        ("", Pattern.FREE, None),
    ],
)
def test_what_doctors_write(written: str, pattern: Pattern, most: int | None) -> None:
    dosage = read_dosage(written)
    assert (dosage.pattern, dosage.most_a_day) == (pattern, most)


def test_the_parts_of_a_day() -> None:
    assert read_dosage("1/2-0-1") == Dosage(Pattern.PARTS, (Fraction(1, 2), Fraction(0), Fraction(1)))


@given(st.text(max_size=20))
def test_nothing_that_is_written_breaks_it(written: str) -> None:
    assert read_dosage(written).pattern in Pattern
