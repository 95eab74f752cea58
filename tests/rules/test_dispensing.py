"""What is left of a prescription: in every order of giving, never more than was prescribed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.dispensing import (
    Dispensing,
    Item,
    Portion,
    Refusal,
    Standing,
    expires_at,
    items_of,
    named,
    refusal_of,
    standing_of,
)
from core.rules.initials import initials
from core.rules.paper import numbers_in
from core.rules.pharmacy import Channel
from core.rules.prescription import (
    LAST_VERSION,
    Medicine,
    Prescription,
    SignedPrescription,
    corrected_number,
    is_prescription_number,
    prescription_number,
)

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
VALIDITY = timedelta(days=30)
FIVE_DAYS = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5)


def signed(*medicines: Medicine, at: datetime = NOW) -> SignedPrescription:
    content = Prescription("fever", "viral fever", medicines)
    return SignedPrescription(1, 1, 1, 1, content, at, "RX1", "hash", at, "123456789015")


def gave(medicine: Medicine, days: int, already: int = 0, paper: int = 1, at: datetime = NOW) -> Dispensing:
    most = medicine.days * (1 + medicine.repeats)
    return Dispensing(1, paper, 1, 0, named(medicine), already, days, most, 1, at, Channel.WEB)


def item(medicine: Medicine = FIVE_DAYS, *given: Dispensing) -> Item:
    return items_of(signed(medicine), given, VALIDITY)[0]


def standing(*given: Dispensing, medicine: Medicine = FIVE_DAYS, now: datetime = NOW) -> Standing:
    paper = signed(medicine)
    return standing_of(paper, items_of(paper, given, VALIDITY), now=now, validity=VALIDITY)


medicines = st.builds(
    Medicine, st.just("metformin"), st.just("tablet"), st.just("500 mg"), st.just("1-0-1"),
    days=st.integers(1, 90), repeats=st.integers(0, 5),
)  # fmt: skip


@given(medicines, st.lists(st.integers(-1, 100), max_size=60))
def test_whatever_is_tried_no_more_is_given_than_was_prescribed(medicine: Medicine, tries: list[int]) -> None:
    given = list[Dispensing]()
    for days in tries:
        now = item(medicine, *given)
        portion = Portion(0, days, now.given)
        if refusal_of(signed(medicine), now, portion, NOW) is None:
            assert 1 <= days <= now.due <= medicine.days
            given.append(gave(medicine, days, now.given))
    after = item(medicine, *given)
    assert after.given == sum(dispensing.days for dispensing in given) <= after.prescribed
    assert after.left == after.prescribed - after.given


@given(medicines)
def test_everything_due_is_given_once_and_once_for_each_repeat(medicine: Medicine) -> None:
    given, at = list[Dispensing](), NOW
    while (now := item(medicine, *given)).left:
        at = now.due_from or at
        assert refusal_of(signed(medicine), now, now.whole, at) is None
        assert now.repeats_left == medicine.repeats - len(given)
        given.append(gave(medicine, now.due, now.given, at=at))
    assert len(given) == 1 + medicine.repeats
    assert standing(*given, medicine=medicine) is Standing.DISPENSED
    last = item(medicine, *given)
    assert refusal_of(signed(medicine), last, Portion(0, 1, last.given), NOW) is Refusal.GIVEN


def test_a_part_now_and_the_rest_later() -> None:
    part = item(FIVE_DAYS, gave(FIVE_DAYS, 2))
    assert (part.given, part.left, part.due) == (2, 3, 3)
    assert standing(gave(FIVE_DAYS, 2)) is Standing.PARTLY
    assert refusal_of(signed(FIVE_DAYS), part, Portion(0, 4, 2), NOW) is Refusal.TOO_MUCH
    assert refusal_of(signed(FIVE_DAYS), part, Portion(0, 3, 2), NOW) is None


def test_a_repeat_is_not_given_together_with_the_fill_before_it() -> None:
    monthly = replace(FIVE_DAYS, days=30, repeats=2)
    assert item(monthly).due == 30
    assert refusal_of(signed(monthly), item(monthly), Portion(0, 31, 0), NOW) is Refusal.TOO_MUCH


@given(medicines, st.lists(st.tuples(st.integers(1, 90), st.integers(0, 24 * 40)), max_size=40))
def test_nobody_ever_holds_more_than_a_fill_and_a_quarter(medicine: Medicine, tries: list[tuple[int, int]]) -> None:
    given, at = list[Dispensing](), NOW
    for days, hours in tries:
        at += timedelta(hours=hours)
        now = item(medicine, *given)
        if refusal_of(signed(medicine, at=at), now, Portion(0, days, now.given), at) is None:
            given.append(gave(medicine, days, now.given, at=at))
            lasts_until = NOW
            for one in given:
                lasts_until = max(lasts_until, one.at) + timedelta(days=one.days)
            assert lasts_until - at <= timedelta(days=medicine.days) * 1.25


def test_a_repeat_is_given_when_most_of_the_fill_before_it_is_taken() -> None:
    thrice = replace(FIVE_DAYS, days=4, repeats=2)
    once = item(thrice, gave(thrice, 4))
    assert once.due_from == NOW + timedelta(days=3)
    early = NOW + timedelta(days=3) - timedelta(seconds=1)
    assert refusal_of(signed(thrice), once, Portion(0, 1, 4), early) is Refusal.TOO_EARLY
    assert refusal_of(signed(thrice), once, once.whole, NOW + timedelta(days=3)) is None
    twice = item(thrice, gave(thrice, 4), gave(thrice, 4, 4, at=NOW + timedelta(days=3)))
    assert twice.due_from == NOW + timedelta(days=7)


def test_the_rest_of_a_fill_is_given_at_once() -> None:
    thrice = replace(FIVE_DAYS, repeats=2)
    assert refusal_of(signed(thrice), item(thrice, gave(thrice, 2)), Portion(0, 3, 2), NOW) is None
    late = NOW + timedelta(days=20)
    whole = item(thrice, gave(thrice, 2), gave(thrice, 3, 2, at=late))
    assert whole.due_from == late + timedelta(days=3) - timedelta(days=1.25)


def test_who_looked_before_somebody_else_gave_is_refused() -> None:
    twice = replace(FIVE_DAYS, repeats=1)
    assert refusal_of(signed(twice), item(twice, gave(twice, 5)), Portion(0, 5, 0), NOW) is Refusal.MEANWHILE
    assert refusal_of(signed(FIVE_DAYS), item(FIVE_DAYS, gave(FIVE_DAYS, 5)), Portion(0, 5, 0), NOW) is Refusal.GIVEN


@pytest.mark.parametrize("days", [0, -1])
def test_nothing_is_no_portion(days: int) -> None:
    assert refusal_of(signed(FIVE_DAYS), item(), Portion(0, days, 0), NOW) is Refusal.NOTHING


def test_a_medicine_that_is_not_there() -> None:
    assert refusal_of(signed(FIVE_DAYS), None, Portion(7, 1, 0), NOW) is Refusal.NO_SUCH_ITEM


def test_it_expires_and_a_repeat_gives_it_the_time_it_needs() -> None:
    assert standing(now=NOW + VALIDITY - timedelta(seconds=1)) is Standing.GENUINE
    assert standing(now=NOW + VALIDITY) is Standing.EXPIRED
    assert refusal_of(signed(FIVE_DAYS), item(), Portion(0, 5, 0), NOW + VALIDITY) is Refusal.EXPIRED
    monthly = replace(FIVE_DAYS, days=30, repeats=2)
    assert standing(medicine=monthly, now=NOW + VALIDITY) is Standing.GENUINE
    assert standing(medicine=monthly, now=NOW + VALIDITY + timedelta(days=60)) is Standing.EXPIRED


def test_what_was_all_given_is_dispensed_even_when_its_time_is_over() -> None:
    assert standing(gave(FIVE_DAYS, 5), now=NOW + timedelta(days=400)) is Standing.DISPENSED


def test_a_void_one_is_void_whatever_was_given() -> None:
    void = replace(signed(FIVE_DAYS), voided_at=NOW)
    items = items_of(void, [gave(FIVE_DAYS, 5)], VALIDITY)
    assert standing_of(void, items, now=NOW, validity=VALIDITY) is Standing.VOID
    assert refusal_of(void, items[0], Portion(0, 5, 5), NOW) is Refusal.VOID


def test_one_without_medicines_is_genuine_until_it_expires() -> None:
    tests_only = replace(signed(), content=Prescription("fever", "fever", tests=("CBC",)))
    assert standing_of(tests_only, (), now=NOW, validity=VALIDITY) is Standing.GENUINE
    assert expires_at(tests_only, (), VALIDITY) == NOW + VALIDITY
    assert standing_of(tests_only, (), now=NOW + VALIDITY, validity=VALIDITY) is Standing.EXPIRED


def test_what_was_given_on_the_version_before_counts_for_the_same_medicine() -> None:
    longer, other = replace(FIVE_DAYS, days=7), replace(FIVE_DAYS, strength="650 mg")
    again, new = items_of(signed(longer, other), [gave(FIVE_DAYS, 5)], VALIDITY)
    assert (again.given, again.due) == (5, 2)
    assert (new.given, new.due) == (0, 5)
    shorter = item(replace(FIVE_DAYS, days=3), gave(FIVE_DAYS, 5))
    assert (shorter.left, shorter.due) == (0, 0)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Sita Devi", "S. D."),
        ("  ram   lal ", "R. L."),
        ("सीता देवी", "सी. दे."),
        ("प्रेम", "प्रे."),
        ("कृष्णा", "कृ."),
        ("Ö", "Ö."),
        ("", ""),
    ],
)
def test_initials(name: str, said: str) -> None:
    assert initials(name) == said


@given(st.integers(1, 10**9), st.integers(2, LAST_VERSION))
def test_each_version_has_its_own_number(consultation: int, version: int) -> None:
    first = prescription_number(NOW.date(), consultation)
    later = corrected_number(first, version)
    assert later != first
    assert is_prescription_number(later)
    assert later == corrected_number(corrected_number(first, 2), version)


@pytest.mark.parametrize("version", [0, 1, LAST_VERSION + 1])
def test_there_are_letters_for_so_many_versions(version: int) -> None:
    with pytest.raises(ValueError, match="version"):
        corrected_number("RX261121000176", version)


def test_a_paper_is_searched_for_numbers_and_nothing_else() -> None:
    first, second = (prescription_number(NOW.date(), number) for number in (17, 18))
    second = corrected_number(second, 2)
    wrong = first[:-1] + str((int(first[-1]) + 1) % 10)
    pdf = f"%PDF {wrong} (\x00{first}) <{second}> {first} RX".encode()
    assert list(numbers_in(pdf)) == [first, second]
    assert list(numbers_in(b"RX" * 1000 + b"\xff" * 1000)) == []
