"""PIN codes: the directory, the beginnings as a fallback, and codes that cannot be."""

import indian_pincode
import pytest

from config.tables import load_states
from core.adapters.geography import PinCodes
from core.rules.place import state_by_prefix

STATES = load_states()
PLACES = PinCodes(STATES)


@pytest.mark.parametrize(("pin_code", "state", "district"), [
    ("302001", "RJ", "Jaipur"),
    ("342001", "RJ", "Jodhpur"),
    ("110001", "DL", None),
    ("160017", "CH", "Chandigarh"),
    ("248001", "UK", "Dehradun"),
    ("403001", "GA", "North Goa"),
    ("492001", "CG", "Raipur"),
    ("500001", "TS", "Hyderabad"),
    ("605001", "PY", "Pondicherry"),
    ("682555", "LD", None),
    ("737101", "SK", None),
    ("744101", "AN", None),
    ("194101", "LA", None),
    ("834001", "JH", "Ranchi"),
])  # fmt: skip
def test_known_places(pin_code: str, state: str, district: str | None) -> None:
    assert PLACES.state_of(pin_code) == state
    assert district is None or PLACES.district_of(pin_code) == district


@pytest.mark.parametrize(
    "pin_code", ["000000", "012345", "900056", "30200", "3020011", "30200a", "३०२००१", "", "292929"]
)
def test_what_cannot_be(pin_code: str) -> None:
    assert PLACES.state_of(pin_code) is None
    assert PLACES.district_of(pin_code) is None


def test_a_new_pin_code_falls_back_on_its_beginning() -> None:
    assert not indian_pincode.validate("302999")
    assert PLACES.state_of("302999") == "RJ"
    assert PLACES.district_of("302999") is None


def test_a_slip_of_the_directory_is_not_believed() -> None:
    assert indian_pincode.get_state("334002") == "CHHATTISGARH"
    assert PLACES.state_of("334002") == "RJ"
    assert PLACES.district_of("334002") is None


def test_every_state_has_pin_codes() -> None:
    reached = {PLACES.state_of(pin_code) for pin_code in indian_pincode.get_pincodes() if not pin_code.startswith("9")}
    assert reached == {state.code for state in STATES}
    assert len(STATES) == 36


def test_the_beginnings_alone_are_right_for_999_of_1000() -> None:
    pin_codes = indian_pincode.get_pincodes()
    wrong = [pin_code for pin_code in pin_codes if state_by_prefix(pin_code, STATES) != PLACES.state_of(pin_code)]
    assert len(wrong) < len(pin_codes) / 1000


def test_every_state_has_a_hindi_name() -> None:
    assert all(state.name_in("hi") != state.name_in("en") for state in STATES)
    assert STATES[0].name_in("ta") == STATES[0].name_in("en")
