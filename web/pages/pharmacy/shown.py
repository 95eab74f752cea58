"""What of a prescription a counter is shown: enough to hand out the medicines to the right person, and no more."""

import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from core.clinic.pharmacy.verify_prescription import Verified
from core.rules.initials import initials
from core.rules.prescription import CODES
from web.words import WORDS, Tongue

CODE_DIGITS = len(str(CODES - 1)) + 1
LONGEST_TYPED = 300
"""Characters: a scanner types the whole address that the QR code holds."""
UNSEEN = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
"""The address holds the code: it must not travel in a Referer, nor be found in a search."""


def typed_code(text: str) -> str:
    """The code in what was typed or scanned: `5416 1337 2237`, or the address in the QR code. Empty: there is none."""
    last = text.rpartition("/")[2][:LONGEST_TYPED]
    digits = re.sub(r"[\s-]", "", last)
    return digits if digits.isascii() and digits.isdecimal() and len(digits) == CODE_DIGITS else ""


def said(found: Verified, tongue: Tongue) -> Mapping[str, Any]:
    """For the template `pharmacy/_verified.html`. No name, number, place or illness of the patient is in it."""
    content = found.prescription.content
    return {
        "standing": found.standing,
        "initials": initials(found.patient.name) if found.patient.name else "",
        "age": _age(found.age, tongue),
        "gender": tongue(f"gender.{found.patient.gender}"),
        "signed_at": found.prescription.signed_at,
        "voided_at": found.prescription.voided_at,
        "expires_at": found.expires_at,
        "seen_at": found.seen_at,
        "number": found.prescription.number,
        "code": grouped(found.prescription.code),
        "doctor": found.doctor.name,
        "registration": f"{found.doctor.registration_number}, {found.doctor.council}",
        "items": found.items,
        "tests": content.tests,
    }


def grouped(code: str) -> str:
    """In fours, as it is printed and read out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def tongue_for(request: web.Request) -> Tongue:
    """The language in the address, else the browser's: these pages send no Referer that would lead back to them."""
    words = request.app[WORDS]
    chosen = request.query.get("language", "")
    return words.tongues.get(chosen) or words.tongue_of(request)


def _age(years: int, tongue: Tongue) -> str:
    if years == 0:
        return tongue("card.infant")
    return tongue("card.years_one") if years == 1 else tongue("card.years_many", count=years)
