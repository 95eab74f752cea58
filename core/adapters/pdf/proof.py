"""Tells a paper of ours from a forged one: `core.ports.PaperProof` by pyHanko.

A seal is ours when it was made with one of the certificates we know, whoever vouches for them and whether or not they
have expired since: a prescription of last year stays genuine.
"""

import logging
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from core.ports import Genuine, ProofResult

log = logging.getLogger(__name__)

_NOT_OURS = ProofResult(Genuine.NOT_OURS)


class SealProof:
    """Knows our certificates."""

    def __init__(self, certificates: Iterable[bytes]) -> None:
        """In DER: the one in use, and those used before it."""
        self._ours = frozenset(certificates)

    def check(self, pdf: bytes) -> ProofResult:
        """See `core.ports.PaperProof`."""
        from pyhanko.pdf_utils.reader import PdfFileReader

        try:
            reader = PdfFileReader(BytesIO(pdf), strict=False)
            seals = [seal for seal in reader.embedded_signatures if seal.signer_cert.dump() in self._ours]
            return self._judged(reader, seals[0]) if seals else _NOT_OURS
        except Exception as error:  # whatever a forger or a broken download makes the parser do
            log.info("a paper could not be read: %r", error)
            return _NOT_OURS

    def _judged(self, reader: Any, seal: Any) -> ProofResult:
        from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature

        status = validate_pdf_signature(
            seal, _trusting([seal.signer_cert]), _trusting(_in_timestamp(seal)), skip_diff=True
        )
        whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        if not (status.valid and status.intact and whole):
            return ProofResult(Genuine.MODIFIED)
        said, stamp = reader.trailer["/Info"], status.timestamp_validity
        return ProofResult(
            Genuine.GENUINE,
            number=str(said["/Title"]),
            code=str(said["/Keywords"]),
            sealed_at=status.signer_reported_dt,
            timestamped_at=stamp.timestamp if stamp and stamp.valid and stamp.intact else None,
        )


def _trusting(certificates: Iterable[Any]) -> Any:
    """Whoever vouches for these is not asked."""
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(trust_roots=list(certificates), allow_fetching=False)


def _in_timestamp(seal: Any) -> Iterator[Any]:
    """The certificates that its timestamp brings along: we repeat what it says, and vouch for nobody."""
    for attribute in seal.signer_info["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            for token in attribute["values"]:
                yield from (choice.chosen for choice in token["content"]["certificates"])
