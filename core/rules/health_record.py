"""A health record that a patient sends to the doctor: what may be sent, how much of it, and until when (S11)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MOST_RECORDS = 3
"""For one visit."""
LARGEST_RECORD = 5_000_000
"""Bytes of a file, which must be smaller."""
MOST_PAGES = 20
"""Of one record: more than that no doctor reads while somebody waits on the telephone."""


class SentAs(StrEnum):
    """What a file is, by its first bytes; its name and what the browser says of it are not believed."""

    PDF = "pdf"
    JPEG = "jpeg"
    """Also called jpg and jfif."""
    GIF = "gif"
    BMP = "bmp"


_BEGINS = {SentAs.JPEG: (b"\xff\xd8\xff",), SentAs.GIF: (b"GIF87a", b"GIF89a"), SentAs.BMP: (b"BM",)}
_PDF_BEGINS = b"%PDF-"
_PDF_WITHIN = 1024
"""Bytes in which a PDF has to begin: scanners put some of their own before it, and every reader allows that."""


def kind_of(data: bytes) -> SentAs | None:
    """What this file is; None: nothing that may be sent."""
    for kind, begins in _BEGINS.items():
        if data.startswith(begins):
            return kind
    return SentAs.PDF if _PDF_BEGINS in data[:_PDF_WITHIN] else None


class NotTaken(StrEnum):
    """Why a file was not taken, as the sender is told."""

    EMPTY = "empty"
    """No file was chosen, or nothing is in it."""
    TOO_LARGE = "too_large"
    OTHER_KIND = "other_kind"
    UNREADABLE = "unreadable"
    """Broken, or locked by a password."""
    TOO_MANY_PAGES = "too_many_pages"
    ENOUGH = "enough"
    """There are `MOST_RECORDS` for this visit."""
    SENT_BEFORE = "sent_before"
    """The very same file."""
    TOO_OFTEN = "too_often"
    NOT_NOW = "not_now"
    """The visit that it was meant for is over."""


@dataclass(frozen=True, slots=True)
class HealthRecord:
    """What was taken. Kept are its pages as pictures that we made ourselves, never the file that was sent."""

    id: int
    patient_id: int
    sent_as: SentAs
    pages: int
    sha256: str
    """Of the file, in hex: the same one is not taken twice."""
    received_at: datetime
    received_by: str
    """Who sent it, as in the audit: `mobile:<E.164>` or `token:<id>`."""
    seen_at: datetime | None = None
    """When a doctor first looked; from then on it belongs to a consultation and is kept (T7)."""


def of_this_visit(records: Iterable[HealthRecord], last_visit: datetime | None) -> Sequence[HealthRecord]:
    """Those that came since the patient's last consultation ended; None: there was none yet."""
    return [record for record in records if last_visit is None or record.received_at > last_visit]
