"""What doctors write for how often, understood or left alone."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.dosage import Dosage, Named, Pattern, read_dosage


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
        ("once a week", Pattern.WEEKLY, 1),
        ("B.D.", Pattern.TIMES_A_DAY, 2),
        ("t.d.s", Pattern.TIMES_A_DAY, 3),
        ("1 + 0 + 1", Pattern.PARTS, 2),
        ("1-0", Pattern.FREE, None),
        ("1/0-0-1", Pattern.FREE, None),
        ("2 QID", Pattern.TIMES_A_DAY, 8),
        ("2tds", Pattern.TIMES_A_DAY, 6),
        ("0 TDS", Pattern.TIMES_A_DAY, 0),
        ("2 tabs TDS", Pattern.FREE, 6),
        ("2 tab 6 hourly", Pattern.FREE, 8),
        ("2 6 hourly", Pattern.EVERY, 8),
        ("2 every 6 hours", Pattern.EVERY, 8),
        ("2 Q6H", Pattern.EVERY, 8),
        ("2 HS", Pattern.BEDTIME, 2),
        ("½ STAT", Pattern.AT_ONCE, Fraction(1, 2)),
        ("4 times a day", Pattern.TIMES_A_DAY, 4),
        ("twice daily", Pattern.TIMES_A_DAY, 2),
        ("2 thrice a day", Pattern.TIMES_A_DAY, 6),
        ("5 times a day", Pattern.TIMES_A_DAY, 5),
        ("every 5 hours", Pattern.EVERY, 5),
        ("10 units BD", Pattern.FREE, 20),
        ("10-0-8 IU", Pattern.FREE, 18),
        ("1 capful BD", Pattern.FREE, None),
        ("2-2-2-2-2", Pattern.FREE, 10),
        ("every 6 hours", Pattern.EVERY, 4),
        ("6 hourly", Pattern.EVERY, 4),
        ("8-hourly", Pattern.EVERY, 3),
        ("212 hourly", Pattern.FREE, None),
        ("Q0H", Pattern.FREE, None),
        ("2 SOS", Pattern.FREE, None),
        ("once in 3 days", Pattern.FREE, None),
        ("", Pattern.FREE, None),
    ],
)
def test_what_doctors_write(written: str, pattern: Pattern, most: int | Fraction | None) -> None:
    dosage = read_dosage(written)
    assert (dosage.pattern, dosage.most_a_day) == (pattern, most)


def test_the_parts_of_a_day() -> None:
    assert read_dosage("1/2-0-1") == Dosage(Pattern.PARTS, (Fraction(1, 2), Fraction(0), Fraction(1)))


@pytest.mark.parametrize(
    ("written", "named", "meant"),
    [
        ("2 tab 6 hourly", Named.TABLET, Dosage(Pattern.EVERY, hours=6, units=Fraction(2))),
        ("1 cap. at bedtime", None, None),
        ("10 IU BD", Named.UNITS, Dosage(Pattern.TIMES_A_DAY, times=2, units=Fraction(10))),
        ("10-0-8 units", Named.UNITS, Dosage(Pattern.PARTS, (Fraction(10), Fraction(0), Fraction(8)))),
        ("2 puffs SOS", Named.PUFF, Dosage(Pattern.AS_NEEDED, units=Fraction(2))),
        ("2 SOS", None, Dosage(Pattern.AS_NEEDED, units=Fraction(2))),
    ],
)
def test_what_it_means_where_the_unit_is_right(written: str, named: Named | None, meant: Dosage | None) -> None:
    dosage = read_dosage(written)
    assert (dosage.pattern, dosage.named, dosage.meant) == (Pattern.FREE, named, meant)


@given(st.text(max_size=20))
def test_nothing_that_is_written_breaks_it(written: str) -> None:
    assert read_dosage(written).pattern in Pattern
