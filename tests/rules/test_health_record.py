"""Which files may be sent (S11), by what they are and not by what they are called."""

from datetime import UTC, datetime, timedelta

import pytest

from core.rules.health_record import HealthRecord, SentAs, kind_of, of_this_visit
from tests.papers_sent import pdf, photo

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (photo("JPEG"), SentAs.JPEG),
        (photo("GIF"), SentAs.GIF),
        (photo("BMP"), SentAs.BMP),
        (pdf(), SentAs.PDF),
        (b"\n" * 500 + pdf(), SentAs.PDF),
        (b"\n" * 2000 + pdf(), None),
        (photo("PNG"), None),
        (photo("TIFF"), None),
        (photo("WEBP"), None),
        (b"MZ\x90\0", None),
        (b"PK\x03\x04", None),
        (b"<svg onload='alert(1)'>", None),
        (b"", None),
    ],
)
def test_a_file_is_what_it_begins_with(data: bytes, kind: SentAs | None) -> None:
    assert kind_of(data) is kind


def test_a_visit_begins_when_the_last_one_ended() -> None:
    before, after = (
        HealthRecord(number, 1, SentAs.PDF, 1, "", NOW + timedelta(minutes=minutes), "token:1")
        for number, minutes in ((1, -1), (2, 1))
    )
    assert of_this_visit([before, after], NOW) == [after]
    assert of_this_visit([before, after], None) == [before, after]
