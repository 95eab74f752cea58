"""A pharmacy marks what it gives; the same days of supply are never given twice, even by two who press at once.

Whoever gives holds the prescription until it is written down, so that nobody gives of it, and no doctor takes it back,
in between. Should that ever fail, the database takes only one row for each (medicine, days given before).
"""

from collections.abc import Sequence

from core.clinic.clinic import Clinic
from core.clinic.pharmacy.attempts import spend_look, spend_wrong
from core.clinic.pharmacy.verify_prescription import Verified, seen
from core.ports import NEW, Books, Duplicate
from core.rules.dispensing import Dispensing, Portion, Refusal, named, refusal_of
from core.rules.pharmacy import Channel, Pharmacy
from core.rules.prescription import is_verification_code
from core.rules.records import AuditEntry


class CannotDispense(Exception):
    """It was refused, wholly: nothing was marked. `found` is what the prescription is worth now."""

    def __init__(self, refusal: Refusal, item: int | None, found: Verified) -> None:
        super().__init__(f"prescription {found.prescription.id}, item {item}: {refusal}")
        self.refusal = refusal
        self.item = item
        """Which medicine's place; None when the whole prescription is meant."""
        self.found = found


class NotRegistered(Exception):
    """This pharmacy may not dispense: its licence was not looked up yet, it is suspended, or it has left."""


class UnknownCode(Exception):
    """No prescription of ours has this code."""


async def dispense(
    clinic: Clinic, pharmacy: Pharmacy, code: str, portions: Sequence[Portion], *, channel: Channel
) -> Verified:
    """Mark that these portions were given, all or none; what is left afterwards.

    Raises `CannotDispense`, `NotRegistered`, `UnknownCode`, `TooManyAttempts`.
    """
    by = f"pharmacy:{pharmacy.id}"
    await spend_look(clinic, by)
    try:
        async with clinic.ledger.write() as books:
            if not (await books.pharmacies.get(pharmacy.id)).may_dispense:
                raise NotRegistered(by)
            signed = await books.prescriptions.by_code(code) if is_verification_code(code) else None
            if signed is None:
                raise UnknownCode(by)
            return await _mark(clinic, books, pharmacy, signed.id, portions, channel)
    except UnknownCode:
        await spend_wrong(clinic, by)
        await _note_refusal(clinic, by, "prescription:unknown", f"{channel}: none of ours")
        raise
    except NotRegistered:
        await _note_refusal(clinic, by, by, f"{channel}: not registered")
        raise
    except CannotDispense as refused:
        await _note_refusal(
            clinic, by, f"prescription:{refused.found.prescription.id}", f"{channel}: {refused.refusal}"
        )
        raise


async def _mark(
    clinic: Clinic,
    books: Books,
    pharmacy: Pharmacy,
    prescription_id: int,
    portions: Sequence[Portion],
    channel: Channel,
) -> Verified:
    signed = await books.prescriptions.hold(prescription_id)
    found = await seen(clinic, books, signed)
    if not portions or len({portion.item for portion in portions}) != len(portions):
        raise CannotDispense(Refusal.NOTHING, None, found)
    for portion in portions:
        await _give(clinic, books, pharmacy, found, portion, channel)
    return await seen(clinic, books, signed)


async def _give(
    clinic: Clinic, books: Books, pharmacy: Pharmacy, found: Verified, portion: Portion, channel: Channel
) -> None:
    now, signed = clinic.clock.now(), found.prescription
    item = next((item for item in found.items if item.place == portion.item), None)
    refusal = refusal_of(signed, item, portion, now)
    if refusal is not None or item is None:
        raise CannotDispense(refusal or Refusal.NO_SUCH_ITEM, portion.item, found)
    row = Dispensing(
        NEW, signed.id, signed.consultation_id, item.place, named(item.medicine), item.given, portion.days,
        item.prescribed, pharmacy.id, now, channel,
    )  # fmt: skip
    try:
        await books.dispensings.add(row)
    except Duplicate as error:
        raise CannotDispense(Refusal.MEANWHILE, portion.item, found) from error
    detail = f"{channel}: item {portion.item}, {portion.days} days"
    await books.audit(AuditEntry(now, f"pharmacy:{pharmacy.id}", "dispensed", f"prescription:{signed.id}", detail))


async def _note_refusal(clinic: Clinic, by: str, subject: str, detail: str) -> None:
    """In a transaction of its own: the one that was refused has left nothing."""
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), by, "refused to dispense", subject, detail))
