"""Whether a pharmacy may dispense (T9): somebody looked up its licence, or has reason to stop it."""

from dataclasses import replace

from core.clinic.clinic import Clinic
from core.rules.audit_action import AuditAction
from core.rules.pharmacy import Pharmacy
from core.rules.records import AuditEntry
from core.rules.staff import Verification


async def verify_pharmacy(clinic: Clinic, pharmacy_id: int, by: str, state: Verification, note: str = "") -> Pharmacy:
    """Set the state; it holds from the next thing that the pharmacy tries on. Raises `LookupError`.

    `by` as in the audit. Nothing happens when it is so already.
    """
    async with clinic.ledger.write() as books:
        before = await books.pharmacies.get(pharmacy_id)
        if before.verification is state:
            return before
        now = clinic.clock.now()
        pharmacy = replace(before, verification=state, verified_by=by, verified_at=now)
        await books.pharmacies.save(pharmacy)
        detail = f"{before.verification} -> {state}" + (f": {note.strip()}" if note.strip() else "")
        action: AuditAction = "verified" if pharmacy.may_dispense else "stopped"
        await books.audit(AuditEntry(now, by, action, f"pharmacy:{pharmacy.id}", detail))
    return pharmacy
