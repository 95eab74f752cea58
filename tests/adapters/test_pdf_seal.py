"""The seal: genuine, modified, somebody else's; timestamps that come or do not; keys that cannot be used."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.tsp import TimeStampReq
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, load_der_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import load_der_x509_certificate
from pyhanko.sign.timestamps import DummyTimeStamper

from config.settings import BadSettings, load_settings
from core.adapters.pdf import Seal
from core.adapters.pdf.keys import BadKey, KeyPair, load_key_pair, self_made
from house.seal import SELF_MADE, open_seal
from tests.adapters.papers import make_printer, printed
from tests.adapters.seal_proof import Genuine, look_at_seal

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def pair(folder: Path) -> KeyPair:
    return self_made(folder / "seal.pem", "Duravani", NOW)


@pytest.fixture(scope="module")
def time_pair(folder: Path) -> KeyPair:
    return self_made(folder / "time.pem", "Duravani", NOW, for_timestamps=True)


@pytest.fixture(scope="module")
def sealed(pair: KeyPair, time_pair: KeyPair) -> bytes:
    return printed(make_printer(Seal(pair, name="Duravani", own_timestamps=time_pair)))


def test_our_paper_is_genuine_and_says_which_it_is(sealed: bytes, pair: KeyPair) -> None:
    result = look_at_seal(sealed, pair.certificate)
    assert (result.genuine, result.number, result.code) == (Genuine.GENUINE, "RX261121000176", "314159265358")
    for moment in (result.sealed_at, result.timestamped_at):
        assert moment is not None
        assert NOW - timedelta(seconds=1) <= moment <= datetime.now(UTC)


def test_a_changed_byte_shows(sealed: bytes, pair: KeyPair) -> None:
    place = sealed.index(b"stream\n") + 40
    changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
    assert look_at_seal(changed, pair.certificate).genuine is Genuine.MODIFIED
    assert look_at_seal(changed, pair.certificate).code is None


def test_what_is_added_after_it_shows(sealed: bytes, pair: KeyPair) -> None:
    assert look_at_seal(sealed + b"\n% more\n", pair.certificate).genuine is Genuine.MODIFIED


def test_a_paper_without_our_seal_is_not_ours(sealed: bytes, pair: KeyPair, folder: Path) -> None:
    stranger = Seal(self_made(folder / "stranger.pem", "Duravani", NOW), name="Duravani")
    assert look_at_seal(printed(make_printer(stranger)), pair.certificate).genuine is Genuine.NOT_OURS
    assert look_at_seal(printed(make_printer()), pair.certificate).genuine is Genuine.NOT_OURS
    assert look_at_seal(b"", pair.certificate).genuine is Genuine.NOT_OURS
    assert look_at_seal(sealed[: len(sealed) // 2], pair.certificate).genuine is Genuine.NOT_OURS


def test_a_draft_is_never_sealed(pair: KeyPair) -> None:
    draft = printed(make_printer(Seal(pair, name="Duravani")), draft=True)
    assert b"/ByteRange" not in draft
    assert look_at_seal(draft, pair.certificate).genuine is Genuine.NOT_OURS


def test_threads_may_seal_at_the_same_time(pair: KeyPair) -> None:
    printer = make_printer(Seal(pair, name="Duravani"))
    with ThreadPoolExecutor(4) as threads:
        papers = list(threads.map(lambda _: printed(printer), range(8)))
    assert all(look_at_seal(pdf, pair.certificate).genuine is Genuine.GENUINE for pdf in papers)


# The timestamp's server


@pytest.fixture
def authority(time_pair: KeyPair) -> Iterator[str]:
    """A timestamp authority's address: RFC 3161 over HTTP."""
    stamper = DummyTimeStamper(Certificate.load(time_pair.certificate), PrivateKeyInfo.load(time_pair.key))

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def test_the_timestamp_of_a_server(pair: KeyPair, authority: str) -> None:
    result = look_at_seal(printed(make_printer(Seal(pair, name="Duravani", timestamp_url=authority))), pair.certificate)
    assert result.genuine is Genuine.GENUINE
    assert result.timestamped_at is not None


def test_a_server_that_is_down_costs_the_timestamp_and_not_the_prescription(
    pair: KeyPair, caplog: pytest.LogCaptureFixture
) -> None:
    seal = Seal(pair, name="Duravani", timestamp_url="http://127.0.0.1:9/")
    result = look_at_seal(printed(make_printer(seal)), pair.certificate)
    assert (result.genuine, result.timestamped_at) == (Genuine.GENUINE, None)
    assert "no timestamp" in caplog.text


# Keys


def test_a_self_made_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "seal.pem"
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda _: self_made(file, "Duravani", NOW), range(4)))
    assert len(set(made)) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["seal.pem"]


def test_keys_that_cannot_be_used(folder: Path, pair: KeyPair, tmp_path: Path) -> None:
    good, other = folder / "seal.pem", tmp_path / "other.pem"
    self_made(other, "Other", NOW)
    (tmp_path / "junk.pem").write_text("junk")
    with pytest.raises(BadKey, match="No such file"):
        load_key_pair(tmp_path / "none.pem", None, "", NOW)
    with pytest.raises(BadKey, match=r"junk\.pem and its certificate cannot be read"):
        load_key_pair(tmp_path / "junk.pem", None, "", NOW)
    with pytest.raises(BadKey, match="the first certificate is not this key's"):
        load_key_pair(good, other, "", NOW)
    with pytest.raises(BadKey, match="expired on"):
        load_key_pair(good, None, "", NOW + timedelta(days=4000))
    with pytest.raises(BadKey, match="valid only from"):
        load_key_pair(good, None, "", NOW - timedelta(days=2))


def test_pkcs12_with_a_passphrase(pair: KeyPair, tmp_path: Path) -> None:
    key, certificate = load_der_private_key(pair.key, None), load_der_x509_certificate(pair.certificate)
    file = tmp_path / "seal.p12"
    file.write_bytes(serialize_key_and_certificates(b"x", key, certificate, None, BestAvailableEncryption(b"open")))  # type: ignore[arg-type]
    assert load_key_pair(file, None, "open", NOW) == pair
    with pytest.raises(BadKey, match="cannot be read"):
        load_key_pair(file, None, "wrong", NOW)


def test_the_house_reads_its_key_at_start(
    folder: Path, pair: KeyPair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSettings, match=r"DURAVANI_SIGNING_KEY: .*none\.pem: No such file"):
        open_seal(load_settings(home=tmp_path, signing_key=str(tmp_path / "none.pem")))
    settings = load_settings(home=tmp_path, signing_key=str(folder / "seal.pem"))
    again = look_at_seal(printed(make_printer(open_seal(settings))), pair.certificate)
    assert again.genuine is Genuine.GENUINE
    assert not (tmp_path / SELF_MADE).exists()
    open_seal(load_settings(home=tmp_path))
    assert (tmp_path / SELF_MADE).exists()


def test_a_timestamp_server_needs_a_key_of_ones_own() -> None:
    with pytest.raises(BadSettings, match="need a signing_key"):
        load_settings(timestamp_url="https://time.example")
