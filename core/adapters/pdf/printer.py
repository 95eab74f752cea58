"""Prints a signed prescription (T6): `core.ports.Printer` made with ReportLab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from core.adapters.pdf.draft import mark_draft
from core.adapters.pdf.look import FOOT, FOOTER, HAIR, MARGIN
from core.adapters.pdf.page import Paper, story
from core.adapters.pdf.shaping import register_fonts
from core.adapters.pdf.text import Text
from core.adapters.pdf.words import Words
from core.rules.patient import Patient
from core.rules.place import State, place_of
from core.rules.prescription import SignedPrescription
from core.rules.staff import Doctor


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every paper of a deployment shows."""

    clinic_name: str
    grievance_contact: str
    """Telephone number or address for questions and complaints (S24, T9)."""
    time_zone: ZoneInfo


class ReportlabPrinter:
    """One for each process; prints one paper at a time, since ReportLab's shaped fonts are not made for threads."""

    def __init__(self, letterhead: Letterhead, words: Mapping[str, Mapping[str, str]], states: Sequence[State]) -> None:
        """`words` and `states` are the tables `paper.toml` and `pin_codes.csv`."""
        self._letterhead = letterhead
        self._words = words
        self._states = states
        self._lock = Lock()
        register_fonts()

    def pdf(
        self,
        prescription: SignedPrescription,
        patient: Patient,
        doctor: Doctor,
        *,
        follow_up: bool,
        token: str,
        draft: bool = False,
    ) -> bytes:
        """T6's content on A4; takes some 100 ms of CPU, so call it in a thread."""
        paper = Paper(
            prescription=prescription,
            patient=patient,
            doctor=doctor,
            follow_up=follow_up,
            token=token,
            clinic_name=self._letterhead.clinic_name,
            signed_at=prescription.signed_at.astimezone(self._letterhead.time_zone),
            place=place_of(patient, self._states, patient.language),
            words=Words(self._words, patient.language),
            draft=draft,
        )
        with self._lock:
            return self._print(paper)

    def _print(self, paper: Paper) -> bytes:
        out = BytesIO()
        width, height = A4
        document = BaseDocTemplate(
            out, pagesize=A4, title=paper.prescription.number, author=paper.doctor.name,
            creator=paper.clinic_name, lang=paper.patient.language, initialFontName="Mukta-Regular",
        )  # fmt: skip
        frame = Frame(MARGIN, FOOTER, width - 2 * MARGIN, height - MARGIN - FOOTER, 0, 0, 0, 0)
        document.addPageTemplates(PageTemplate("page", [frame], onPage=lambda canvas, _: self._frame(canvas, paper)))
        document.build(story(paper, width - 2 * MARGIN))
        return out.getvalue()

    def _frame(self, canvas: Canvas, paper: Paper) -> None:
        """What every page has around its text."""
        if paper.draft:
            mark_draft(canvas, paper)
        self._foot(canvas, paper)

    def _foot(self, canvas: Canvas, paper: Paper) -> None:
        """Whom to ask, where to call in an emergency, which page of whose paper."""
        words, right = paper.words, A4[0] - MARGIN
        canvas.setStrokeColor(HAIR)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, FOOTER - 8, right, FOOTER - 8)
        lines = (
            f"{words['grievance']}: {self._letterhead.grievance_contact}",
            words["emergency"],
            f"{paper.prescription.number} · {words.own('patient_id')} {paper.patient.code}"
            f" · {words.own('page')} {canvas.getPageNumber()}",
        )
        for place, line in enumerate(lines, 1):
            foot = Text(line, FOOT)
            foot.wrapOn(canvas, right - MARGIN, FOOTER)
            foot.drawOn(canvas, MARGIN, FOOTER - 9 - place * FOOT.leading)
