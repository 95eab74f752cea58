"""Whose phone is whose, which of them rings, and what an outside number is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.rules.phone import browser_account, can_be_rung, is_browser, outside_number, owner_of, phone_to_ring
from core.rules.staff import Doctor, Operator
from core.rules.staff_fields import BadField, check_login

AT = datetime(2026, 1, 1, tzinfo=UTC)
ASHA = Doctor(1, "asha", "Dr. Asha", "MBBS", "1", "RMC", "104", (), (), (), "doctor-asha", "", "", AT)
MEENA = Operator(2, "meena", "Meena", "operator-meena", "", "", AT)
MOBILE = "+919811111111"


def test_a_browser_phone_is_its_owners() -> None:
    assert browser_account("doctor-asha") == "doctor-asha-web"
    assert owner_of("doctor-asha-web") == owner_of("doctor-asha") == "doctor-asha"
    assert is_browser("doctor-asha-web")
    assert not is_browser("doctor-asha")


def test_nobody_is_hired_whose_softphone_would_be_anothers_browser_phone() -> None:
    check_login("web-asha")
    with pytest.raises(BadField):
        check_login("asha-web")


@pytest.mark.parametrize(
    ("online", "rings"),
    [
        (["doctor-asha-web", "doctor-asha"], "doctor-asha-web"),
        (["doctor-asha"], "doctor-asha"),
        (["doctor-rao-web"], "doctor-asha"),
        ([], "doctor-asha"),
    ],
)
def test_the_browser_is_preferred(online: list[str], rings: str) -> None:
    assert phone_to_ring(ASHA, online) == rings


def test_outside_is_the_last_resort_and_always_there() -> None:
    outside = replace(ASHA, outside_number=MOBILE)
    assert phone_to_ring(outside, ["doctor-asha"]) == "doctor-asha"
    assert phone_to_ring(outside, []) == MOBILE
    assert can_be_rung(outside, [])
    assert not can_be_rung(ASHA, [])
    assert can_be_rung(ASHA, ["doctor-asha-web"])
    assert not can_be_rung(MEENA, ["operator-rao"])


@pytest.mark.parametrize(
    ("typed", "number"),
    [("", None), ("  ", None), ("98111 11111", MOBILE), ("+91 98111-11111", MOBILE), ("0141 2345678", "+911412345678")],
)
def test_an_outside_number(typed: str, number: str | None) -> None:
    assert outside_number(typed) == number


@pytest.mark.parametrize("typed", ["12", "abc", "+1 212 555 0100", "+88213 1234567", "9811111111;ext=5@host", "१२"])
def test_no_outside_number(typed: str) -> None:
    with pytest.raises(ValueError, match="outside number"):
        outside_number(typed)
