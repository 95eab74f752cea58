"""The scripts use exactly the keys that keys.py explains."""

import re
from importlib.resources import files

from core.adapters.line import keys
from core.adapters.line.scripts import sources

NAMES = {value for name, value in vars(keys).items() if name.isupper() and name != "ROOT"}


def test_the_scripts_know_every_key_and_no_other() -> None:
    used = {name for text in sources().values() for name in re.findall(r"\bkey\('(\w+)'", text)}
    assert used == NAMES


def test_every_key_has_the_hash_tag_of_one_cluster_slot() -> None:
    assert keys.key(keys.TAKEN, "router") == "{duravani}:taken:router"
    built_elsewhere = [text for text in sources().values() if re.search(r"call\('\w+', '", text)]
    assert built_elsewhere == []


def test_every_script_is_called_and_every_call_has_a_script() -> None:
    package = files("core.adapters.line")
    code = "".join(package.joinpath(name).read_text("utf-8") for name in ("line.py", "matches.py", "publisher.py"))
    assert set(re.findall(r'(?:scripts\.run|_ask|_change)\("(\w+)"', code)) == set(sources())
