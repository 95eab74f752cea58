"""A block of shaped text that flows: wraps, aligns, and goes on on the next page."""

from collections.abc import Sequence

from reportlab.platypus import Flowable

from core.adapters.pdf.canvas import PaperCanvas
from core.adapters.pdf.shaping import Line, Style, break_lines
from core.adapters.pdf.structure import Node


class Text(Flowable):  # type: ignore[misc]
    """Text in one style."""

    canv: PaperCanvas

    def __init__(self, text: str, style: Style, node: Node | None, lines: Sequence[Line] | None = None) -> None:
        """`node` is the element of the structure that it is; None: it is not read aloud."""
        super().__init__()
        self._text = text
        self._style = style
        self._node = node
        self._lines = lines
        """Given when this is what is left of a text that was split over pages."""
        self._set: Sequence[Line] = lines or ()

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """ReportLab asks how much room it takes, in points."""
        self._set = self._lines or break_lines(self._text, self._style, round(width, 2))
        self.width = width
        self.height = len(self._set) * self._style.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """What fits into `height` points, and the rest."""
        self.wrap(width, height)
        fit = int(height // self._style.leading)
        if not 0 < fit < len(self._set):
            return []
        return [Text(self._text, self._style, self._node, part) for part in (self._set[:fit], self._set[fit:])]

    def draw(self) -> None:
        """ReportLab draws it, its lower left corner at the origin."""
        descent = (self._style.leading - self._style.size) / 2 + self._style.size * 0.18
        with self.canv.marked(self._node):
            for place, line in enumerate(self._set):
                baseline = self.height - (place + 1) * self._style.leading + descent
                self.canv.draw_line(line, self._style, self._left(line), baseline)

    def _left(self, line: Line) -> float:
        spare = self.width - line.width
        return {"left": 0.0, "centre": spare / 2, "right": spare}[self._style.align]
