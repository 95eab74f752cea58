"""The mark across every page of a prescription that is not signed."""

from reportlab.lib.pagesizes import A4

from core.adapters.pdf.canvas import PaperCanvas
from core.adapters.pdf.look import DRAFT
from core.adapters.pdf.paper import Paper
from core.adapters.pdf.text import Text

_TILT = 40
"""Degrees."""


def mark_draft(canvas: PaperCanvas, paper: Paper) -> None:
    """Large and pale, under the text, in the patient's language and in English."""
    width, height = A4
    canvas.saveState()
    canvas.translate(width * 0.24, height * 0.28)
    canvas.rotate(_TILT)
    mark = Text(paper.words["draft"], DRAFT, None)
    mark.wrapOn(canvas, height, width)
    mark.drawOn(canvas, 0, 0)
    canvas.restoreState()
