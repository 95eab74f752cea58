"""Why the desk cannot do what it was asked: the reasons, one a field, so that the page says each at its place."""

from collections.abc import Iterable

from core.rules.registration import Wrong


class Refused(Exception):
    """Nothing was changed; `wrong` says why."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(", ".join(f"{each.field}: {each.reason}" for each in self.wrong))


def refuse(field: str, reason: str) -> Refused:
    """For one reason."""
    return Refused([Wrong(field, reason)])
