"""Shaped text for ReportLab: words split into script runs, each shaped by HarfBuzz on its own, drawn one by one.

ReportLab's own paragraphs hand a whole word to HarfBuzz under one guessed script and the word's first font, and a word
that mixes scripts prints wrong glyphs. Here a run never mixes scripts, and Mukta has both scripts in one font.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from unicodedata import category

from reportlab.lib.abag import ABag
from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import ShapedStr, TTFont, shapeFragWord
from reportlab.pdfgen.canvas import Canvas

REGULAR, MEDIUM, BOLD = "Mukta-Regular", "Mukta-Medium", "Mukta-Bold"
_VIRAMA = "\u094d"
_JOINERS = "\u200c\u200d"
_FEATURES = {"kern": True, "liga": True}


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks; sizes in points."""

    font: str
    size: float
    leading: float
    colour: Color
    align: str = "left"
    """`left`, `right` or `centre`."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word (or what is left of a broken one), shaped: runs in reading order, the width in points."""

    text: str
    runs: tuple[ShapedStr, ...]
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand in one line."""

    words: tuple[Word, ...]
    width: float


def register_fonts() -> None:
    """Make the fonts known to ReportLab, once a process; ReportLab keeps them in a table of its own."""
    for name in (REGULAR, MEDIUM, BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(files("fontpkg_mukta") / "files" / f"{name}.ttf")))


def script_runs(text: str) -> Iterator[str]:
    """Parts of one script each; signs and digits stay with what stands before them."""
    scripts: list[str] = []
    for char in text:
        scripts.append(_script(char) or (scripts[-1] if scripts else ""))
    first = next((script for script in scripts if script), "")
    for _, run in groupby(zip(text, scripts, strict=True), key=lambda pair: pair[1] or first):
        yield "".join(char for char, _ in run)


def _script(char: str) -> str:
    if "\u0900" <= char <= "\u097f" and char not in "\u0964\u0965":
        return "Deva"
    return "Latn" if char.isalpha() else ""


def shape(text: str, style: Style) -> Word:
    """Shape a word."""
    runs = tuple(_shape_run(run, style) for run in script_runs(text))
    return Word(text, runs, sum(_advance(run) for run in runs) * style.size / 1000)


def _shape_run(run: str, style: Style) -> ShapedStr:
    # ReportLab's `shapeStr`, but without discretionary ligatures: an "st" tied together is an ornament.
    fragment = ABag(fontName=style.font, fontSize=style.size)
    return shapeFragWord([0, (fragment, run)], features=_FEATURES, force=True)[1][1]


def _advance(run: ShapedStr) -> float:
    return float(sum(glyph.x_advance for glyph in run.__shapeData__))


def break_lines(text: str, style: Style, width: float) -> list[Line]:
    """Set text into lines of at most `width` points; line breaks in the text stay."""
    return [line for paragraph in text.splitlines() or [""] for line in _paragraph(paragraph, style, width)]


def _paragraph(text: str, style: Style, width: float) -> Iterator[Line]:
    space = space_width(style)
    line: list[Word] = []
    used = 0.0
    for word in (piece for whole in text.split() for piece in _fitting(whole, style, width)):
        if line and used + space + word.width > width:
            yield Line(tuple(line), used)
            line, used = [], 0.0
        used += (space if line else 0.0) + word.width
        line.append(word)
    yield Line(tuple(line), used)


def _fitting(text: str, style: Style, width: float) -> Iterator[Word]:
    """The word itself, or, when it is wider than a line, pieces of it broken between syllables."""
    word = shape(text, style)
    if word.width <= width:
        yield word
        return
    piece = ""
    for syllable in syllables(text):
        if piece and shape(piece + syllable, style).width > width:
            yield shape(piece, style)
            piece = ""
        piece += syllable
    yield shape(piece, style)


def syllables(text: str) -> Iterator[str]:
    """Parts between which a line may break without tearing a letter from its signs."""
    syllable = ""
    for char in text:
        joined = category(char).startswith("M") or char in _JOINERS or syllable.endswith((_VIRAMA, *_JOINERS))
        if syllable and not joined:
            yield syllable
            syllable = ""
        syllable += char
    if syllable:
        yield syllable


def space_width(style: Style) -> float:
    """Points between two words."""
    return float(pdfmetrics.stringWidth(" ", style.font, style.size))


def draw_line(canvas: Canvas, line: Line, style: Style, x: float, baseline: float) -> None:
    """Draw with the text itself as /ActualText (ISO 32000-1, 14.9.4), so that it can be searched and copied."""
    text = " ".join(word.text for word in line.words)
    canvas.addLiteral(f"/Span <</ActualText <feff{text.encode('utf-16-be').hex()}>>> BDC")
    canvas.setFillColor(style.colour)
    for word in line.words:
        start = x
        for run in word.runs:
            out = canvas.beginText(start, baseline)
            out.setFont(style.font, style.size)
            out.textOut(run)
            canvas.drawText(out)
            start += _advance(run) * style.size / 1000
        x += word.width + space_width(style)
    canvas.addLiteral("EMC")
