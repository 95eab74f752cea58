"""What may stand in the fields of somebody of the staff; a refusal names the field and the reason."""

import re
from collections.abc import Iterable, Sequence

from core.rules.phone import outside_number

LOGIN = re.compile(r"(?!.*-web$)[a-z][a-z0-9-]{1,30}[a-z0-9]")
"""Never one that makes somebody else's browser phone (`core.rules.phone`)."""
LONGEST = 120
"""Characters of a name, a qualification, a council …: what a line of the paper holds."""


class BadField(ValueError):
    """A field that cannot be used. Its text says so in English; the panel has its own words for `reason`."""

    def __init__(self, field: str, reason: str, said: str) -> None:
        super().__init__(f"{field} {said}")
        self.field = field
        self.reason = reason
        """`login`, `empty`, `too_long`, `choose`, `taken`, `last_admin`, `busy`, `outside`; of one's own password
        `short`, `long`, `guessable`, `same`, `wrong`."""


def check_login(login: str) -> None:
    """Raises `BadField` for what cannot be a login."""
    if not LOGIN.fullmatch(login):
        raise BadField("login", "login", f"{login!r}: 3 to 32 of a-z, 0-9 and -, beginning with a letter")


def check_filled(**fields: str) -> None:
    """Raises `BadField` naming a field that is empty, too long, or more than a line."""
    for field, value in fields.items():
        if not value.strip() or not value.isprintable():
            raise BadField(field, "empty", f"{value!r}: must be filled in, on one line")
        if len(value) > LONGEST:
            raise BadField(field, "too_long", f"is {len(value)} characters long, {LONGEST} fit")


def outside(typed: str) -> str | None:
    """The number at which a doctor without a phone of ours is rung, as E.164; None for nothing. Raises `BadField`."""
    try:
        return outside_number(typed)
    except ValueError as error:
        raise BadField("outside_number", "outside", str(error).removeprefix("outside number ")) from error


def some_of(field: str, chosen: Iterable[str], offered: Sequence[str]) -> tuple[str, ...]:
    """What was chosen, in the order of the offer; at least one, and nothing that is not offered."""
    wanted = set(chosen)
    if not wanted or not wanted <= set(offered):
        raise BadField(field, "choose", f"{sorted(wanted)}: choose from {', '.join(offered)}")
    return tuple(one for one in offered if one in wanted)
