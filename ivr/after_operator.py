"""Key 0 in a patient's call: where the operator has changed what we know of the caller, they begin again from that.

Else whoever was registered, or got a token, by the operator would be asked everything once more.
"""

from core.clinic.know_caller import Known, know_caller
from ivr.desk import Desk
from ivr.dialogue import Dialogue
from ivr.help import fetch_human


class Changed(Exception):
    """By the operator who has just left: a consent, a person, a token."""

    def __init__(self, known: Known) -> None:
        super().__init__(known.mobile)
        self.known = known


async def fetch_human_for(desk: Desk, mobile: str, dialogue: Dialogue) -> None:
    """Returns when the caller may go on where they were. Raises `Changed`."""
    before = await know_caller(desk.clinic, mobile)
    await fetch_human(desk, dialogue)
    after = await know_caller(desk.clinic, mobile)
    if _facts(before) != _facts(after):
        raise Changed(after)


def _facts(known: Known) -> object:
    """What an operator changes and the conversation asks for; where a token stands changes by itself."""
    return (
        known.caller is None,
        [patient.id for patient in known.patients],
        {token.id for token in known.tokens.values()},
    )
