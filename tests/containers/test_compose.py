"""The compose file hands on settings that exist, holds no secret, and everything in the example is used by it."""

import re
from pathlib import Path

from config.settings import PREFIX, Settings

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE = (CHECKOUT / "docker-compose.yml").read_text("utf-8")
EXAMPLE = (CHECKOUT / "docker" / "env.example").read_text("utf-8")
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_every_setting_it_hands_on_exists() -> None:
    names = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", COMPOSE + EXAMPLE))
    assert names
    assert names <= SETTINGS


def test_a_setting_comes_from_the_variable_of_its_name() -> None:
    handed_on = re.findall(rf"^  *({PREFIX}\w+): \$\{{({PREFIX}\w+):-\}}$", COMPOSE, re.MULTILINE)
    assert len(handed_on) > 20
    assert [name for name, variable in handed_on if name != variable] == []


def test_secrets_come_from_the_environment() -> None:
    secret = re.findall(r"^ *(\w*(?:PASSWORD|TOKEN|AUTH)\w*): (.*)$", COMPOSE, re.MULTILINE)
    assert len(secret) >= 4
    assert [name for name, value in secret if not value.startswith("${")] == []
    assert not re.search(r"^\w*(PASSWORD|TOKEN)=\S", EXAMPLE, re.MULTILINE)


def test_everything_in_the_example_is_used() -> None:
    offered = re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE, re.MULTILINE)
    assert offered
    assert [name for name in offered if f"${{{name}" not in COMPOSE] == []
