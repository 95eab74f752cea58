"""Imports run strictly down: reads every import of the project and fails on an arrow that runs up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
ROOMS = ("main", "house", "pbx", "web", "ivr", "core", "config")

MAY_KNOW: dict[str, tuple[str, ...]] = {
    "main": ("main", "house", "pbx", "web", "ivr", "core", "config"),
    "house": ("house", "pbx", "web", "ivr", "core", "config"),
    "pbx": ("pbx", "ivr", "core.tasks"),
    "web": ("web", "core.clinic", "core.ports", "core.rules", "core.tasks"),
    "ivr": ("ivr", "core.clinic", "core.ports", "core.rules", "core.tasks"),
    "core.clinic": ("core.clinic", "core.ports", "core.rules", "core.tasks"),
    "core.adapters": ("core.adapters", "core.ports", "core.rules", "core.tasks"),
    "core.ports": ("core.ports", "core.rules"),
    "core.tasks": (),
    "core.rules": ("core.rules",),
    "config": ("config", "core.rules"),
}
"""A room, and what its files may import of the project."""


def files() -> Iterator[Path]:
    """Every source file of the project but tests."""
    for room in ROOMS:
        folder = CHECKOUT / room
        yield from sorted(folder.rglob("*.py")) if folder.is_dir() else [CHECKOUT / f"{room}.py"]


def imported(path: Path) -> Iterator[str]:
    """The modules of the project that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            module = node.module or ""
            names = [f"core.{alias.name}" for alias in node.names] if module == "core" else [module]
        else:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (name for name in names if name.split(".")[0] in ROOMS)


def under(name: str, room: str) -> bool:
    """Whether the module is the room or lies in it."""
    return name == room or name.startswith(f"{room}.")


@pytest.mark.parametrize("path", list(files()), ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_no_arrow_runs_up(path: Path) -> None:
    module = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__")
    if module == "core":
        return
    room = next(room for room in MAY_KNOW if under(module, room))
    wrong = [name for name in imported(path) if not any(under(name, known) for known in MAY_KNOW[room])]
    assert not wrong, f"{room} must not know {wrong}"
