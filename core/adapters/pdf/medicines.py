"""The medicines on the paper: what it is, how to take it in two languages and in pictures, for how long (T6)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from reportlab.platypus import Flowable, Spacer

from core.adapters.pdf.icons import DoseIcons
from core.adapters.pdf.look import CELL, GAP, HAIR, HEADING, LABEL, NOTE, RX, STRONG
from core.adapters.pdf.paper import Paper
from core.adapters.pdf.rows import Cell, Grid, Rows
from core.adapters.pdf.structure import Node
from core.adapters.pdf.text import Text
from core.rules.dosage import Pattern
from core.rules.dose_unit import dosage_of, unit_of
from core.rules.dose_words import (
    DoseWords,
    PartOfDay,
    course_words,
    dose_words,
    number_text,
    parts_of_day,
    quantity_words,
)
from core.rules.medicine_words import STANDARD
from core.rules.prescription import Medicine

_SHARES = (0.055, 0.345, 0.43, 0.17)


def medicines(paper: Paper, width: float) -> Iterator[Flowable]:
    """The table; nothing where no medicine was prescribed."""
    every = paper.prescription.content.medicines
    if not every:
        return
    table = paper.paragraph("Table")
    grid = Grid(tuple(width * share for share in _SHARES), padding=3.5, side=3, line=HAIR)
    heading = _heading(paper, Node("TR", table))
    rows = [_row(paper, place, medicine, Node("TR", table)) for place, medicine in enumerate(every, 1)]
    yield Rows(grid, rows, heading)
    yield Spacer(1, GAP)


def _heading(paper: Paper, row: Node) -> list[Cell]:
    return [[Text("Rx", RX, Node("TH", row))], *(_label(paper, key, row) for key in ("medicine", "how", "duration"))]


def _label(paper: Paper, key: str, row: Node) -> Cell:
    """A column's heading: the patient's language above, English below."""
    cell, (own, english) = Node("TH", row), paper.words.both(key)
    return [Text(own, HEADING, cell), *([Text(english, LABEL, cell)] if english else [])]


def _row(paper: Paper, place: int, medicine: Medicine, row: Node) -> list[Cell]:
    return [
        [Text(f"{place}.", CELL, Node("TD", row))],
        _what(medicine, Node("TD", row)),
        list(_how(paper, medicine, Node("TD", row))),
        list(_how_long(paper, medicine, Node("TD", row))),
    ]


def _what(medicine: Medicine, cell: Node) -> Cell:
    made_as = [part for part in (medicine.form, medicine.strength) if part != STANDARD]
    return [
        Text(medicine.generic.upper(), STRONG, Node("P", cell)),
        Text(" · ".join(made_as), CELL, Node("P", cell)),
    ]


def _how(paper: Paper, medicine: Medicine, cell: Node) -> Iterator[Flowable]:
    own, english = dose_words(medicine, paper.doses), dose_words(medicine, paper.english_doses)
    dosage = dosage_of(medicine)
    parts = parts_of_day(dosage)
    if parts:
        counted = paper.doses.units[unit_of(medicine)[0]].counts
        figure = Node("Figure", cell, alternative=_read_aloud(paper, parts, counted=counted))
        yield DoseIcons(parts, medicine.food, figure, counted=counted)
    yield Text(own, CELL, Node("P", cell))
    written = medicine.frequency.strip()
    beside = english if dosage.pattern is Pattern.FREE else f"{written} · {english}"
    yield Text(beside if paper.words.translated else written, NOTE, Node("P", cell))
    if medicine.instructions.strip():
        yield Text(medicine.instructions.strip(), CELL, Node("P", cell))


def _read_aloud(paper: Paper, parts: Mapping[PartOfDay, Fraction], *, counted: bool) -> str:
    if not counted:
        return ", ".join(paper.doses.parts[part] for part, count in parts.items() if count)
    return ", ".join(f"{paper.doses.parts[part]} {number_text(count)}" for part, count in parts.items())


def _how_long(paper: Paper, medicine: Medicine, cell: Node) -> Iterator[Flowable]:
    for text in _course(medicine, paper.doses):  # each on a line of its own: "24" is not to be cut from "tablets"
        yield Text(text, CELL, Node("P", cell))
    if paper.words.translated:
        yield Text(" · ".join(_course(medicine, paper.english_doses)), NOTE, Node("P", cell))
    if medicine.repeats:
        own, english = paper.words.both("repeats")
        for text in (own, english):
            if text:
                yield Text(text.replace("{n}", str(medicine.repeats)), NOTE, Node("P", cell))


def _course(medicine: Medicine, words: DoseWords) -> list[str]:
    """`5 days`, `10 tablets`: for the patient, and for who counts them out."""
    return [text for text in (course_words(medicine, words), quantity_words(medicine, words)) if text]
