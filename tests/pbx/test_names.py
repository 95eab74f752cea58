"""Asterisk's files and this program use the same names."""

import re
from pathlib import Path

import pytest

from core.rules.staff import sip_digest
from pbx import names
from pbx.config import SwitchConfig, Trunk
from pbx.phones import ha1
from pbx.render_config import DIALPLAN, TEMPLATES, Access, render

ACCESS = Access(http_port=1, ami_port=2, ari_secret="ari-secret", ami_secret="ami-secret", system_name="d0")


@pytest.fixture
def config(tmp_path: Path) -> SwitchConfig:
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    record = '{"version": "Asterisk 22", "command": ["asterisk"], "modules": "/m", "data": "/d"}'
    (prefix / "install.json").write_text(record)
    trunk = Trunk(contact="sip.example:5070", username="user", password="pass", from_user="104", register=True)
    return SwitchConfig(tmp_path, prefix, tmp_path, lines={"104": "patient", "+911055": "missed"}, trunk=trunk)


def contexts(text: str) -> set[str]:
    return set(re.findall(r"^\[([\w-]+)\]", text, re.MULTILINE))


def test_the_dialplan_hands_over_to_our_application() -> None:
    text = DIALPLAN.read_text()
    assert set(re.findall(r"Stasis\((\w+),", text)) == {names.APP}
    assert set(re.findall(r"DB\((\w+)/", text)) == {names.MISSED}
    assert f"Playback(${{{names.APOLOGY}}})" in text


def test_every_context_that_is_named_exists(config: SwitchConfig) -> None:
    files = render(config, ACCESS)
    defined = contexts(files["extensions.conf"]) | contexts(files["numbers.conf"])
    named = {names.FROM_TRUNK, names.FROM_ACCOUNT, names.PUBLIC, names.STAFF, names.TRUNK_LINES, names.ACCOUNT_LINES}
    named |= {names.NOWHERE}
    included = set(re.findall(r"^include => (\S+)", files["extensions.conf"], re.MULTILINE))
    used = set(re.findall(r"^context = (\S+)", files["pjsip.conf"], re.MULTILINE))
    assert named | included | used <= defined
    assert used == {names.FROM_TRUNK, names.NOWHERE}


def test_numbers_lead_to_their_kind(config: SwitchConfig) -> None:
    text = render(config, ACCESS)["numbers.conf"]
    assert "exten => 104,1,Set(kind=patient)\n same => n,Goto(public,${EXTEN},1)" in text
    assert "exten => +911055,1,Set(kind=missed)" in text
    assert "exten => 100,1,Set(kind=doctor)\n same => n,Goto(staff,${EXTEN},1)" in text


def test_music_class_and_trunk_are_the_ones_we_ask_for(config: SwitchConfig) -> None:
    files = render(config, ACCESS)
    assert f"[{names.MUSIC}]" in files["musiconhold.conf"]
    assert files["pjsip.conf"].count(f"[{names.TRUNK}]\n") == 5  # endpoint, identify, aor, auth, registration


def test_nothing_is_left_to_fill_in(config: SwitchConfig) -> None:
    for name, text in render(config, ACCESS).items():
        assert "@{" not in text, name
    assert {path.name for path in TEMPLATES.glob("*.conf")} <= set(render(config, ACCESS))


def test_the_trunk_is_never_known_by_name(config: SwitchConfig) -> None:
    pjsip = render(config, ACCESS)["pjsip.conf"]
    trunk = pjsip[pjsip.index(f"[{names.TRUNK}]") :]
    assert set(re.findall(r"^identify_by = (\S+)", trunk, re.MULTILINE)) <= {"ip", "header"}
    assert "identify_by" in pjsip


def test_the_clinic_keeps_the_digests_that_the_switch_asks_for() -> None:
    assert sip_digest("dr-rao", "secret") == ha1("dr-rao", "secret")
