"""Doses: every substance of every row counted, weekly and by the day, at a time, for how long, and for a child."""

from dataclasses import replace
from fractions import Fraction

import pytest

from config.tables import load_formulary
from core.rules.formulary.quantity import Quantity, quantities, quantity
from core.rules.prescribing.check import findings
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Reason
from core.rules.prescription import Medicine, Mode, Prescription

STARTER = load_formulary()
ADULT = Encounter(Mode.VIDEO, follow_up=True, age=34)
TOO_MUCH, A_WEEK, AT_ONCE = Reason.ABOVE_DAILY_MAXIMUM, Reason.ABOVE_WEEKLY_MAXIMUM, Reason.MANY_AT_ONCE
SYRUP, TABLET = ("paracetamol", "syrup", "250 mg/5 ml"), ("paracetamol", "tablet", "650 mg")
D3, WARFARIN = ("vitamin d3", "capsule", "60000 IU"), ("warfarin", "tablet", "1 mg")
ALENDRONATE, KETOROLAC = ("alendronic acid", "tablet", "70 mg"), ("ketorolac", "tablet", "10 mg")


def said(*medicines: Medicine, age: int = 34) -> list[tuple[int | None, Reason]]:
    found = findings(Prescription("Pain", "Pain", medicines), STARTER, replace(ADULT, age=age))
    return [(one.place, one.reason) for one in found]


def alone(what: tuple[str, str, str], frequency: str, days: int = 3, age: int = 34) -> list[Reason]:
    return [reason for _, reason in said(Medicine(*what, frequency, days), age=age)]


@pytest.mark.parametrize(("what", "frequency", "expected"), [
    (SYRUP, "50-50-50", [AT_ONCE, TOO_MUCH]),
    (SYRUP, "3-3-3", []),
    (SYRUP, "6-6-6", [TOO_MUCH]),  # 4500 mg: what a tablet's label says holds for a syrup
    (("paracetamol", "drops", "100 mg/ml"), "10-10-10", []),  # a drop is no millilitre
    (("zinc sulfate", "dispersible tablet", "20 mg"), "40-40-40", [AT_ONCE]),
    (("zinc sulfate", "dispersible tablet", "20 mg"), "9-9-9-9-9", [AT_ONCE]),
    (("zinc sulfate", "dispersible tablet", "20 mg"), "1-1-1-1-1", []),
    (("dextromethorphan", "syrup", "10 mg/5 ml"), "99-99-99", [AT_ONCE, TOO_MUCH]),
    (("dextromethorphan", "syrup", "10 mg/5 ml"), "2-2-2", []),
    (D3, "WEEKLY", []),  # the usual regimen
    (D3, "1-1-1", [TOO_MUCH]),
    (("vitamin d3", "tablet", "1000 IU"), "1-0-1", []),
    (WARFARIN, "5-5-5", [TOO_MUCH]),
    (WARFARIN, "0-0-5", []),
    (ALENDRONATE, "WEEKLY", []),
    (ALENDRONATE, "1-0-0", [TOO_MUCH]),
    (ALENDRONATE, "2 WEEKLY", [A_WEEK]),
    (("ondansetron", "tablet", "8 mg"), "1-1-1", []),
    (("ondansetron", "tablet", "8 mg"), "2-2-2", [TOO_MUCH]),
    (("ondansetron", "syrup", "2 mg/5 ml"), "2-2-2", []),
    (("fluconazole", "tablet", "150 mg"), "WEEKLY", []),
    (("fluconazole", "tablet", "150 mg"), "1-1-1", [TOO_MUCH]),
    (("colchicine", "tablet", "0.5 mg"), "1-0-1", []),
    (("colchicine", "tablet", "0.5 mg"), "2-2-2", [TOO_MUCH]),
    (("azithromycin", "tablet", "500 mg"), "1-0-0", []),
    (("azithromycin", "tablet", "500 mg"), "2-2-2", [TOO_MUCH]),
    (("aceclofenac+paracetamol", "tablet", "100 mg+325 mg"), "1-0-1", []),
    (("aceclofenac+paracetamol", "tablet", "100 mg+325 mg"), "2-2-2", [TOO_MUCH]),
    (("metformin", "tablet", "500 mg"), "7-0-0", [AT_ONCE, TOO_MUCH]),
    (("prednisolone", "tablet", "5 mg"), "6-0-0", []),
    (("insulin human regular", "injection", "40 IU/ml"), "20-0-16", []),
    (("ceftriaxone", "injection", "1 g"), "1-0-1", []),
    (("ceftriaxone", "injection", "1 g"), "3-0-0", [AT_ONCE]),
    (("salbutamol", "inhaler", "100 mcg"), "8-8-8", []),
    (("ciprofloxacin", "eye drops", "0.3 %"), "8-8-8", []),
    (TABLET, "10 SOS", [Reason.DOSE_UNCOUNTED, AT_ONCE]),
    (TABLET, "1 SOS", []),
    (TABLET, "10 caps TDS", [Reason.DOSE_UNCOUNTED]),  # of a tablet: what is meant nobody knows
])  # fmt: skip
def test_one_medicine(what: tuple[str, str, str], frequency: str, expected: list[Reason]) -> None:
    assert alone(what, frequency) == expected


