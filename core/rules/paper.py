"""What an uploaded paper claims to be: the numbers of prescriptions in it, found without trusting it."""

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import islice

from core.rules.prescription import is_prescription_number

LARGEST_PAPER = 5 * 1024 * 1024
"""Bytes; one of ours has less than a tenth of a megabyte."""
MOST_NUMBERS = 5
MOST_LOOKED_AT = 50
"""Things that look like a number: a file may be full of them."""
_NUMBER = re.compile(rb"RX[0-9]{12,19}[B-Z]?(?![0-9A-Z])")


class Verdict(StrEnum):
    """What an uploaded paper is."""

    GENUINE = "genuine"
    """Byte for byte what was signed. What the prescription is worth now is another question."""
    CHANGED = "changed"
    """It bears the number of a prescription of ours, and is not its paper: forged, or saved anew by a program."""
    UNKNOWN = "unknown"
    """None of ours."""


def numbers_in(pdf: bytes) -> Sequence[str]:
    """The numbers it bears openly, as ours do in their title. Nothing is parsed or unpacked: it may be anything."""
    found: dict[str, None] = {}
    for match in islice(_NUMBER.finditer(pdf), MOST_LOOKED_AT):
        number = match[0].decode()
        if is_prescription_number(number):
            found.setdefault(number)
        if len(found) == MOST_NUMBERS:
            break
    return tuple(found)
