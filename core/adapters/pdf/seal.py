"""Seals a paper: a PAdES signature (ETSI EN 319 142) with the clinic's certificate, and a timestamp (RFC 3161) inside.

pyHanko is imported when the first paper is sealed: it takes half a second, and most commands seal nothing.
"""

import logging
from functools import cached_property
from io import BytesIO
from typing import Any

from core.adapters.pdf.keys import KeyPair

log = logging.getLogger(__name__)

FIELD = "Seal"
TIMESTAMP_WITHIN = 2.0
"""Seconds to wait for the timestamp's server: the patient waits for the SMS."""
_ROOM, _ROOM_FOR_TIMESTAMP = 6144, 24576
"""Hexadecimal digits kept free in the file for the signature itself, and for a foreign timestamp with its chain."""


class Seal:
    """The clinic's; threads may use it at the same time."""

    def __init__(
        self, pair: KeyPair, *, name: str, timestamp_url: str = "", own_timestamps: KeyPair | None = None
    ) -> None:
        """`name` is the clinic's. The timestamp is of the server at `timestamp_url`, or made by `own_timestamps`."""
        self._pair = pair
        self._name = name
        self._timestamp_url = timestamp_url
        self._own_timestamps = own_timestamps

    def seal(self, pdf: bytes) -> bytes:
        """The same paper, sealed: nothing may be added to it any more.

        Without the timestamp when that cannot be had: a patient's prescription does not wait for a foreign server.
        """
        from pyhanko.sign.timestamps import TimestampRequestError

        if self._timestamper is not None:
            try:
                return self._sealed(pdf, self._timestamper)
            except (TimestampRequestError, OSError) as error:
                log.warning("no timestamp (%s): the paper is sealed without", error)
        return self._sealed(pdf, None)

    def _sealed(self, pdf: bytes, timestamper: Any) -> bytes:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

        how = PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            name=self._name,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
        )
        signer = PdfSigner(how, self._signer, timestamper=timestamper)
        out = BytesIO()
        signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=self._room, output=out)
        return out.getvalue()

    @property
    def _room(self) -> int:
        chain = sum(len(certificate) for certificate in (self._pair.certificate, *self._pair.chain))
        stamp = _ROOM_FOR_TIMESTAMP if self._timestamp_url else _ROOM if self._own_timestamps else 0
        return _ROOM + 2 * chain + stamp

    @cached_property
    def _signer(self) -> Any:
        from asn1crypto.keys import PrivateKeyInfo
        from asn1crypto.x509 import Certificate
        from pyhanko.sign.signers import SimpleSigner
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        store: Any = SimpleCertificateStore
        vouching = store.from_certs(Certificate.load(certificate) for certificate in self._pair.chain)
        return SimpleSigner(
            signing_cert=Certificate.load(self._pair.certificate),
            signing_key=PrivateKeyInfo.load(self._pair.key),
            cert_registry=vouching,
        )

    @cached_property
    def _timestamper(self) -> Any:
        from asn1crypto.keys import PrivateKeyInfo
        from asn1crypto.x509 import Certificate
        from pyhanko.sign.timestamps import DummyTimeStamper, HTTPTimeStamper

        if self._timestamp_url:
            return HTTPTimeStamper(self._timestamp_url, timeout=TIMESTAMP_WITHIN)
        if self._own_timestamps is not None:
            own = self._own_timestamps
            return DummyTimeStamper(Certificate.load(own.certificate), PrivateKeyInfo.load(own.key))
        return None
