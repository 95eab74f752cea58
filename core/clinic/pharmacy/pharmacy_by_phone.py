"""Which pharmacy calls: its own telephone and the PIN together, never one alone."""

from core.clinic.clinic import Clinic
from core.clinic.passwords import fits
from core.clinic.pharmacy.attempts import spend_pin, spend_wrong_pin
from core.rules.pharmacy import Pharmacy
from core.rules.phone import outside_number
from core.rules.records import AuditEntry


async def pharmacy_by_phone(clinic: Clinic, number: str, pin: str) -> Pharmacy | None:
    """The pharmacy that has this telephone (mobile or landline, as the switch shows it) and this PIN, else None.

    Raises `TooManyAttempts`. Whoever is found may still not dispense: see `Pharmacy.may_dispense`. An unknown number
    takes as long as a wrong PIN (one argon2 either way).
    """
    phone = _e164(number)
    await spend_pin(clinic, phone or number)
    async with clinic.ledger.read() as books:
        pharmacy = await books.pharmacies.by_phone(phone) if phone else None
    right = await fits(pin, pharmacy.pin_hash if pharmacy else None)
    if not right:
        await spend_wrong_pin(clinic, phone or number)
    if pharmacy is None:
        return None
    who = f"pharmacy:{pharmacy.id}"
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), who, "called in" if right else "refused: wrong PIN", who))
    return pharmacy if right else None


def _e164(number: str) -> str | None:
    try:
        return outside_number(number)
    except ValueError:
        return None
