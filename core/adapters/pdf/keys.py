"""The key and certificate that papers are sealed with: a deployment's own, or one made here for development."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SELF_MADE_FOR = timedelta(days=3650)
_PEM = b"-----BEGIN"


class BadKey(Exception):
    """A key or certificate that cannot seal anything; the message says which and why."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A private key, its certificate, and those that vouch for it; all in DER."""

    key: bytes = field(repr=False)
    """PKCS #8, not encrypted."""
    certificate: bytes
    chain: tuple[bytes, ...] = ()


def load_key_pair(key_file: Path, certificate_file: Path | None, passphrase: str, now: datetime) -> KeyPair:
    """From PEM files, or without a certificate's file from a PKCS #12 file. Raises `BadKey`, also when expired."""
    secret = passphrase.encode() or None
    held = _read(key_file)
    try:
        if certificate_file is None and not held.lstrip().startswith(_PEM):
            key, own, others = load_key_and_certificates(held, secret)
            certificates = [own, *others] if own else list(others)
        else:
            key = load_pem_private_key(held, secret)
            certificates = x509.load_pem_x509_certificates(_read(certificate_file or key_file))
    except (ValueError, TypeError) as error:
        raise BadKey(f"{key_file} and its certificate cannot be read: {error}") from error
    if key is None or not certificates:
        raise BadKey(f"{key_file}: a private key and its certificate are needed")
    return _checked(key_file, key, certificates, now)


def self_made(file: Path, name: str, now: datetime, *, for_timestamps: bool = False) -> KeyPair:
    """The one in this file; made now where there is none, readable by its owner alone.

    Nobody vouches for it: it proves that a paper comes from whoever holds this file, not who that is. Raises `BadKey`.
    """
    if not file.exists():
        _write_once(file, _made(name, now, for_timestamps=for_timestamps))
    return load_key_pair(file, None, "", now)


def _made(name: str, now: datetime, *, for_timestamps: bool) -> bytes:
    # pyHanko's own timestamper knows RSA only; a signature by P-256 is smaller and quicker.
    key = rsa.generate_private_key(65537, 2048) if for_timestamps else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} (self-made)")])
    builder = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _SELF_MADE_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
    )
    if for_timestamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + certificate.public_bytes(Encoding.PEM)


def _usage() -> x509.KeyUsage:
    """To sign, and that nobody can deny it."""
    return x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _write_once(file: Path, content: bytes) -> None:
    """Two processes may start at the same time: whoever is first wins, and the other uses that one's key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)  # 0600
        with os.fdopen(descriptor, "wb") as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        try:
            os.link(name, file)
        except FileExistsError:
            pass
        finally:
            os.unlink(name)
    except OSError as error:
        raise BadKey(f"{file} cannot be written: {error.strerror}") from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadKey(f"{file}: {error.strerror}") from error


def _checked(file: Path, key: PrivateKeyTypes, certificates: Sequence[x509.Certificate], now: datetime) -> KeyPair:
    own, *chain = certificates
    if _public(own.public_key()) != _public(key.public_key()):
        raise BadKey(f"{file}: the first certificate is not this key's")
    if now < own.not_valid_before_utc:
        raise BadKey(f"{file}: its certificate is valid only from {own.not_valid_before_utc:%Y-%m-%d}")
    if now > own.not_valid_after_utc:
        raise BadKey(f"{file}: its certificate expired on {own.not_valid_after_utc:%Y-%m-%d}")
    return KeyPair(
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        own.public_bytes(Encoding.DER),
        tuple(one.public_bytes(Encoding.DER) for one in chain),
    )


def _public(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
