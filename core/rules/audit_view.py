"""What the administration may see of an audit entry: who did what, but nothing about a patient."""

import re
from dataclasses import replace

from core.rules.records import AuditEntry

HIDDEN = "…"
_NUMBER = re.compile(r"\+?\d{10,15}")
_PLAIN = (
    "doctor", "operator", "supervisor", "admin", "pharmacy", "roster", "setting", "prompt", "account", "audit",
    "system", "api",
)  # fmt: skip
"""Subjects that are no patient's: their details are shown."""


def without_patient(entry: AuditEntry) -> AuditEntry:
    """The entry with telephone numbers cut to their last two digits, and details about patients left out."""
    plain = entry.subject.partition(":")[0] in _PLAIN
    return replace(
        entry,
        actor=_NUMBER.sub(_cut, entry.actor),
        subject=_NUMBER.sub(_cut, entry.subject),
        detail=_NUMBER.sub(_cut, entry.detail) if plain or not entry.detail else HIDDEN,
    )


def _cut(number: re.Match[str]) -> str:
    return f"{HIDDEN}{number[0][-2:]}"
