"""ReportLab's canvas with what it lacks: shaped lines in fonts by glyph number, and tags for a screen reader."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from core.adapters.pdf.embedding import embed
from core.adapters.pdf.fonts import Face
from core.adapters.pdf.raw import Raw, packed_stream, text_string
from core.adapters.pdf.shaping import Line, Style, space_width
from core.adapters.pdf.structure import Node, write_structure


class PaperCanvas(Canvas):  # type: ignore[misc]
    """Draws lines of shaped text, each with its text, each inside an element of the structure."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._glyphs: defaultdict[Face, set[int]] = defaultdict(set)
        self._pages: list[list[Node]] = [[]]
        """By page: which element each marked content belongs to."""
        self._root: Node | None = None
        self._language = ""

    def draw_line(self, line: Line, style: Style, x: float, baseline: float) -> None:
        """Draw with the text itself as /ActualText (ISO 32000-1, 14.9.4), so that it can be searched and copied."""
        red, green, blue = style.colour.rgb()
        gap = f"[{-space_width(style) * 1000 / style.size:.0f}] TJ "
        shown = gap.join(" ".join(run.shown for run in word.runs) + " " for word in line.words)
        self._code.append(
            f"/Span <</ActualText {text_string(line.text)}>> BDC {red:.3g} {green:.3g} {blue:.3g} rg "
            f"BT {x:.2f} {baseline:.2f} Td {shown}ET EMC"
        )
        for word in line.words:
            for run in word.runs:
                self._glyphs[run.face] |= run.glyphs

    def draw(self, operators: str) -> None:
        """Add operators as they are."""
        self._code.append(operators)

    @contextmanager
    def marked(self, node: Node | None) -> Iterator[None]:
        """What is drawn inside belongs to this element; to none: it is not read (14.8.2.2)."""
        if node is None:
            self._code.append("/Artifact BMC")
        else:
            page = self._pages[-1]
            self._code.append(f"/{node.kind} <</MCID {len(page)}>> BDC")
            node.marks.append((self._doc.thisPageName(), len(page)))
            page.append(node)
        yield
        self._code.append("EMC")

    def set_structure(self, root: Node, language: str) -> None:
        """What the paper consists of, and the language it is mostly in."""
        self._root, self._language = root, language

    def showPage(self) -> None:
        """End the page."""
        super().showPage()
        self._pages.append([])

    def save(self) -> None:
        """Add fonts and structure, then write the file."""
        if self._code:
            self.showPage()
        for font, glyphs in self._glyphs.items():
            embed(self._doc, font, glyphs)
        if self._root is not None:
            write_structure(self._doc, self._root, [nodes for nodes in self._pages if nodes], self._language)
        for page in self._doc.Pages.pages:  # ReportLab would wrap them into ASCII, slowly
            page.Contents = Raw(packed_stream(page.stream.encode("latin-1")))
        super().save()
