"""A clinic for the pharmacy's tests, on either database: a signed prescription, and shops that give on it."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from config.tables import load_formulary, load_sms_templates, load_states
from core.adapters.geography import PinCodes
from core.adapters.line import RedisLine
from core.adapters.sql import SqlLedger
from core.clinic.admin.register_pharmacy import RegisteredPharmacy, register_pharmacy
from core.clinic.clinic import Clinic, Policy
from core.clinic.issue_prescription import issue_prescription
from core.ports import NEW
from core.rules.call_back import Caps
from core.rules.consultation import Consultation
from core.rules.opd import Opd
from core.rules.patient import Gender, Patient, Relation
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from core.rules.staff import Doctor, Verification
from core.rules.token import Priority, Token, TokenState
from tests.clinic.test_prescription_flow import INDIA, URL, Now, Story

PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5)
IRON = Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 3, repeats=1)
CONTENT = Prescription("बुखार", "Viral fever", (PARACETAMOL, IRON), ("CBC",))


class PlainPaper:
    """A printer whose paper is one line: what is on it is another test's business."""

    def pdf(
        self, prescription: SignedPrescription, patient: Patient, doctor: Doctor, *, follow_up: bool, token: str,
        replaces: str = "", draft: bool = False,
    ) -> bytes:  # fmt: skip
        return f"%PDF ({prescription.number}) {prescription.code}".encode()


def make_clinic(ledger: SqlLedger, line: RedisLine, **policy: Any) -> Clinic:
    states = load_states()
    return Clinic(
        ledger=ledger, line=line, clock=Now(), printer=PlainPaper(), geography=PinCodes(states), timeline=Story(),
        sms=load_sms_templates(languages=("hi", "en"), clinic_name="Duravani", public_url=URL),
        policy=Policy(
            clinic_name="Duravani", time_zone=INDIA, languages=("hi", "en"),
            opds={"general": Opd("general", dict.fromkeys(range(7), (time(0), time(0))))},
            states=tuple(state.code for state in states), formulary=load_formulary(), public_url=URL,
            notice_version="1", family_limit=8, token_digits=4, link_days=30,
            call_backs=Caps(per_hour=3, per_day=8, per_hour_in_all=2000), **policy,
        ),
    )  # fmt: skip


@pytest.fixture
async def clinic(url: str, line: RedisLine) -> AsyncIterator[Clinic]:
    """On the database of `url`, until the test is over."""
    ledger = SqlLedger.open(url)
    yield make_clinic(ledger, line)
    await ledger.close()


def later(clinic: Clinic, by: timedelta) -> None:
    assert isinstance(clinic.clock, Now)
    clinic.clock.at += by


async def sign(clinic: Clinic, content: Prescription = CONTENT) -> SignedPrescription:
    """By a doctor who has talked with the patient."""
    now = clinic.clock.now()
    doctor = Doctor(
        NEW, "asha", "Dr Asha Verma", "MBBS", "RJ-12345", "Rajasthan Medical Council", "asha@duravani.example",
        ("general",), ("hi",), ("RJ",), "doctor-asha", "digest", "hash", now, verification=Verification.VERIFIED,
    )  # fmt: skip
    patient = Patient(
        NEW, "100000016", "+919876543210", Relation.SELF, Gender.WOMAN, 34, now.date(), "302001", "RJ", "Jaipur", "hi",
        now, name="सीता देवी",
    )  # fmt: skip
    async with clinic.ledger.write() as books:
        doctor, patient = await books.staff.add_doctor(doctor), await books.patients.add(patient)
        token = await books.tokens.add(
            Token(
                NEW, "4821", now.date(), patient.id, "general", "RJ", "hi", Priority.ROUTINE, TokenState.WAITING, now,
                now,
            )
        )  # fmt: skip
        consultation = await books.consultations.add(
            Consultation(NEW, token.id, patient.id, doctor.id, False, now, talked_at=now, hung_up_at=now)
        )
        for state in (TokenState.CALLED, TokenState.TALKING, TokenState.WRITING):
            token = await books.tokens.move(token, state)
    return await issue_prescription(clinic, doctor_id=doctor.id, consultation_id=consultation.id, content=content)


async def register(clinic: Clinic, login: str = "asha-medical", *, verified: bool = True) -> RegisteredPharmacy:
    """Each with a telephone of its own."""
    phone = SHOPS[login]
    return await register_pharmacy(
        clinic, login=login, name=login, licence_number="RJ-20B-1", authority="Drugs Control Rajasthan", phone=phone,
        verified=verified,
    )  # fmt: skip


SHOPS: Mapping[str, str] = {"asha-medical": "+919812345670", "jan-aushadhi": "0141 2345678"}
NOON = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)


async def actions(clinic: Clinic, subject: str) -> list[str]:
    """What the audit says was done, oldest first."""
    async with clinic.ledger.read() as books:
        return [f"{entry.actor} {entry.action} {entry.detail}".strip() for entry in await books.audit_of(subject)][::-1]
