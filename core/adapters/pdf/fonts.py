"""The paper's letters: one font a script and weight, loaded when a paper first needs it.

Mukta has Devanagari and Latin in one font, with digits and signs; the other scripts are Noto Sans, which has little but
their own letters. Both are under the SIL Open Font License and come as packages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from importlib.resources import files

import uharfbuzz as hb


class Weight(IntEnum):
    """How heavy the letters are (OpenType's `wght`)."""

    REGULAR = 400
    MEDIUM = 500
    BOLD = 700


LATIN, DEVANAGARI = "Latn", "Deva"
_MUKTA: Mapping[Weight, str] = {Weight.REGULAR: "Regular", Weight.MEDIUM: "Medium", Weight.BOLD: "Bold"}
_NOTO: Mapping[str, str] = {
    "Beng": "Bengali",
    "Guru": "Gurmukhi",
    "Gujr": "Gujarati",
    "Orya": "Oriya",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Knda": "Kannada",
    "Mlym": "Malayalam",
}
_BLOCKS: tuple[str, ...] = (DEVANAGARI, *_NOTO)
"""ISO 15924, in the order of their Unicode blocks of 128 characters, which begin at U+0900."""
WITH_SIGNS = frozenset({LATIN, DEVANAGARI})
"""The scripts whose font also has the digits and signs."""
_LAYOUT = ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "name", "post", "OS/2", "cmap", "DSIG", "gasp", "meta")
"""What a font needs to be shaped or installed, but not to be drawn from inside a PDF."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One font in one weight."""

    name: str
    """Also its name in the PDF's resources."""
    font: hb.Font
    upem: int
    letters: Mapping[int, int] = field(repr=False)
    """Which character a glyph is, of those that are one."""
    _prepared: hb.Face = field(repr=False)

    def advance(self, glyph: int) -> int:
        """A glyph's own width, in the font's units."""
        return int(self.font.get_glyph_h_advance(glyph))

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """A TrueType font that has only these glyphs, under their numbers."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update({0, *glyphs})
        wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING
        wanted.drop_table_tag_set.update(_tag(table) for table in _LAYOUT)
        return bytes(hb.subset(self._prepared, wanted).blob.data)


def _tag(table: str) -> int:
    return int.from_bytes(table.encode(), "big")


def face(script: str, weight: Weight) -> Face:
    """The font for a script. One set for the process: they are read only."""
    return _face(LATIN if script in WITH_SIGNS else script, weight)


@cache
def _face(script: str, weight: Weight) -> Face:
    if script == LATIN:
        path = files("fontpkg_mukta") / "files" / f"Mukta-{_MUKTA[weight]}.ttf"
        loaded = hb.Face(hb.Blob(path.read_bytes()))
    else:
        path = files("manimgx_fonts") / f"NotoSans{_NOTO[script]}[wght].ttf"
        loaded = _at_weight(hb.Face(hb.Blob(path.read_bytes())), weight)
    family = "Mukta" if script == LATIN else f"NotoSans{_NOTO[script]}"
    font = hb.Font(loaded)
    letters = {font.get_nominal_glyph(char): char for char in sorted(loaded.unicodes, reverse=True)}
    return Face(f"{family}-{_MUKTA[weight]}", font, loaded.upem, letters, hb.subset_preprocess(loaded))


def _at_weight(variable: hb.Face, weight: Weight) -> hb.Face:
    """A variable font held at one weight: PDF knows no variable fonts."""
    everything = hb.SubsetInput()
    everything.keep_everything()
    everything.pin_axis_location(variable, "wght", weight)
    return hb.subset(variable, everything)


def script_of(char: str) -> str:
    """The script whose font has this letter; empty for what all have in common: signs, digits, joiners."""
    block = (ord(char) - 0x0900) >> 7
    if 0 <= block < len(_BLOCKS):
        return "" if char in "\u0964\u0965" else _BLOCKS[block]
    return LATIN if char.isalpha() else ""


def scripts() -> tuple[str, ...]:
    """All that can be printed, ISO 15924."""
    return (LATIN, *_BLOCKS)
