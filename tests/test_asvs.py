"""docs/asvs.md names tests: they exist."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]


def test_every_test_that_is_named_exists() -> None:
    page = (CHECKOUT / "docs/asvs.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page)
    assert len(named) > 30
    missing = [f"{path}::{test}" for path, test in named if not exists(CHECKOUT / path, test)]
    assert not missing, missing


def exists(path: Path, test: str) -> bool:
    """Whether the file is there, and has this test where one is named."""
    return path.exists() and (
        not test or re.search(rf"^(async )?def {test}\b", path.read_text("utf-8"), re.M) is not None
    )
