"""Prints a signed prescription (T6): `core.ports.Printer` made with ReportLab."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from core.adapters.pdf.canvas import PaperCanvas
from core.adapters.pdf.draft import mark_draft
from core.adapters.pdf.look import FOOT, FOOTER, HAIR, MARGIN
from core.adapters.pdf.page import story
from core.adapters.pdf.paper import Paper
from core.adapters.pdf.seal import Seal
from core.adapters.pdf.text import Text
from core.adapters.pdf.words import Words
from core.rules.dose_words import DoseWords
from core.rules.patient import Patient
from core.rules.place import State, place_of
from core.rules.prescription import SignedPrescription
from core.rules.staff import Doctor

VERIFY = "/v/"
"""Where a pharmacy verifies: the clinic's address, this, and the code."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every paper of a deployment shows."""

    clinic_name: str
    grievance_contact: str
    """Telephone number or address for questions and complaints (S24, T9)."""
    time_zone: ZoneInfo
    url: str
    """Where the clinic's pages are, without a slash at the end."""


@dataclass(frozen=True, slots=True)
class PaperTables:
    """The words and names that are data."""

    words: Mapping[str, Mapping[str, str]]
    """`paper.toml`."""
    doses: Mapping[str, DoseWords]
    """`dosage.toml`."""
    states: Sequence[State]
    """`pin_codes.csv`."""


class ReportlabPrinter:
    """One for each process; any number of threads may print at the same time."""

    def __init__(self, letterhead: Letterhead, tables: PaperTables, seal: Seal | None) -> None:
        """Without a seal nothing is sealed: for tests."""
        self._letterhead = letterhead
        self._tables = tables
        self._seal = seal

    def pdf(
        self,
        prescription: SignedPrescription,
        patient: Patient,
        doctor: Doctor,
        *,
        follow_up: bool,
        token: str,
        replaces: str = "",
        draft: bool = False,
    ) -> bytes:
        """T6's content on A4, sealed; takes some 50 ms and may wait for a timestamp, so call it in a thread."""
        tables, language = self._tables, patient.language
        paper = Paper(
            prescription=prescription,
            patient=patient,
            doctor=doctor,
            follow_up=follow_up,
            token=token,
            clinic_name=self._letterhead.clinic_name,
            signed_at=prescription.signed_at.astimezone(self._letterhead.time_zone),
            place=place_of(patient, tables.states, language),
            words=Words(tables.words, language),
            doses=tables.doses.get(language, tables.doses["en"]),
            english_doses=tables.doses["en"],
            verify_at=f"{self._letterhead.url}{VERIFY}{prescription.code}",
            replaces=replaces,
            draft=draft,
        )
        printed = self._print(paper)
        return self._seal.seal(printed) if self._seal and not draft else printed

    def _print(self, paper: Paper) -> bytes:
        out = BytesIO()
        width, height = A4
        document = BaseDocTemplate(
            out, pagesize=A4, title=paper.prescription.number, author=paper.doctor.name, creator=paper.clinic_name,
            keywords=[] if paper.draft else [paper.prescription.code], pageCompression=1,
        )  # fmt: skip
        frame = Frame(MARGIN, FOOTER, width - 2 * MARGIN, height - MARGIN - FOOTER, 0, 0, 0, 0)
        page = PageTemplate(
            "page", [frame],
            onPage=lambda canvas, _: self._begin(canvas, paper), onPageEnd=lambda canvas, _: self._foot(canvas, paper),
        )  # fmt: skip
        document.addPageTemplates(page)
        document.build(story(paper, width - 2 * MARGIN), canvasmaker=PaperCanvas)
        return out.getvalue()

    def _begin(self, canvas: PaperCanvas, paper: Paper) -> None:
        """What every page has below its text."""
        canvas.set_structure(paper.root, paper.words.language)
        if paper.draft:
            mark_draft(canvas, paper)

    def _foot(self, canvas: PaperCanvas, paper: Paper) -> None:
        """Whom to ask, where to call in an emergency, which page of whose paper."""
        words, right = paper.words, A4[0] - MARGIN
        with canvas.marked(None):
            canvas.setStrokeColor(HAIR)
            canvas.setLineWidth(0.6)
            canvas.line(MARGIN, FOOTER - 8, right, FOOTER - 8)
        whose = f"{paper.prescription.number} · {words.own('patient_id')} {paper.patient.code}"
        lines = (
            f"{words['grievance']}: {self._letterhead.grievance_contact}",
            words["emergency"],
            f"{whose} · {words.own('page')} {canvas.getPageNumber()}",
        )
        for place, line in enumerate(lines, 1):
            foot = Text(line, FOOT, None)
            foot.wrapOn(canvas, right - MARGIN, FOOTER)
            foot.drawOn(canvas, MARGIN, FOOTER - 9 - place * FOOT.leading)
