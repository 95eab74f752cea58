"""What only the real parts can say of a setting is said in the words of settings, too, and not by a traceback."""

from pathlib import Path

import pytest

from config.settings import BadSettings, load_settings
from house.wiring import open_clinic, switch_config


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("trunk_password", "a;b", "trunk password has unusable characters"),
        ("external_address", "a b", "external_address cannot be 'a b'"),
        ("trunk_register", True, "trunk register needs"),
    ],
)
def test_what_the_switch_cannot_take_is_named(key: str, value: object, says: str) -> None:
    with pytest.raises(BadSettings, match=says):
        switch_config(load_settings(**{key: value}))


async def test_a_redis_url_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="DURAVANI_REDIS_URL"):
        async with open_clinic(load_settings(home=tmp_path, redis_url="redis://127.0.0.1:port/0")):
            pass
