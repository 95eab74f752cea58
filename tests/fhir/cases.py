"""Signed prescriptions for the tests of their documents: a full one, a bare one, any that may be signed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from config.tables import load_formulary
from core.rules.consultation import Consultation, Outcome
from core.rules.dosage import Food
from core.rules.fhir.case import RecordedCase
from core.rules.patient import Gender, Patient, Relation
from core.rules.prescription import (
    MAX_DAYS,
    MAX_FREQUENCY,
    Medicine,
    Mode,
    Prescription,
    SignedPrescription,
    prescription_number,
)
from core.rules.printable import printable
from core.rules.staff import Doctor

SIGNED = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
PDF = b"%PDF-1.7 a paper"
PATIENT = Patient(
    7, "100000009", "+919876543210", Relation.FAMILY, Gender.WOMAN, 9, date(2026, 3, 2), "305001", "RJ", "Ajmer", "hi",
    SIGNED, name="गीता देवी", guardian_name="Sunita <Devi> & co",
)  # fmt: skip
DOCTOR = Doctor(
    3, "asha", "Dr. Asha Verma", "MBBS, MD", "RMC-12345", "Rajasthan Medical Council", "+91 141 555 0100", ("general",),
    ("hi",), ("RJ",), "doctor-asha", "d" * 32, "$argon2id$", SIGNED,
)  # fmt: skip
CONSULTATION = Consultation(
    17, 5, 7, 3, True, SIGNED - timedelta(minutes=9), SIGNED - timedelta(minutes=8), SIGNED, SIGNED, Outcome.PRESCRIBED,
    referred_to="speciality", call_back_on=date(2026, 11, 28),
)  # fmt: skip
CONTENT = Prescription(
    complaint="बुखार & cough < 3 days\r\nWeakness",
    diagnosis="Viral fever",
    medicines=(
        Medicine("paracetamol", "tablet", "500 mg", "1-0-1/2", 3, "with water", Food.AFTER, 1, "no other was there"),
        Medicine("cetirizine", "tablet", "10 mg", "HS", 5),
        Medicine("ors", "sachet", "21 g", "SOS", 2, "in one litre"),
        Medicine("zinc", "tablet", "20 mg", "OD", 14),
        Medicine("vitamin d", "capsule", "60000 iu", "weekly", 28),
        Medicine("ondansetron", "tablet", "4 mg", "STAT", 1),
        Medicine("clotrimazole", "cream", "1 %", "thin, twice daily", 14),
        Medicine("ambroxol", "syrup", "30 mg/5 ml", "1-1-1-1", 5),
    ),
    tests=("CBC", "Malaria antigen"),
    history="Asthma as a child",
    findings="Speaks full sentences",
    advice="Rest.",
    weight_kg="27.5",
    last_period="2 weeks ago",
    allergies="penicillin",
    current_medicines="salbutamol inhaler",
)
FULL = RecordedCase(
    prescription=SignedPrescription(
        11, 17, 7, 3, CONTENT, SIGNED, "RX261121000176", "a" * 64, SIGNED, "314159265358", Mode.AUDIO, version=2,
        replaces_id=10,
    ),
    patient=PATIENT,
    doctor=DOCTOR,
    consultation=CONSULTATION,
    pdf=PDF,
    base="https://clinic.example",
    clinic_name="Duravani",
    zone=ZoneInfo("Asia/Kolkata"),
    abha="91-1234-5678-9012",
    replaces="RX261121000168",
)  # fmt: skip
"""Everything that can be filled is."""
BARE = RecordedCase(
    prescription=SignedPrescription(
        12, 17, 7, 3, Prescription("Fever", "Viral fever", tests=("CBC",)), SIGNED, "RX261121000184", "b" * 64, SIGNED,
        "271828182845",
    ),
    patient=Patient(
        8, "100000017", "+919876543210", Relation.SELF, Gender.OTHER, 99, date(2026, 3, 2), "305001", "RJ", None, "en",
        SIGNED,
    ),
    doctor=DOCTOR,
    consultation=Consultation(18, 6, 8, 3, False, SIGNED),
    pdf=PDF,
    base="https://clinic.example",
    clinic_name="Duravani",
    zone=ZoneInfo("Asia/Kolkata"),
)  # fmt: skip
"""As little as a doctor may sign."""


def voided(case: RecordedCase) -> RecordedCase:
    return replace(case, prescription=replace(case.prescription, voided_at=SIGNED + timedelta(days=1)))


LETTERS = [chr(code) for code in (0x0A, *range(0x20, 0x2300)) if printable(chr(code), lines=True)]
"""What may stand on the paper, line ends among it."""


def _typed(longest: int, *, needed: bool = False) -> st.SearchStrategy[str]:
    text = st.text(LETTERS, max_size=longest)
    return st.builds(str.__add__, st.sampled_from("Aअ<&"), text) if needed else text


FORMULARY = load_formulary()


@st.composite
def medicines(draw: st.DrawFn) -> Medicine:
    """Of the formulary, taken in any way that may be written."""
    drug = FORMULARY[draw(st.sampled_from(sorted(FORMULARY)))]
    usual = st.sampled_from((
        "1-0-1", "0-0-0", "½-0-1/3", "1-0-0-2", "BD", "TDS", "SOS", "HS", "STAT", "weekly",
        "2 tab 6 hourly", "10 IU BD", "2 SOS", "2 HS",
    ))  # fmt: skip
    free = st.text("abc123 .-/", max_size=MAX_FREQUENCY - 1).map("x".__add__)
    return Medicine(
        drug.generic, draw(st.sampled_from(drug.forms)), draw(st.sampled_from(drug.strengths)), draw(usual | free),
        draw(st.integers(1, MAX_DAYS)), draw(_typed(60)), draw(st.sampled_from(Food)), draw(st.integers(0, 5)),
        draw(_typed(40)), route=draw(st.sampled_from(("", "oral", "topical", "mouth"))),
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> RecordedCase:
    """Any signed prescription, of anybody, by any mode, valid or not."""
    content = Prescription(
        draw(_typed(80, needed=True)), draw(_typed(80, needed=True)), tuple(draw(st.lists(medicines(), max_size=4))),
        tuple(draw(st.lists(_typed(30, needed=True), max_size=3))),
        draw(_typed(80)), draw(_typed(80)), draw(_typed(80)),
        draw(st.just("") | st.decimals(0, 999, places=2).map(str)), draw(_typed(20)),
        draw(_typed(60)), draw(_typed(60)),
    )  # fmt: skip
    version = draw(st.integers(1, 3))
    signed = replace(
        FULL.prescription, content=content, version=version, mode=draw(st.sampled_from(Mode)),
        number=prescription_number(date(2026, 11, 21), draw(st.integers(1, 10**6))),
        voided_at=draw(st.none() | st.just(SIGNED + timedelta(hours=5))),
    )  # fmt: skip
    patient = replace(
        PATIENT, gender=draw(st.sampled_from(Gender)), age=draw(st.integers(0, 99)),
        name=draw(st.none() | st.just("Ram")), guardian_name=draw(st.none() | st.just("Sita")),
        district=draw(st.none() | st.just("Ajmer")),
    )  # fmt: skip
    met = replace(
        CONSULTATION, follow_up=draw(st.booleans()), hung_up_at=draw(st.none() | st.just(SIGNED)),
        referred_to=draw(st.none() | st.just("speciality")),
        call_back_on=draw(st.none() | st.dates(date(2026, 11, 21), date(2027, 11, 21))),
    )  # fmt: skip
    return replace(
        FULL, prescription=signed, patient=patient, consultation=met,
        abha=draw(st.none() | st.just("91-1234-5678-9012")), replaces="RX261121000168" if version > 1 else None,
    )  # fmt: skip
