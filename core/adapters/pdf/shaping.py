"""Shaped text: words split into script runs, each shaped by HarfBuzz in its script's font, as PDF operators.

ReportLab's own paragraphs hand a whole word to HarfBuzz under one guessed script and the word's first font, and a word
that mixes scripts prints wrong glyphs. Here a run never mixes scripts, and each glyph stands where HarfBuzz puts it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from unicodedata import category

import uharfbuzz as hb
from reportlab.lib.colors import Color

from core.adapters.pdf.fonts import LATIN, WITH_SIGNS, Face, Weight, face, script_of

_VIRAMAS = tuple("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0c4d\u0ccd\u0d4d")
"""Of the scripts that join letters by them; Tamil's (U+0BCD) is a mark like others, and a line may break after it."""
_JOINERS = "\u200c\u200d"
_WORDS_KEPT = 8192
"""Shaped words remembered: a deployment's labels, medicines and doses come again on every paper."""


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks; sizes in points."""

    weight: Weight
    size: float
    leading: float
    colour: Color
    align: str = "left"
    """`left`, `right` or `centre`."""


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a word in one font, shaped."""

    face: Face
    glyphs: frozenset[int]
    shown: str
    """The operators that show it at the current point, and move that point to its end."""
    advance: float
    """In thousandths of the type size."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word (or what is left of a broken one), shaped: runs in reading order, the width in points."""

    text: str
    runs: tuple[Run, ...]
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """Words that stand in one line."""

    words: tuple[Word, ...]
    width: float

    @property
    def text(self) -> str:
        """As it is read."""
        return " ".join(word.text for word in self.words)


def script_runs(text: str) -> Iterator[tuple[str, str]]:
    """Script and text of each part.

    Digits and signs stay with what stands before them where its font has them, else they are a run of their own;
    joiners stay with their letters.
    """
    scripts: list[str] = []
    for char in text:
        before = scripts[-1] if scripts else ""
        common = before if before in WITH_SIGNS or char in _JOINERS or not before else LATIN
        scripts.append(script_of(char) or common)
    first = next((script for script in scripts if script), LATIN)
    first = first if first in WITH_SIGNS else LATIN
    for script, run in groupby(zip(text, scripts, strict=True), key=lambda pair: pair[1] or first):
        yield script, "".join(char for char, _ in run)


@lru_cache(_WORDS_KEPT)
def shape(text: str, weight: Weight, size: float) -> Word:
    """Shape a word."""
    runs = tuple(_shape_run(script, run, weight, size) for script, run in script_runs(text))
    return Word(text, runs, sum(run.advance for run in runs) * size / 1000)


def _shape_run(script: str, text: str, weight: Weight, size: float) -> Run:
    font = face(script, weight)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.script, buffer.direction, buffer.language = script, "ltr", "und"
    hb.shape(font.font, buffer)
    glyphs = [info.codepoint for info in buffer.glyph_infos]
    places = buffer.glyph_positions
    shown = f"/{font.name} {size:g} Tf {_show(font, glyphs, places, size)}"
    advance = sum(place.x_advance for place in places) * 1000 / font.upem
    return Run(font, frozenset(glyphs), shown, advance)


def _show(font: Face, glyphs: list[int], places: list[hb.GlyphPosition], size: float) -> str:
    """One TJ array (ISO 32000-1, 9.4.3); a glyph that is raised has arrays of its own, between two `Ts`."""
    scale = 1000 / font.upem
    parts, row, rise, move = [], "", 0.0, 0.0
    for glyph, place in zip(glyphs, places, strict=True):
        lift = place.y_offset * size / font.upem
        if lift != rise:
            parts.append(f"[{row}] TJ {lift:.3g} Ts " if row else f"{lift:.3g} Ts ")
            row, rise = "", lift
        if shift := round(move - place.x_offset * scale, 2):
            row += f"{shift:g}"
        row += f"<{glyph:04x}>"
        move = (place.x_offset + font.advance(glyph) - place.x_advance) * scale
    if shift := round(move, 2):
        row += f"{shift:g}"
    parts.append(f"[{row}] TJ" + (" 0 Ts" if rise else ""))
    return "".join(parts).replace("><", "")


@lru_cache(_WORDS_KEPT)
def break_lines(text: str, style: Style, width: float) -> tuple[Line, ...]:
    """Set text into lines of at most `width` points; line breaks in the text stay."""
    return tuple(line for paragraph in text.splitlines() or [""] for line in _paragraph(paragraph, style, width))


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
    word = shape(text, style.weight, style.size)
    if word.width <= width:
        yield word
        return
    piece = ""
    for syllable in syllables(text):
        if piece and shape(piece + syllable, style.weight, style.size).width > width:
            yield shape(piece, style.weight, style.size)
            piece = ""
        piece += syllable
    yield shape(piece, style.weight, style.size)


def syllables(text: str) -> Iterator[str]:
    """Parts between which a line may break without tearing a letter from its signs."""
    syllable = ""
    for char in text:
        joined = category(char).startswith("M") or char in _JOINERS or syllable.endswith((*_VIRAMAS, *_JOINERS))
        if syllable and not joined:
            yield syllable
            syllable = ""
        syllable += char
    if syllable:
        yield syllable


def space_width(style: Style) -> float:
    """Points between two words."""
    return shape(" ", style.weight, style.size).width
