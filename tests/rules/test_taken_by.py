"""What is offered first, by age: the starter formulary's own forms."""

import pytest

from config.tables import load_formulary
from core.rules.formulary.taken_by import NEVER, UNUSUAL, place_offered

FORMULARY = load_formulary()


def offered(generic: str, age: int) -> list[str]:
    """Its forms in the order of the list."""
    drug = FORMULARY[generic]
    return [one.form for one in sorted(drug.products, key=lambda one: place_offered(drug, one, age))]


@pytest.mark.parametrize(
    ("age", "first", "later"),
    [
        (0, "drops", "tablet"),
        (1, "drops", "tablet"),
        (2, "syrup", "drops"),
        (11, "syrup", "drops"),
        (12, "tablet", "drops"),
        (80, "tablet", "drops"),
    ],
)
def test_a_form_that_somebody_of_this_age_takes_comes_first(age: int, first: str, later: str) -> None:
    forms = offered("paracetamol", age)
    assert forms[0] == first
    assert forms.index(later) >= 2


def test_a_tablet_that_is_not_for_a_child_comes_after_the_syrup_that_is() -> None:
    assert offered("ibuprofen", 8) == ["syrup", "tablet"]
    assert offered("ibuprofen", 30) == ["tablet", "syrup"]
    drug = FORMULARY["ibuprofen"]
    assert place_offered(drug, drug.products[0], 11) == UNUSUAL


def test_an_injection_is_nobodys_at_home_and_what_goes_on_the_skin_is_everybodys() -> None:
    assert offered("diclofenac", 40) == ["tablet", "gel", "injection"]
    places = {place_offered(drug, one, age) for drug in FORMULARY.values() for one in drug.products
              if one.form == "cream" and not drug.prohibited and not one.from_age for age in (0, 8, 40)}  # fmt: skip
    assert len(places) == 1


def test_what_may_never_be_prescribed_is_last() -> None:
    never = [drug for drug in FORMULARY.values() if drug.prohibited]
    assert never
    assert {place_offered(drug, one, 40) for drug in never for one in drug.products} == {NEVER}
