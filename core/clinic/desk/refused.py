"""Why the desk cannot do what it was asked: the reasons, one a field, so that the page says each at its place."""

from collections.abc import Iterable
from datetime import timedelta

from core.rules.registration import Wrong

TWICE_WITHIN = timedelta(minutes=1)
"""The same form again within this time is a button that was pressed twice: taken once, and refused for nothing."""


class Refused(Exception):
    """Nothing was changed; `wrong` says why."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(", ".join(f"{each.field}: {each.reason}" for each in self.wrong))


def refuse(field: str, reason: str) -> Refused:
    """For one reason."""
    return Refused([Wrong(field, reason)])
