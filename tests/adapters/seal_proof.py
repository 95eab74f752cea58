"""What a reader of PDFs finds in a seal, by pyHanko: sealed by whom, changed since or not, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


class Genuine(StrEnum):
    """What a PDF is, judged by its seal alone."""

    GENUINE = "genuine"
    MODIFIED = "modified"
    """It bears the seal, but something was changed or added after it."""
    NOT_OURS = "not_ours"
    """No seal, another's seal, or no PDF at all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The rest is told of a genuine one only."""

    genuine: Genuine
    number: str | None = None
    code: str | None = None
    sealed_at: datetime | None = None
    timestamped_at: datetime | None = None


def look_at_seal(pdf: bytes, certificate: bytes) -> Seen:
    """Of a paper that may have been sealed with this certificate (DER)."""
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        seals = [seal for seal in reader.embedded_signatures if seal.signer_cert.dump() == certificate]
    except Exception:  # whatever a forger or a broken download makes the parser do
        return Seen(Genuine.NOT_OURS)
    return _judged(reader, seals[0]) if seals else Seen(Genuine.NOT_OURS)


def _judged(reader: PdfFileReader, seal: Any) -> Seen:
    trusted = _trusting([seal.signer_cert])
    status = validate_pdf_signature(seal, trusted, _trusting(_in_timestamp(seal)), skip_diff=True)
    if not (status.valid and status.intact and status.coverage is SignatureCoverageLevel.ENTIRE_FILE):
        return Seen(Genuine.MODIFIED)
    said, stamp = reader.trailer["/Info"], status.timestamp_validity
    return Seen(
        Genuine.GENUINE,
        number=str(said["/Title"]),
        code=str(said["/Keywords"]),
        sealed_at=status.signer_reported_dt,
        timestamped_at=stamp.timestamp if stamp and stamp.valid and stamp.intact else None,
    )


def _trusting(certificates: Iterable[Any]) -> ValidationContext:
    return ValidationContext(trust_roots=list(certificates), allow_fetching=False)


def _in_timestamp(seal: Any) -> Iterator[Any]:
    """The certificates that its timestamp brings along."""
    for attribute in seal.signer_info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            for token in attribute["values"]:
                yield from (choice.chosen for choice in token["content"]["certificates"])
