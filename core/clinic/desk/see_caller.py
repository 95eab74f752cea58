"""Everything the desk may see of a number: its people, tokens, papers by number, SMS, calls, grievances. Audited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.clinic.clinic import Clinic
from core.clinic.know_caller import Known, known_in
from core.ports import Books
from core.rules.abha import AbhaLink
from core.rules.grievance import Grievance
from core.rules.mobile import is_indian_mobile
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from core.rules.records import AuditEntry, CallBack, CallRecord
from core.rules.sms import ReceivedSms, Sms
from core.rules.token import Token

SHOWN = 30
"""Calls, and SMS each way, at most."""
TOKENS_WITHIN = timedelta(days=1)
"""Today's, and yesterday's, which somebody may ask about in the morning."""


@dataclass(frozen=True, slots=True)
class CallerFile:
    """What stands on a caller's page. Nothing of what a doctor wrote."""

    known: Known
    ages: Mapping[int, int]
    """Completed years today, by patient id."""
    tokens: Sequence[Token]
    """Of today and yesterday, newest first."""
    papers: Mapping[int, Sequence[SignedPrescription]]
    """Newest first, by patient id; the page shows number and date only."""
    calls: Sequence[CallRecord]
    sent: Sequence[Sms]
    received: Sequence[ReceivedSms]
    grievances: Sequence[Grievance]
    owed: Sequence[CallBack]
    """Calls we owe this number."""
    abha: Mapping[int, AbhaLink]
    """Those that hold, by patient id."""

    def person(self, patient_id: int) -> Patient:
        """`LookupError` when nobody of that id is on this number."""
        return person_of(self.known, patient_id)


async def see_caller(clinic: Clinic, by: str, mobile: str) -> CallerFile:
    """`LookupError` unless `mobile` is an Indian mobile in E.164; a number nobody has registered has an empty file."""
    if not is_indian_mobile(mobile):
        raise LookupError(mobile)
    async with clinic.ledger.write() as books:
        known = await known_in(clinic, books, mobile)
        await _note(clinic, books, by, known)
        return CallerFile(
            known=known,
            ages={patient.id: patient.age_at(clinic.today()) for patient in known.patients},
            tokens=await books.lookup.tokens_of_mobile(mobile, clinic.today() - TOKENS_WITHIN),
            papers={patient.id: await books.prescriptions.of_patient(patient.id) for patient in known.patients},
            calls=await books.lookup.calls_of_mobile(mobile, SHOWN),
            sent=await books.lookup.sms_of_mobile(mobile, SHOWN),
            received=await books.lookup.received_of_mobile(mobile, SHOWN),
            grievances=await books.grievances.of_mobile(mobile),
            owed=[owed for owed in await books.calls.owed_call_backs() if owed.mobile == mobile],
            abha=await _linked(books, known),
        )


async def _linked(books: Books, known: Known) -> Mapping[int, AbhaLink]:
    links = [await books.abha_links.of_patient(patient.id) for patient in known.patients]
    return {link.patient_id: link for link in links if link is not None}


def person_of(known: Known, patient_id: int) -> Patient:
    """`LookupError` when nobody of that id is on this number."""
    for patient in known.patients:
        if patient.id == patient_id:
            return patient
    raise LookupError(f"no patient {patient_id} on this number")


async def _note(clinic: Clinic, books: Books, by: str, known: Known) -> None:
    now = clinic.clock.now()
    await books.audit(AuditEntry(now, by, "saw caller", f"caller:{known.mobile}"))
    for patient in known.patients:
        await books.audit(AuditEntry(now, by, "saw details", f"patient:{patient.id}"))
