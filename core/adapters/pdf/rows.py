"""Rows of cells side by side; a table of them goes on on the next page under its heading. ReportLab's own is slow."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from core.adapters.pdf.canvas import PaperCanvas

Cell = Sequence[Flowable]


@dataclass(frozen=True, slots=True)
class Grid:
    """What the rows have in common; points."""

    widths: tuple[float, ...]
    padding: float = 0
    """Above and below a cell's content."""
    side: float = 0
    """To its left and right."""
    line: Color | None = None
    """Below each row."""
    tint: Color | None = None
    """Behind all rows, with rounded corners."""


class Rows(Flowable):  # type: ignore[misc]
    """A table, or columns of text: a row is as high as its highest cell."""

    canv: PaperCanvas

    def __init__(self, grid: Grid, rows: Sequence[Sequence[Cell]], heading: Sequence[Cell] | None = None) -> None:
        super().__init__()
        self._grid = grid
        self._body = rows
        self._heading = heading
        self._heights: list[float] = []

    @property
    def _rows(self) -> list[Sequence[Cell]]:
        return [*([self._heading] if self._heading else []), *self._body]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """ReportLab asks how much room it takes, in points."""
        self._heights = [max(self._height(cell, at) for at, cell in enumerate(row)) for row in self._rows]
        self.width, self.height = sum(self._grid.widths), sum(self._heights)
        return self.width, self.height

    def _height(self, cell: Cell, column: int) -> float:
        inner = self._grid.widths[column] - 2 * self._grid.side
        return sum(float(flowable.wrap(inner, 10_000)[1]) for flowable in cell) + 2 * self._grid.padding

    def split(self, width: float, height: float) -> list[Flowable]:
        """The rows that fit into `height` points, and the rest under the same heading."""
        self.wrap(width, height)
        fit, used = 0, 0.0
        while fit < len(self._heights) and used + self._heights[fit] <= height:
            used += self._heights[fit]
            fit += 1
        fit -= 1 if self._heading else 0
        if not 0 < fit < len(self._body):
            return []
        return [Rows(self._grid, part, self._heading) for part in (self._body[:fit], self._body[fit:])]

    def draw(self) -> None:
        """ReportLab draws it, its lower left corner at the origin."""
        if self._grid.tint:
            with self.canv.marked(None):
                self.canv.setFillColor(self._grid.tint)
                self.canv.roundRect(0, 0, self.width, self.height, 6, stroke=0, fill=1)
        top = self.height
        for row, height in zip(self._rows, self._heights, strict=True):
            left = 0.0
            for cell, width in zip(row, self._grid.widths, strict=True):
                self._draw_cell(cell, left + self._grid.side, top - self._grid.padding)
                left += width
            top -= height
            self._rule(top)

    def _draw_cell(self, cell: Cell, left: float, top: float) -> None:
        for flowable in cell:
            top -= flowable.height
            flowable.drawOn(self.canv, left, top)

    def _rule(self, at: float) -> None:
        if self._grid.line is None:
            return
        with self.canv.marked(None):
            self.canv.setStrokeColor(self._grid.line)
            self.canv.setLineWidth(0.6)
            self.canv.line(0, at, self.width, at)
