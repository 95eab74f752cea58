"""What stands on a prescription, from top to bottom (T6)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    KeepTogether,
    Spacer,
    Table,
    TableStyle,
)

from core.adapters.pdf.look import (
    BODY,
    CELL,
    CLINIC,
    DOCTOR,
    GAP,
    HAIR,
    HEADING,
    ISSUED,
    LABEL,
    NOTE,
    QR_SIZE,
    RX,
    STRONG,
    TEAL,
    TINT,
)
from core.adapters.pdf.text import Text
from core.adapters.pdf.words import Words
from core.rules.patient import Patient
from core.rules.prescription import Medicine, SignedPrescription, printable
from core.rules.staff import Doctor

_TIMES = re.compile(r"[\d½]+(-[\d½]+){2,3}")
"""A frequency written as morning-midday-night."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything one prescription shows."""

    prescription: SignedPrescription
    patient: Patient
    doctor: Doctor
    follow_up: bool
    token: str
    clinic_name: str
    signed_at: datetime
    """In the clinic's time zone."""
    place: str
    """Where the patient lives, in their language."""
    words: Words
    draft: bool = False
    """Not signed: it must not look as if it were."""


def story(paper: Paper, width: float) -> list[Flowable]:
    """The flowables, for a column of `width` points."""
    return [
        _head(paper, width),
        HRFlowable(width="100%", thickness=1.4, color=TEAL, spaceBefore=5, spaceAfter=6),
        _doctor(paper, width),
        Spacer(1, GAP),
        _patient(paper, width),
        Spacer(1, GAP),
        *_notes(paper, ("complaint", "history", "findings", "diagnosis")),
        *_medicines(paper, width),
        *_tests(paper),
        *_notes(paper, ("advice",)),
        KeepTogether([Spacer(1, 2 * GAP), *_signature(paper)]),
    ]


def _head(paper: Paper, width: float) -> Table:
    title = [Text(paper.clinic_name, CLINIC), Text(paper.words["issued"], ISSUED)]
    code = [] if paper.draft else _qr(paper.prescription.number)
    return _grid([[title, code]], [width - QR_SIZE, QR_SIZE], [("VALIGN", (0, 0), (-1, -1), "TOP")])


def _qr(number: str) -> Drawing:
    """The number as a QR code, for a pharmacy's scanner."""
    code = QrCodeWidget(number, barLevel="M", barBorder=0, barWidth=QR_SIZE, barHeight=QR_SIZE)
    return Drawing(QR_SIZE, QR_SIZE, code)


def _doctor(paper: Paper, width: float) -> Table:
    doctor, words, prescription = paper.doctor, paper.words, paper.prescription
    who = [
        Text(doctor.name, DOCTOR),
        Text(doctor.qualification, BODY),
        Text(f"{words['registration']} {doctor.registration_number}, {doctor.council}", NOTE),
        Text(doctor.contact, NOTE),
    ]
    what = [*_fact(words["date"], f"{paper.signed_at:%d-%m-%Y}"), *_fact(words["number"], prescription.number)]
    return _grid([[who, what]], [width * 0.68, width * 0.32], [("VALIGN", (0, 0), (-1, -1), "TOP")])


