"""What Asterisk is told so that browsers can talk with it: where voices go, and which codecs there are."""

from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest

from pbx.config import SwitchConfig, Trunk
from pbx.ice import ice_candidates
from pbx.own_addresses import own_addresses
from pbx.render_config import render
from tests.pbx.test_names import ACCESS

TRIE = """\
Main:
  +-- 0.0.0.0/0 3 0 5
     +-- 127.0.0.0/8 2 0 2
        |-- 127.0.0.1
           /32 host LOCAL
        |-- 127.255.255.255
           /32 link BROADCAST
     |-- 192.0.2.2
        /32 host LOCAL
Local:
     |-- 192.0.2.2
        /32 host LOCAL
"""
TABLE = "fd000000000000000000000000000002 04 40 00 82     eth0\n"


def test_the_kernel_knows_our_addresses() -> None:
    found = own_addresses(TRIE, TABLE)
    assert found == [IPv4Address("127.0.0.1"), IPv4Address("192.0.2.2"), IPv6Address("fd00::2")]


@pytest.fixture
def config(tmp_path: Path) -> SwitchConfig:
    record = '{"version": "Asterisk 22", "command": ["asterisk"], "modules": "{dest}/modules", "data": "/d"}'
    (tmp_path / "install.json").write_text(record)
    (tmp_path / "modules").mkdir()
    return SwitchConfig(tmp_path, tmp_path, tmp_path, trunk=Trunk(contact="sip.example"))


@pytest.mark.parametrize(
    ("bind", "external", "told"),
    [
        ("127.0.0.1", "", ["192.0.2.2 => 127.0.0.1"]),
        ("192.0.2.2", "", ["127.0.0.1 => 192.0.2.2"]),
        ("0.0.0.0", "", []),
        ("0.0.0.0", "203.0.113.9", ["127.0.0.1 => 203.0.113.9", "192.0.2.2 => 203.0.113.9"]),
        ("192.0.2.2", "203.0.113.9", ["127.0.0.1 => 203.0.113.9", "192.0.2.2 => 203.0.113.9,include_local_address"]),
    ],
)
def test_browsers_are_told_where_voices_go(bind: str, external: str, told: list[str]) -> None:
    assert ice_candidates(bind, external, own_addresses(TRIE, TABLE)).splitlines() == told


def test_opus_where_it_is_installed(config: SwitchConfig) -> None:
    assert config.browser_options == {}
    assert "opus" not in render(config, ACCESS)["modules.conf"]
    (config.prefix / "modules" / "codec_opus_open_source.so").touch()
    assert config.browser_options == {"allow": "opus,alaw,ulaw"}
    assert "load = codec_opus_open_source.so" in render(config, ACCESS)["modules.conf"]
