"""Puts a font into a PDF: composite, by glyph number, only the glyphs that were drawn (ISO 32000-1, 9.7)."""

from typing import Any
from zlib import crc32

from core.adapters.pdf.fonts import Face
from core.adapters.pdf.raw import Raw, add, packed_stream


def embed(document: Any, font: Face, glyphs: frozenset[int] | set[int]) -> None:
    """Under the font's own name in every page's resources."""
    scale = 1000 / font.upem
    base = f"{_prefix(glyphs)}+{font.name}"
    extents = font.font.get_font_extents("ltr")
    program = add(document, packed_stream(font.subset(glyphs)))
    letters = add(document, packed_stream(_to_unicode(font, glyphs)))
    descriptor = add(
        document,
        f"<</Type/FontDescriptor/FontName/{base}/Flags 4/FontBBox[-500 -600 1500 1200]/ItalicAngle 0/StemV 80"
        f"/Ascent {extents.ascender * scale:.0f}/Descent {extents.descender * scale:.0f}/CapHeight 700"
        f"/FontFile2 {program}>>",
    )
    widths = " ".join(f"{glyph}[{font.advance(glyph) * scale:g}]" for glyph in sorted(glyphs))
    descendant = add(
        document,
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{base}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        f"/Supplement 0>>/FontDescriptor {descriptor}/CIDToGIDMap/Identity/DW 0/W[{widths}]>>",
    )
    composite = Raw(
        f"<</Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/Identity-H/DescendantFonts[{descendant}]"
        f"/ToUnicode {letters}>>"
    )
    document.idToObject["BasicFonts"].dict[font.name] = document.Reference(composite)


def _prefix(glyphs: frozenset[int] | set[int]) -> str:
    """Six letters that tell one subset from another (9.6.4)."""
    number = crc32(repr(sorted(glyphs)).encode()) % 26**6
    return "".join(chr(ord("A") + number // 26**place % 26) for place in range(6))


def _to_unicode(font: Face, glyphs: frozenset[int] | set[int]) -> bytes:
    """For readers that do not know /ActualText: the letters that stand alone (9.10.3)."""
    known = [f"<{glyph:04x}> <{font.letters[glyph]:04x}>" for glyph in sorted(glyphs) if glyph in font.letters]
    blocks = [known[start : start + 100] for start in range(0, len(known), 100)]
    chars = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{chars}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
