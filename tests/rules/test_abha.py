"""ABHA numbers as people write them, and the scopes of a token."""

import pytest

from core.rules.abha import abha_number, abha_shown
from core.rules.api_client import granted


@pytest.mark.parametrize("written", ["91-1234-5678-9012", "91123456789012", " 91 1234 5678 9012 "])
def test_a_number_is_read(written: str) -> None:
    assert abha_number(written) == "91123456789012"
    assert abha_shown("91123456789012") == "91-1234-5678-9012"


@pytest.mark.parametrize(
    "written", ["", "9112345678901", "911234567890123", "९११२३४५६७८९०१२", "91.1234.5678.9012", "x"]
)
def test_what_is_none_is_not(written: str) -> None:
    assert abha_number(written) is None


@pytest.mark.parametrize(
    ("asked", "scopes"),
    [
        ("", ("prescriptions.read",)), ("prescriptions.read", ("prescriptions.read",)),
        ("prescriptions.read prescriptions.read", ("prescriptions.read",)), ("prescriptions.write", None),
        ("prescriptions.read prescriptions.write", None), (" ", None),
    ],
)  # fmt: skip
def test_scopes(asked: str, scopes: tuple[str, ...] | None) -> None:
    assert granted(asked, ("prescriptions.read",)) == scopes


def test_what_a_client_may_not_have_is_not_granted() -> None:
    assert granted("", ()) is None
    assert granted("prescriptions.read", ()) is None
    assert granted("", ("something.old",)) is None
