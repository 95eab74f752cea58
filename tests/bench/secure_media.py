"""The voice of a browser without the browser: ICE, DTLS and SRTP on one UDP socket (RFC 8835), A-law inside.

As much as a page's telephone needs towards a switch on loopback: it answers and never offers, waits to be checked
(ICE lite, RFC 8445 section 2.5) and to be greeted (passive DTLS, RFC 5763). Nothing is sent twice.
"""

import secrets
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count

from aioice import stun
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from pylibsrtp import Error, Policy, Session

from tests.bench.catalogue import PACKET
from tests.bench.voice import ALAW, HEAD, RTP_PAYLOAD
from tests.bench.wire import HOST, Address, Wire

PROFILE, KEY, SALT = b"SRTP_AES128_CM_SHA1_80", 16, 14
"""The profile that every browser has, and the bytes of its keys (RFC 5764 section 4.1.2)."""
LARGEST = 1200
"""Bytes of a datagram."""
LISTENED = 50
"""Packets that are kept: one second."""


class SecureMedia:
    """One call's voice: keys are agreed as soon as the other side asks, then `say` and `recent` work."""

    def __init__(self) -> None:
        self._wire = Wire(self._receive)
        self._fragment, self._password = secrets.token_hex(4), secrets.token_hex(12)
        self._peer: Address | None = None
        self._dtls = SSL.Connection(_identity()[0], None)
        self._dtls.set_ciphertext_mtu(LARGEST)
        self._dtls.set_accept_state()
        self._out: Session | None = None
        self._in: Session | None = None
        self._source, self._numbers = secrets.randbits(32), count()
        self.recent: deque[bytes] = deque(maxlen=LISTENED)
        """The sound of the last packets."""

    def answer(self) -> str:
        """Our side of an offer that asks for one audio stream, as SDP (RFC 8829)."""
        port = self._wire.port
        return "\r\n".join(
            (
                "v=0", f"o=- 1 1 IN IP4 {HOST}", "s=-", "t=0 0", "a=ice-lite",
                f"m=audio {port} UDP/TLS/RTP/SAVPF {ALAW} 101", f"c=IN IP4 {HOST}", "a=mid:audio", "a=rtcp-mux",
                f"a=ice-ufrag:{self._fragment}", f"a=ice-pwd:{self._password}",
                f"a=fingerprint:sha-256 {_identity()[1]}", "a=setup:passive",
                f"a=candidate:1 1 udp 2130706431 {HOST} {port} typ host", "a=end-of-candidates",
                f"a=rtpmap:{ALAW} PCMA/8000", "a=rtpmap:101 telephone-event/8000", "a=ptime:20", "a=sendrecv", "",
            )
        )  # fmt: skip

    def say(self, packet: bytes) -> None:
        """20 ms of A-law; nothing before keys are agreed."""
        if self._out is None or self._peer is None:
            return
        number = next(self._numbers)
        head = HEAD.pack(0x80, ALAW, number & 0xFFFF, number * PACKET & 0xFFFFFFFF, self._source)
        self._wire.send(self._out.protect(head + packet), self._peer)

    def close(self) -> None:
        """Deaf and dumb from now on."""
        self._wire.close()

    def _receive(self, data: bytes, sender: Address, _: int) -> None:
        """By the first byte (RFC 7983)."""
        if data[0] < 4:
            self._checked(data, sender)
        elif 20 <= data[0] < 64:
            self._greeted(data)
        elif self._in is not None and data[1] & 0x7F == ALAW:
            try:
                self.recent.append(self._in.unprotect(data)[RTP_PAYLOAD:])
            except Error:  # of keys that are no longer, or not yet, agreed
                return

    def _checked(self, data: bytes, sender: Address) -> None:
        asked = stun.parse_message(data)
        key = self._password.encode()
        if asked.message_class is not stun.Class.REQUEST or not asked.check_message_integrity(key):
            return
        self._peer = sender
        answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, transaction_id=asked.transaction_id)
        answer.attributes["XOR-MAPPED-ADDRESS"] = sender
        answer.add_message_integrity(key)
        answer.add_fingerprint()
        self._wire.send(bytes(answer), sender)

    def _greeted(self, data: bytes) -> None:
        self._dtls.bio_write(data)
        try:
            self._dtls.do_handshake()
        except SSL.WantReadError:
            pass
        else:
            if self._out is None:
                self._agree()
        assert self._peer is not None
        for answer in _flights(self._dtls):
            self._wire.send(answer, self._peer)

    def _agree(self) -> None:
        secret = self._dtls.export_keying_material(b"EXTRACTOR-dtls_srtp", 2 * (KEY + SALT))
        theirs, ours = secret[:KEY], secret[KEY : 2 * KEY]
        their_salt, our_salt = secret[2 * KEY : 2 * KEY + SALT], secret[2 * KEY + SALT :]
        self._in = Session(Policy(theirs + their_salt, Policy.SSRC_ANY_INBOUND))
        self._out = Session(Policy(ours + our_salt, Policy.SSRC_ANY_OUTBOUND))


def _flights(dtls: SSL.Connection) -> Iterator[bytes]:
    while True:
        try:
            yield dtls.bio_read(LARGEST + 300)
        except SSL.WantReadError:
            return


@cache
def _identity() -> tuple[SSL.Context, str]:
    """One certificate for all phones, as it must be made for the connection only; its SHA-256 as SDP writes it."""
    key, name, now = ec.generate_private_key(ec.SECP256R1()), _name("bench"), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    day = timedelta(days=1)
    certificate = builder.not_valid_before(now - day).not_valid_after(now + day).sign(key, SHA256())
    context = SSL.Context(SSL.DTLS_METHOD)
    context.use_certificate(certificate)
    context.use_privatekey(key)
    context.set_tlsext_use_srtp(PROFILE)
    return context, certificate.fingerprint(SHA256()).hex(":").upper()


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
