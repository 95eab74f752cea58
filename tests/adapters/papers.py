"""A prescription to print, and how a printed one is looked at: as pixels, and as the text a reader copies."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from config.tables import load_dose_words, load_paper_words, load_states
from core.adapters.pdf import Letterhead, PaperTables, ReportlabPrinter, Seal
from core.rules.dosage import Food
from core.rules.patient import Gender, Patient, Relation
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from core.rules.staff import Doctor

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
LANGUAGES = ("en", "hi", "bn", "mr", "ta", "te", "gu", "kn", "ml", "pa", "or", "as")
DOCTOR = Doctor(
    3, "asha", "Dr Asha Verma", "MBBS, MD", "RJ-12345", "Rajasthan Medical Council", "asha@duravani.example",
    ("general",), ("hi",), (), "doctor-asha", "digest", "hash", NOW,
)  # fmt: skip
PATIENT = Patient(
    1, "100000016", "+919876543210", Relation.SELF, Gender.WOMAN, 34, date(2026, 11, 21), "302001", "RJ", "Jaipur",
    "hi", NOW, "कमला देवी",
)  # fmt: skip
CONTENT = Prescription(
    complaint="तीन दिन से बुखार (fever 101°F)",
    diagnosis="Viral fever, प्रथम दिन",
    medicines=(
        Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5, "1 गोली(500 mg) पानी के साथ", Food.AFTER, 2),
        Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 3),
    ),
    tests=("CBC", "मलेरिया RDT"),
    history="Known hypertension",
    findings="साँस सामान्य",
    advice="ख़ूब पानी पिएँ।\r\nआराम करें।",
    weight_kg="62",
    last_period="02-11-2026",
    allergies="Penicillin",
    current_medicines="amlodipine 5 mg",
)
SIGNED = SignedPrescription(
    4, 17, 1, 3, CONTENT, NOW, "RX261121000176", "hash", NOW, "314159265358", formulary_version="2026-11"
)
Pixels = NDArray[np.uint8]


def make_printer(seal: Seal | None = None) -> ReportlabPrinter:
    letterhead = Letterhead("Duravani दूरवाणी", "1800-000-000", ZoneInfo("Asia/Kolkata"), "https://clinic.example")
    return ReportlabPrinter(letterhead, PaperTables(load_paper_words(), load_dose_words(), load_states()), seal)


def printed(
    printer: ReportlabPrinter,
    content: Prescription = CONTENT,
    patient: Patient = PATIENT,
    signed: SignedPrescription = SIGNED,
    *,
    follow_up: bool = False,
    replaces: str = "",
    draft: bool = False,
) -> bytes:
    return printer.pdf(
        replace(signed, content=content), patient, DOCTOR,
        follow_up=follow_up, token="4821", replaces=replaces, draft=draft,
    )  # fmt: skip


def text_of(pdf: bytes) -> str:
    """What a reader searches and copies, as PDFium (a browser's own) extracts it, in the order of the content."""
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(pdf)]
    return "\n".join(pages).replace("\r\n", "\n")


def pixels_of(pdf: bytes, scale: float = 3) -> Pixels:
    page = pdfium.PdfDocument(pdf)[0]
    grey: Pixels = page.render(scale=scale, grayscale=True).to_numpy().copy()
    return grey.reshape(grey.shape[:2])
