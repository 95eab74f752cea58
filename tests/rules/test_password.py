"""What somebody may choose as their password: any signs, fifteen of them, and nothing that is tried first."""

import pytest

from core.rules.password import LONGEST, check_password
from core.rules.staff_fields import BadField

ABOUT = ("asha-verma", "Dr. Asha Verma", "Duravani")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "short"),
        ("k7mp-9xwd-3hqt", "short"),
        ("x9" * LONGEST, "long"),
        ("passwordpassword", "guessable"),
        ("Password12345678", "guessable"),
        ("qwertyuiop123456", "guessable"),
        ("duravani-asha-2026", "guessable"),
        ("VermaVermaVerma1", "guessable"),
        ("aaaaaaaaaaaaaaaaaa", "guessable"),
        ("abababababababab", "guessable"),
    ],
)
def test_what_is_short_or_tried_first_is_refused(password: str, reason: str) -> None:
    with pytest.raises(BadField) as refused:
        check_password(password, ABOUT)
    assert (refused.value.field, refused.value.reason) == ("new", reason)


@pytest.mark.parametrize(
    "password", ["k7mp-9xwd-3hqt-v2rn", "rickshaw mango lamp seven", "दरवाज़ा आम चिराग सात", "asha likes green lamps"]
)
def test_words_and_any_signs_will_do(password: str) -> None:
    check_password(password, ABOUT)
