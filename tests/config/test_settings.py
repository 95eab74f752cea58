"""Settings: where they come from, and what is refused with which words."""

from pathlib import Path

import pytest

from config.describe import page
from config.settings import CHECKOUT, BadSettings, load_settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for key in [key for key in os.environ if key.startswith("DURAVANI_")]:
        monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)


def test_defaults_are_bound_to_loopback() -> None:
    settings = load_settings()
    assert (settings.bind, settings.http_port, settings.sip_port) == ("127.0.0.1", 8080, 5060)
    assert settings.url == "http://127.0.0.1:8080"
    assert settings.sql_url == f"sqlite:///{settings.home}/duravani.db"


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "duravani.toml").write_text('http_port = 9000\nclinic_name = "Asha"\nlanguages = ["en"]\n')
    monkeypatch.setenv("DURAVANI_HTTP_PORT", "9001")
    settings = load_settings()
    assert (settings.http_port, settings.clinic_name, settings.languages) == (9001, "Asha", ("en",))


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("HTTP_PORT", "99999", "DURAVANI_HTTP_PORT='99999'"),
        ("SIP_PORT", "sip", "DURAVANI_SIP_PORT='sip'"),
        ("BIND", "somewhere", "DURAVANI_BIND='somewhere'"),
        ("TIME_ZONE", "Asia/Nowhere", "DURAVANI_TIME_ZONE='Asia/Nowhere'"),
        ("PATIENT_NUMBERS", "104,abc", "abc"),
        ("PATIENT_NUMBERS", ",", "patient_numbers is empty"),
        ("TWILIO_ACCOUNT_SID", "nonsense", "DURAVANI_TWILIO_ACCOUNT_SID='nonsense'"),
        ("HTPT_PORT", "8080", "DURAVANI_HTPT_PORT: there is no such setting"),
        ("DATABASE_URL", "mysql://host/name", "DURAVANI_DATABASE_URL: "),
        ("REDIS_URL", "host:6379", "DURAVANI_REDIS_URL: "),
        ("PUBLIC_URL", "clinic.example.in", "DURAVANI_PUBLIC_URL='clinic.example.in'"),
        ("CLINIC_NAME", "A {x} B", "DURAVANI_CLINIC_NAME='A {x} B': must not hold the braces"),
        ("CLINIC_NAME", "{token}", "must not hold the braces"),
        ("PUBLIC_URL", "https://clinic.example.in/{code}", "must not hold the braces"),
        ("CALL_BACKS_PER_HOUR_IN_ALL", "99999999999", "DURAVANI_CALL_BACKS_PER_HOUR_IN_ALL='99999999999'"),
        ("CALL_BACKS_PER_HOUR", "9", "call_backs_per_hour 9 is more than call_backs_per_day 8"),
        ("CALL_BACKS_PER_HOUR_IN_ALL", "2", "call_backs_per_hour 3 is more than call_backs_per_hour_in_all 2"),
        ("TRUNK", "trunk example", "DURAVANI_TRUNK='trunk example'"),
        ("TRUNK_NUMBER", "1 04", "DURAVANI_TRUNK_NUMBER='1 04'"),
        ("TWILIO_FROM", "98765-43210", "DURAVANI_TWILIO_FROM='98765-43210'"),
        ("TWILIO_VOICE_SIP", "sip:104:secret@sip.example.org", "DURAVANI_TWILIO_VOICE_SIP="),
        ("SMPP_SENDER", "दूरवाणी", "DURAVANI_SMPP_SENDER="),
        ("LANGUAGES", "hi,en,hi", "share hi"),
        ("RTP_LAST", "9000", "rtp_first 10000 and rtp_last 9000"),
        ("BIND", "0.0.0.0", "name the trunk"),
        ("MISSED_CALL_NUMBERS", "104", "share 104"),
        ("MISSED_CALL_NUMBERS", "100", "share 100"),
        ("CONFIG", "nowhere.toml", "DURAVANI_CONFIG='nowhere.toml': there is no such file"),
        ("SMPP_HOST", "127.0.0.1", "smpp_system_id"),
        ("TWILIO_ACCOUNT_SID", "AC" + "0" * 32, "twilio_auth_token"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, key: str, value: str, says: str) -> None:
    monkeypatch.setenv(f"DURAVANI_{key}", value)
    with pytest.raises(BadSettings) as refused:
        load_settings()
    assert says in str(refused.value)


def test_an_unknown_key_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "duravani.toml").write_text("http_prot = 9000\n")
    with pytest.raises(BadSettings, match="HTTP_PROT"):
        load_settings()


def test_secrets_are_never_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURAVANI_TRUNK_PASSWORD", "hunter2")
    assert "hunter2" not in repr(load_settings())


@pytest.mark.parametrize("key", ["DATABASE_URL", "REDIS_URL"])
def test_nor_a_password_in_an_address_that_is_refused(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv(f"DURAVANI_{key}", "wrong//duravani:hunter2@host/name")
    with pytest.raises(BadSettings) as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


def test_the_settings_page_is_up_to_date() -> None:
    assert (CHECKOUT / "docs/settings.md").read_text("utf-8") == page()
