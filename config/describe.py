"""Writes docs/settings.md from the settings themselves: `python -m config.describe > docs/settings.md`."""

import ast
import inspect
from collections.abc import Iterator

from config.settings import CHECKOUT, PREFIX, Settings

HEAD = """# Settings

Each is a variable in the environment, or the same name in small letters without `DURAVANI_` in `duravani.toml` (or the
file that `DURAVANI_CONFIG` names). The environment wins. Lists are written `a,b`. A wrong value or an unknown name
stops the start, with a line that names it. This page is made from [the code](../config/settings.py).

| variable | default | meaning |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    meanings = dict(_meanings())
    rows = [
        f"| `{PREFIX}{key.upper()}` | {_default(field.get_default())} | {meanings.get(key, '')} |"
        for key, field in Settings.model_fields.items()
    ]
    return HEAD + "\n".join(rows) + "\n"


def _default(value: object) -> str:
    if isinstance(value, tuple):
        value = ",".join(value)
    text = "" if value is None else str(value).replace(f"{CHECKOUT}/", "")
    return f"`{text}`" if text else ""


def _meanings() -> Iterator[tuple[str, str]]:
    """A field's meaning is the string that stands below it."""
    body = ast.parse(inspect.getsource(Settings)).body[0]
    assert isinstance(body, ast.ClassDef)
    for field, below in zip(body.body, body.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, " ".join(text.split())


if __name__ == "__main__":
    print(page(), end="")
