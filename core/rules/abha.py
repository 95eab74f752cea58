"""ABHA numbers (S9), and what a patient agreed to when theirs was linked (T12)."""

import re
from dataclasses import dataclass
from datetime import datetime

_WRITTEN = re.compile(r"[0-9]{2}[- ]?[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}")
"""ABDM publishes no rule for a check digit, so none is asked for: whoever types it reads it back."""


@dataclass(frozen=True, slots=True)
class AbhaLink:
    """A patient's ABHA number, and their yes to their documents being read under it. Kept after it was withdrawn."""

    id: int
    patient_id: int
    number: str
    """Fourteen digits."""
    notice_version: str
    """Of the notice that was read to them."""
    consented_at: datetime
    consent_call: str
    """The call on which they said yes; without one, who heard it, as in the audit: `operator:3`."""
    linked_by: str
    """As in the audit."""
    withdrawn_at: datetime | None = None
    """Since then nobody reads anything under it."""


def abha_number(text: str) -> str | None:
    """The fourteen digits of a number as people write it; None for anything else."""
    written = text.strip()
    return re.sub(r"\D", "", written) if _WRITTEN.fullmatch(written) else None


def abha_shown(number: str) -> str:
    """`XX-XXXX-XXXX-XXXX`."""
    return f"{number[:2]}-{number[2:6]}-{number[6:10]}-{number[10:]}"
