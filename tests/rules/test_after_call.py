"""What may be planned for after a call, and what a doctor keeps for the next one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.rules.after_call import BadPlan, Plan, check_plan, check_wrap_up
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from core.rules.writing import last_used, set_name

OPDS = ("general", "speciality")
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-1-1", 3, "after food")
ZINC = Medicine("zinc sulfate", "tablet", "20 mg", "0-0-1", 14)


@pytest.mark.parametrize("plan", [Plan(), Plan("speciality"), Plan(None, 1), Plan("speciality", 180)])
def test_what_may_be_planned(plan: Plan) -> None:
    check_plan(plan, present_opd="general", opds=OPDS)


@pytest.mark.parametrize("plan", [Plan("general"), Plan("surgery"), Plan(""), Plan(None, 0), Plan(None, 181)])
def test_what_may_not(plan: Plan) -> None:
    with pytest.raises(BadPlan):
        check_plan(plan, present_opd="general", opds=OPDS)


def test_days_are_counted_from_today() -> None:
    assert Plan(None, 10).call_back_on(date(2026, 12, 25)) == date(2027, 1, 4)
    assert Plan().call_back_on(date(2026, 12, 25)) is None


@pytest.mark.parametrize("seconds", [0, 1, 120, None])
def test_a_wrap_up_of_two_minutes_at_most(seconds: int | None) -> None:
    check_wrap_up(seconds)


def test_a_name_is_one_line() -> None:
    assert set_name("  high \t fever ") == "high fever"
    assert set_name("तेज़ बुख़ार") == "तेज़ बुख़ार"


def test_what_was_used_last_stands_first_and_once() -> None:
    def signed(*medicines: Medicine) -> SignedPrescription:
        return SignedPrescription(1, 1, 1, 1, Prescription("x", "y", medicines), NOW, "RX", "", NOW, "0")

    newest, before = signed(replace(PARACETAMOL, days=5)), signed(PARACETAMOL, ZINC)
    used = last_used([newest, before])
    assert [(one.generic, one.days, one.instructions) for one in used] == [
        ("paracetamol", 5, ""),
        ("zinc sulfate", 14, ""),
    ]
