"""Settings of the switch: what cannot be is refused with its key and value."""

import re
from pathlib import Path

import pytest

from pbx.config import SwitchConfig, Trunk

HOME = Path("/nowhere")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"bind": "example"}, "example"),
        ({"bind": "0.0.0.0"}, "a trunk must be named"),
        ({"lines": {"104;": "patient"}}, "lines cannot be '104;'"),
        ({"lines": {"104": "Patient"}}, "lines cannot be 'Patient'"),
        ({"account_lines": {"1": "doctor"}}, "account_lines cannot be '1'"),
        ({"apology": ["/a&b"]}, "apology cannot be '/a&b'"),
        ({"apology": ["relative"]}, "apology cannot be 'relative'"),
        ({"rtp_first": 20000, "rtp_last": 10000}, "rtp range 20000-10000"),
        ({"external_address": "a b"}, "external_address cannot be 'a b'"),
        ({"music_dir": Path("/a;b")}, "music_dir"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], message: str) -> None:
    values: dict[str, object] = {"home": HOME, "prefix": HOME, "music_dir": HOME} | changes
    with pytest.raises(ValueError, match=re.escape(message)):
        SwitchConfig(**values)  # type: ignore[arg-type]  # wrong on purpose


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"contact": "host\nx"}, "trunk contact"),
        ({"hosts": ("1.2.3.4 5",)}, "trunk host"),
        ({"contact": "h", "username": "u;x"}, "trunk username"),
        ({"contact": "h", "register": True}, "trunk register"),
    ],
)
def test_a_trunk_that_cannot_be_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Trunk(**changes)  # type: ignore[arg-type]  # wrong on purpose


def test_a_password_is_in_no_message_and_no_repr() -> None:
    with pytest.raises(ValueError, match="unusable") as refused:
        Trunk(contact="h", password="hunter;2")
    assert "hunter" not in str(refused.value)
    assert "hunter2" not in repr(Trunk(contact="h", password="hunter2"))


def test_calls_come_from_the_contact_and_the_hosts() -> None:
    assert Trunk(contact="sip.example:5070", hosts=("192.0.2.0/24",)).sources() == ("192.0.2.0/24", "sip.example")
