"""Why a change is refused, in the reader's language."""

from core.rules.changes import BadChange
from web.words import Tongue


def why(said: Tongue, bad: BadChange) -> str:
    """By its reason, with the numbers in it; a general sentence for what has no words of its own."""
    values = dict(bad.values)
    if "setting" in values:
        values["setting"] = said(f"settings.{values['setting']}")
    key = f"refused.{bad.reason}"
    return said(key if key in said.texts else "refused.other", **values)