def test_one_substance_counts_in_all_rows_that_have_it() -> None:
    tablet = Medicine(*TABLET, "2-2-2", 5)
    both = Medicine("aceclofenac+paracetamol", "tablet", "100 mg+325 mg", "1-0-1", 5)
    assert said(tablet, both) == [(1, Reason.SAME_SUBSTANCE), (1, TOO_MUCH)]
    content = Prescription("Pain", "Pain", (tablet, both))
    *_, above = findings(content, STARTER, ADULT)
    assert (above.about["given"], above.about["most"]) == ("4550 mg paracetamol", "4000 mg")
    few = replace(tablet, frequency="1-1-1")
    assert said(few, both) == [(1, Reason.SAME_SUBSTANCE)]
    suppository = Medicine("paracetamol", "suppository", "170 mg", "1-1-1", 2)  # another way in: not added up
    assert said(tablet, suppository) == [(1, Reason.SAME_SUBSTANCE)]


def test_a_public_source_says_for_how_long() -> None:
    assert alone(KETOROLAC, "1-1-1", days=5) == []
    assert alone(KETOROLAC, "1-1-1", days=6) == [Reason.TOO_MANY_DAYS]
    assert alone(("ketorolac", "eye drops", "0.5 %"), "1-1-1", days=14) == []


@pytest.mark.parametrize(("what", "age", "warned"), [
    (TABLET, 0, Reason.ADULT_MAXIMUM), (TABLET, 11, Reason.ADULT_MAXIMUM), (TABLET, 12, None), (SYRUP, 2, None),
    (("ibuprofen", "tablet", "400 mg"), 11, Reason.BELOW_AGE),
    (("loratadine", "tablet", "10 mg"), 3, None),  # an age is named, and reached
    (("zinc sulfate", "dispersible tablet", "20 mg"), 1, None),
])  # fmt: skip
def test_an_adults_maximum_is_no_childs(what: tuple[str, str, str], age: int, warned: Reason | None) -> None:
    assert alone(what, "1-0-0", age=age) == ([warned] if warned else [])


@pytest.mark.parametrize(("first", "second", "expected"), [
    ("iron and folic acid", "ferrous sulfate", Reason.SAME_SUBSTANCE),
    ("ferrous sulfate", "ferrous ascorbate", Reason.SAME_SUBSTANCE),
    ("iron and folic acid", "folic acid", Reason.SAME_SUBSTANCE),
    ("cetirizine", "levocetirizine", Reason.SAME_SUBSTANCE),
    ("cetirizine", "montelukast+levocetirizine", Reason.SAME_SUBSTANCE),
    ("omeprazole", "esomeprazole", Reason.SAME_SUBSTANCE),
    ("salbutamol", "levosalbutamol", Reason.SAME_SUBSTANCE),
    ("enalapril", "ramipril", Reason.SAME_CLASS),
    ("enalapril", "losartan", Reason.SAME_CLASS),
    ("ibuprofen", "diclofenac", Reason.SAME_CLASS),
    ("cetirizine", "loratadine", Reason.SAME_CLASS),
    ("salbutamol", "salmeterol", None),
    ("insulin human regular", "insulin isophane", None),
    ("enalapril", "amlodipine", None),
    ("folic acid", "ferrous sulfate", None),
])  # fmt: skip
def test_two_that_are_rarely_meant_together(first: str, second: str, expected: Reason | None) -> None:
    one, other = (
        Medicine(name, STARTER[name].forms[0], STARTER[name].products[0].strengths[0], "1-0-0", 3)
        for name in (first, second)
    )
    for above, below in ((one, other), (other, one)):
        assert said(above, below) == ([(1, expected)] if expected else [])


def test_a_gel_beside_a_tablet_of_its_class_is_usual() -> None:
    tablet = Medicine("ibuprofen", "tablet", "400 mg", "1-0-1", 3)
    assert said(tablet, Medicine("piroxicam", "gel", "0.5 %", "1-0-1", 7)) == []


@pytest.mark.parametrize(("written", "expected"), [
    ("500 mg", ["500 mg"]), ("100 mg+0.5 mg", ["100 mg", "0.5 mg"]), ("5 mg+2 mg/5 ml", ["5 mg", "2 mg"]),
    ("250 mg/5 ml", ["250 mg"]), ("1 mg/ml", ["1 mg"]), ("60000 IU", ["60000 IU"]), ("5 mcg", ["0.005 mg"]),
    ("1 %", []), ("standard", []), ("25 mcg/h", []), ("1.2 MU", []), ("100 mg+standard", []),
])  # fmt: skip
def test_a_strength_is_read(written: str, expected: list[str]) -> None:
    assert list(map(str, quantities(written))) == expected


def test_milligrams_and_units_are_never_added() -> None:
    assert quantity("1 g") == Quantity("mg", Fraction(1000))
    assert quantity("5 kg") is None
    assert str(Quantity("IU", Fraction(1_800_000))) == "1800000 IU"
