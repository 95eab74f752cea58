"""Anybody who dials the pharmacies' line may ask about a code: limited by who calls, and for all callers together."""

from core.clinic.clinic import Clinic
from core.clinic.pharmacy.attempts import WINDOW, TooManyAttempts
from core.clinic.pharmacy.verify_prescription import Verified, verify_prescription
from core.rules.mobile import indian_mobile
from core.rules.pharmacy import Channel

IN_ALL = 2000
"""Codes keyed in a window of `WINDOW` seconds on all telephones: numbers can be feigned, so that one limit each is not
enough; there are far too many codes to find one within this."""
HIDDEN = "hidden"
"""All who withhold their number count as one."""


async def verify_by_telephone(clinic: Clinic, code: str, *, number: str, pharmacy_id: int | None) -> Verified | None:
    """As `verify_prescription`, for who calls from `number`, or a pharmacy that has keyed its PIN."""
    if not await clinic.line.allow("verify:telephones", IN_ALL, WINDOW):
        raise TooManyAttempts("telephones")
    by = f"caller:{indian_mobile(number) or number or HIDDEN}" if pharmacy_id is None else f"pharmacy:{pharmacy_id}"
    return await verify_prescription(clinic, code, by=by, channel=Channel.PHONE)
