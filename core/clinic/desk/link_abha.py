"""Link a patient's ABHA number at the desk, with their yes to its use; take it back at their wish (S9, T12)."""

from core.clinic.clinic import Clinic
from core.clinic.desk.refused import refuse
from core.ports import NEW, Books, Duplicate, Stale
from core.rules.abha import AbhaLink, abha_number
from core.rules.patient import Patient
from core.rules.records import AuditEntry


async def link_abha(clinic: Clinic, operator_id: int, by: str, mobile: str, patient_id: int, typed: str) -> AbhaLink:
    """They heard what it is for, and said yes: on the call with this operator, where there is one.

    Raises `Refused`, or `LookupError` when nobody of that id is on this number.
    """
    number = abha_number(typed)
    async with clinic.ledger.write() as books:
        patient = await _on_number(books, mobile, patient_id)
        if number is None:
            raise refuse("abha", "not_an_abha")
        call = await books.operator_calls.present(operator_id)
        talks = call is not None and call.mobile == mobile and call.answered_at is not None
        heard_on = call.call_id if call is not None and talks else by
        now, notice = clinic.clock.now(), clinic.policy.notice_version
        link = AbhaLink(NEW, patient.id, number, notice, now, heard_on, by)
        try:
            stored = await books.abha_links.add(link)
        except Duplicate as taken:
            raise refuse("abha", "abha_taken") from taken
        await books.audit(AuditEntry(now, by, "linked ABHA by voice", f"patient:{patient.id}", f"heard on {heard_on}"))
    return stored


async def withdraw_abha(clinic: Clinic, by: str, mobile: str, patient_id: int) -> bool:
    """Nobody reads anything under it from now on; whether there was one. Raises `LookupError` as above."""
    async with clinic.ledger.write() as books:
        patient = await _on_number(books, mobile, patient_id)
        link = await books.abha_links.of_patient(patient.id)
        if link is None:
            return False
        now = clinic.clock.now()
        try:
            await books.abha_links.withdraw(link, now)
        except Stale:
            return False
        await books.audit(AuditEntry(now, by, "withdrew ABHA", f"patient:{patient.id}"))
    return True


async def _on_number(books: Books, mobile: str, patient_id: int) -> Patient:
    patient = await books.patients.get(patient_id)
    if patient.mobile != mobile:
        raise LookupError(f"patient {patient_id} is not on this number")
    return patient