def _patient(paper: Paper, width: float) -> Table:
    cells = [_fact(label, value) for label, value in _patient_facts(paper)]
    cells += [[] for _ in range(-len(cells) % 3)]
    rows = [cells[start : start + 3] for start in range(0, len(cells), 3)]
    look = [
        ("BACKGROUND", (0, 0), (-1, -1), TINT),
        ("ROUNDEDCORNERS", [6, 6, 6, 6]),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return _grid(rows, [width * 0.40, width * 0.30, width * 0.30], look, padding=5, side=9)


def _patient_facts(paper: Paper) -> Iterator[tuple[str, str]]:
    patient, words, content = paper.patient, paper.words, paper.prescription.content
    age = patient.age_at(paper.signed_at.date())
    name = patient.name if patient.name and printable(patient.name) else words["voice_name"]
    yield words["name"], name
    yield words["patient_id"], patient.code
    yield words["age_gender"], f"{age} {words.own('years')}, {words.own(patient.gender)}"
    yield words["place"], paper.place
    yield words["token"], paper.token
    yield words["visit"], words["follow_up" if paper.follow_up else "first_visit"]
    if content.weight_kg:
        yield words["weight"], f"{content.weight_kg} kg"
    if content.last_period:
        yield words["last_period"], content.last_period


def _notes(paper: Paper, fields: Sequence[str]) -> Iterator[Flowable]:
    """The doctor's own words, each under its label; empty ones are left out."""
    for field in fields:
        text = getattr(paper.prescription.content, field).strip()
        if text:
            yield Text(paper.words[field], HEADING)
            yield Text(text, STRONG if field == "diagnosis" else BODY)
            yield Spacer(1, GAP * 0.6)


def _medicines(paper: Paper, width: float) -> Iterator[Flowable]:
    medicines, words = paper.prescription.content.medicines, paper.words
    if not medicines:
        return
    keys = ("medicine", "form", "strength", "frequency", "duration")
    heading: list[object] = [Text("Rx", RX), *(_label(words, key) for key in keys)]
    rows = [heading, *(_medicine(place, medicine, words) for place, medicine in enumerate(medicines, 1))]
    widths = [width * share for share in (0.06, 0.34, 0.15, 0.14, 0.17, 0.14)]
    look = [
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, TEAL),
        ("LINEBELOW", (0, 1), (-1, -1), 0.5, HAIR),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("VALIGN", (0, 1), (-1, -1), "TOP"),
    ]
    yield _grid(rows, widths, look, padding=3.5, side=3, repeatRows=1)
    if any(_TIMES.fullmatch(medicine.frequency.strip()) for medicine in medicines):
        yield Spacer(1, 3)
        yield Text(words["times"], NOTE)
    yield Spacer(1, GAP)


def _label(words: Words, key: str) -> list[Text]:
    """A column's heading: the patient's language above, English below."""
    own, _, english = words[key].partition(" · ")
    return [Text(own, HEADING), *([Text(english, LABEL)] if english else [])]


def _medicine(place: int, medicine: Medicine, words: Words) -> list[object]:
    name = [Text(medicine.generic.upper(), STRONG)]
    if medicine.instructions.strip():
        name.append(Text(medicine.instructions.strip(), NOTE))
    return [
        Text(f"{place}.", CELL),
        name,
        Text(medicine.form, CELL),
        Text(medicine.strength, CELL),
        Text(medicine.frequency.strip(), CELL),
        Text(f"{medicine.days} {words.own('days')}", CELL),
    ]


def _tests(paper: Paper) -> Iterator[Flowable]:
    tests = [test.strip() for test in paper.prescription.content.tests if test.strip()]
    if tests:
        yield Text(paper.words["tests"], HEADING)
        yield from (Text(f"{place}. {test}", BODY) for place, test in enumerate(tests, 1))
        yield Spacer(1, GAP * 0.6)


def _signature(paper: Paper) -> Iterator[Flowable]:
    if paper.draft:
        yield Text(paper.words["unsigned"], DOCTOR)
        return
    doctor, words, at = paper.doctor, paper.words, paper.signed_at
    registered = f"{doctor.qualification} · {words.own('registration')} {doctor.registration_number}"
    yield Text(words["signed"], LABEL)
    yield Text(doctor.name, DOCTOR)
    yield Text(registered, NOTE)
    yield Text(f"{words['signed_at']}: {at:%d-%m-%Y %H:%M} {at.tzname()}", NOTE)


def _fact(label: str, value: str) -> list[Text]:
    return [Text(label, LABEL), Text(value, CELL)]


def _grid(
    rows: Sequence[Sequence[object]],
    widths: Sequence[float],
    look: Sequence[tuple[object, ...]],
    *,
    padding: float = 0,
    side: float = 0,
    **options: object,
) -> Table:
    """A table without ReportLab's default paddings."""
    bare = [
        ("TOPPADDING", (0, 0), (-1, -1), padding),
        ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
        ("LEFTPADDING", (0, 0), (-1, -1), side),
        ("RIGHTPADDING", (0, 0), (-1, -1), side),
    ]
    return Table(rows, colWidths=widths, style=TableStyle([*bare, *look]), hAlign="LEFT", **options)
