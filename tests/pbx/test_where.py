"""Where things are: our own networks, and the Asterisk that another process runs."""

from dataclasses import asdict
from ipaddress import IPv4Network
from json import dumps
from pathlib import Path

import pytest

from pbx.access_file import AccessFile
from pbx.config import SwitchConfig, Trunk
from pbx.own_name import knows_own_name
from pbx.own_networks import own_networks
from pbx.render_config import Access, load_access, renew_access

TABLE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000014AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t0005A8C0\t010200C0\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0
"""
"""172.20.0.0/16 is ours; 192.168.5.0/24 lies behind a gateway. Little-endian, as on any machine we run on."""


def config(home: Path) -> SwitchConfig:
    return SwitchConfig(home=home, prefix=home, music_dir=home, trunk=Trunk(contact="sip.example"))


def test_only_what_is_reached_without_a_gateway_is_our_network() -> None:
    assert own_networks(TABLE) == [IPv4Network("127.0.0.0/8"), IPv4Network("172.20.0.0/16")]


def test_this_machine_is_in_its_own_loopback() -> None:
    assert own_networks()[0] == IPv4Network("127.0.0.0/8")


@pytest.mark.parametrize(
    ("table", "known"),
    [
        ("127.0.0.1 localhost\n127.0.1.1 clinic.example clinic\n", True),
        ("127.0.0.1\tclinic # this machine", True),
        ("127.0.0.1 localhost # clinic\n::1 clinics", False),
        ("", False),
    ],
)
def test_a_machine_that_is_not_in_its_own_hosts_would_ask_a_name_server(table: str, known: bool) -> None:
    assert knows_own_name(table, "clinic") is known


def test_access_is_read_again_when_the_switch_has_written_it_anew(tmp_path: Path) -> None:
    file = AccessFile(tmp_path)
    with pytest.raises(FileNotFoundError):
        file.read()
    first = load_access(config(tmp_path))
    assert file.read() == first
    assert file.read() is file.read()
    second = renew_access(config(tmp_path))
    assert file.read() == second != first


def test_access_is_what_the_file_says(tmp_path: Path) -> None:
    access = Access(1, 2, "ari", "ami", "d1")
    (tmp_path / "asterisk").mkdir()
    (tmp_path / "asterisk" / "access.json").write_text(dumps(asdict(access)))
    assert AccessFile(tmp_path).read() == access
