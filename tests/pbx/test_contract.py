"""pbx keeps ivr's contract: mypy compares every signature below, the test that every member is there."""

import pytest

from ivr.call import Call, Exchange, Room
from pbx.call import AriCall
from pbx.exchange import AriExchange
from pbx.room import AriRoom


def as_ivr_sees_them(call: AriCall, room: AriRoom, exchange: AriExchange) -> tuple[Call, Room, Exchange]:
    """Typed, never run."""
    return call, room, exchange


@pytest.mark.parametrize(("protocol", "real"), [(Call, AriCall), (Room, AriRoom), (Exchange, AriExchange)])
def test_every_member_is_there(protocol: type, real: type) -> None:
    members = [name for name in vars(protocol) if not name.startswith("_")]
    assert members
    assert [name for name in members if not hasattr(real, name)] == []
