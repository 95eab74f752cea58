"""What stands on a prescription, from top to bottom (T6)."""

from collections.abc import Iterator, Sequence

from reportlab.platypus import Flowable, KeepTogether, Spacer

from core.adapters.pdf.look import (
    BODY,
    CELL,
    CLINIC,
    CODE,
    CODE_LABEL,
    DOCTOR,
    GAP,
    HEADING,
    ISSUED,
    LABEL,
    NOTE,
    QR_SIZE,
    QUIET_ZONE,
    STRONG,
    TEAL,
    TINT,
)
from core.adapters.pdf.medicines import medicines
from core.adapters.pdf.paper import Paper
from core.adapters.pdf.qr import Qr
from core.adapters.pdf.rows import Cell, Grid, Rows
from core.adapters.pdf.structure import Node
from core.adapters.pdf.text import Text
from core.rules.printable import printable

_CODE_ROOM = 96
_SHORT = 160
"""Characters of a note that stands beside its label: two lines or three, which need not be split over pages."""


def story(paper: Paper, width: float) -> list[Flowable]:
    """The flowables, for a column of `width` points."""
    return [
        _head(paper, width),
        Rows(Grid((width,), line=TEAL), [[[Spacer(1, 4)]]]),
        Spacer(1, 6),
        _doctor(paper, width),
        Spacer(1, GAP),
        _patient(paper, width),
        Spacer(1, GAP),
        *_notes(paper, width, ("complaint", "history", "allergies", "current_medicines", "findings", "diagnosis")),
        Spacer(1, GAP),
        *medicines(paper, width),
        *_tests(paper),
        *_notes(paper, width, ("advice",)),
        KeepTogether([Spacer(1, 1.5 * GAP), *_signature(paper)]),
    ]


def _head(paper: Paper, width: float) -> Flowable:
    title = [Text(paper.clinic_name, CLINIC, paper.paragraph("H1")), Text(_issued(paper), ISSUED, paper.paragraph())]
    if paper.prescription.version > 1:
        title.append(Text(_version(paper), STRONG, paper.paragraph()))
    if paper.draft:
        return Rows(Grid((width,)), [[title]])
    grid = Grid((width - QR_SIZE - _CODE_ROOM - QUIET_ZONE, _CODE_ROOM, QUIET_ZONE, QR_SIZE))
    return Rows(grid, [[title, _code(paper), [], [_qr(paper)]]])


def _issued(paper: Paper) -> str:
    return paper.words[f"issued_{paper.prescription.mode}"]


def _version(paper: Paper) -> str:
    number = str(paper.prescription.version)
    return paper.words["version"].replace("{n}", number).replace("{number}", paper.replaces)


def _code(paper: Paper) -> Cell:
    """What a pharmacy keys: `1234 5678 9012`, in a column beside the QR code."""
    code = paper.prescription.code
    groups = " ".join(code[start : start + 4] for start in range(0, len(code), 4))
    own, english = paper.words.both("for_pharmacy")
    labels = [Text(text, CODE_LABEL, paper.paragraph()) for text in (own, english) if text]
    return [*labels, Text(groups, CODE, paper.paragraph())]


def _qr(paper: Paper) -> Flowable:
    figure = paper.paragraph("Figure")
    figure.alternative = f"QR: {paper.verify_at}"
    return Qr(paper.verify_at, QR_SIZE, figure)


def _doctor(paper: Paper, width: float) -> Flowable:
    doctor, words, prescription = paper.doctor, paper.words, paper.prescription
    who = [
        Text(doctor.name, DOCTOR, paper.paragraph()),
        Text(doctor.qualification, BODY, paper.paragraph()),
        Text(f"{words['registration']} {doctor.registration_number}, {doctor.council}", NOTE, paper.paragraph()),
        Text(doctor.contact, NOTE, paper.paragraph()),
    ]
    facts = [(words["date"], f"{paper.signed_at:%d-%m-%Y}"), (words["number"], prescription.number)]
    what = [text for label, value in facts for text in _fact(paper.root, label, value)]
    return Rows(Grid((width * 0.66, width * 0.34)), [[who, what]])


def _patient(paper: Paper, width: float) -> Flowable:
    cells = [_fact(paper.root, label, value) for label, value in _patient_facts(paper)]
    cells += [[] for _ in range(-len(cells) % 3)]
    rows = [cells[start : start + 3] for start in range(0, len(cells), 3)]
    grid = Grid((width * 0.40, width * 0.30, width * 0.30), padding=4, side=9, tint=TINT)
    return Rows(grid, rows)


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


def _notes(paper: Paper, width: float, fields: Sequence[str]) -> Iterator[Flowable]:
    """The doctor's own words beside their labels, long ones below them; empty ones are left out."""
    grid = Grid((width * 0.32, width * 0.02, width * 0.66))
    for field in fields:
        text = getattr(paper.prescription.content, field).strip()
        if not text:
            continue
        label = Text(paper.words[field], HEADING, paper.paragraph("H2"))
        note = Text(text, STRONG if field == "diagnosis" else BODY, paper.paragraph())
        short = len(text) <= _SHORT and "\n" not in text
        yield from [Rows(grid, [[[label], [], [note]]])] if short else [label, note]
        yield Spacer(1, GAP * 0.4)


def _tests(paper: Paper) -> Iterator[Flowable]:
    tests = [test.strip() for test in paper.prescription.content.tests if test.strip()]
    if tests:
        yield Text(paper.words["tests"], HEADING, paper.paragraph("H2"))
        for place, test in enumerate(tests, 1):
            yield Text(f"{place}. {test}", BODY, paper.paragraph())
        yield Spacer(1, GAP * 0.6)


def _signature(paper: Paper) -> Iterator[Flowable]:
    if paper.draft:
        yield Text(paper.words["unsigned"], DOCTOR, paper.paragraph())
        return
    doctor, words, at = paper.doctor, paper.words, paper.signed_at
    registered = f"{doctor.qualification} · {words.own('registration')} {doctor.registration_number}"
    yield Text(words["signed"], LABEL, paper.paragraph())
    yield Text(doctor.name, DOCTOR, paper.paragraph())
    yield Text(registered, NOTE, paper.paragraph())
    yield Text(f"{words['signed_at']}: {at:%d-%m-%Y %H:%M} {at.tzname()}", NOTE, paper.paragraph())
    if paper.prescription.formulary_version:
        yield Text(f"{words['formulary']}: {paper.prescription.formulary_version}", LABEL, paper.paragraph())


def _fact(inside: Node, label: str, value: str) -> list[Text]:
    both = Node("P", inside)
    return [Text(label, LABEL, both), Text(value, CELL, both)]
