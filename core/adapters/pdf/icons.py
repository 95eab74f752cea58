"""When to take a medicine, drawn for who cannot read: sunrise, high sun, sunset, moon; a plate and a pill."""

from collections.abc import Mapping
from fractions import Fraction
from math import cos, pi, sin

from reportlab.platypus import Flowable

from core.adapters.pdf.canvas import PaperCanvas
from core.adapters.pdf.look import COUNT, ICON, NOTHING
from core.adapters.pdf.shaping import break_lines
from core.adapters.pdf.structure import Node
from core.rules.dosage import Food
from core.rules.dose_words import PartOfDay, number_text

_ROUND = 0.5523
"""How far a quarter circle's Bézier handles reach, as a share of the radius."""
_SLOT = 2.55 * ICON
"""Room for an icon and its number."""


def _circle(x: float, y: float, radius: float) -> str:
    hand = radius * _ROUND
    return (
        f"{x + radius:.3f} {y:.3f} m "
        f"{x + radius:.3f} {y + hand:.3f} {x + hand:.3f} {y + radius:.3f} {x:.3f} {y + radius:.3f} c "
        f"{x - hand:.3f} {y + radius:.3f} {x - radius:.3f} {y + hand:.3f} {x - radius:.3f} {y:.3f} c "
        f"{x - radius:.3f} {y - hand:.3f} {x - hand:.3f} {y - radius:.3f} {x:.3f} {y - radius:.3f} c "
        f"{x + hand:.3f} {y - radius:.3f} {x + radius:.3f} {y - hand:.3f} {x + radius:.3f} {y:.3f} c h "
    )


def _half_disc(y: float, radius: float) -> str:
    """The upper half of a sun that stands on the horizon."""
    hand = radius * _ROUND
    return (
        f"{0.5 - radius} {y} m {0.5 - radius} {y + hand} {0.5 - hand} {y + radius} 0.5 {y + radius} c "
        f"{0.5 + hand} {y + radius} {0.5 + radius} {y + hand} {0.5 + radius} {y} c h f "
    )


def _rays(y: float, inner: float, outer: float, eighths: range) -> str:
    turns = [eighth * pi / 4 for eighth in eighths]
    return "".join(
        f"{0.5 + inner * cos(turn):.3f} {y + inner * sin(turn):.3f} m "
        f"{0.5 + outer * cos(turn):.3f} {y + outer * sin(turn):.3f} l S "
        for turn in turns
    )


_HORIZON = "0.02 0.2 m 0.98 0.2 l S "
_RISING = _half_disc(0.2, 0.25) + _rays(0.2, 0.34, 0.5, range(5)) + _HORIZON
_HIGH = _circle(0.5, 0.5, 0.22) + "f " + _rays(0.5, 0.31, 0.48, range(8))
_SETTING = _half_disc(0.2, 0.25) + _HORIZON + "0.2 0.1 m 0.8 0.1 l S 0.34 0.01 m 0.66 0.01 l S "
_MOON = "0.62 0.95 m 0.1 0.9 -0.02 0.22 0.5 0.06 c 0.68 0 0.86 0.08 0.95 0.22 c 0.55 0.18 0.35 0.6 0.62 0.95 c h f "
_SHAPES: Mapping[PartOfDay, str] = {
    PartOfDay.MORNING: _RISING,
    PartOfDay.NOON: _HIGH,
    PartOfDay.EVENING: _SETTING,
    PartOfDay.NIGHT: _MOON,
}
_COLOURS: Mapping[PartOfDay, str] = {
    PartOfDay.MORNING: "0.93 0.56 0.12",
    PartOfDay.NOON: "0.91 0.42 0.06",
    PartOfDay.EVENING: "0.76 0.30 0.22",
    PartOfDay.NIGHT: "0.16 0.25 0.47",
}
_PALE = "0.86 0.89 0.90"
_INK = "0.11 0.17 0.19"
_PLATE = _circle(0.5, 0.5, 0.46) + "S " + _circle(0.5, 0.5, 0.28) + "f "
_PILL_END = "0.75 0.3 l 1.02 0.3 1.02 0.7 0.75 0.7 c "
_PILL = f"0.25 0.3 m {_PILL_END}0.25 0.7 l -0.02 0.7 -0.02 0.3 0.25 0.3 c h S 0.5 0.3 m {_PILL_END}0.5 0.7 l h f "
"""A capsule, one half of it dark."""
_ARROW = "0.1 0.5 m 0.85 0.5 l S 0.6 0.72 m 0.88 0.5 l 0.6 0.28 l S "
_MEALS: Mapping[Food, tuple[str, ...]] = {
    Food.BEFORE: (_PILL, _ARROW, _PLATE),
    Food.AFTER: (_PLATE, _ARROW, _PILL),
    Food.WITH: (_PLATE, _PILL),
}


class DoseIcons(Flowable):  # type: ignore[misc]
    """One row: each part of the day with how many, then the meal; what is not taken then is pale."""

    canv: PaperCanvas

    def __init__(self, parts: Mapping[PartOfDay, Fraction], food: Food, node: Node, *, counted: bool) -> None:
        """`counted`: the numbers are shown, as they are not for an ointment."""
        super().__init__()
        self._parts = parts
        self._food = food
        self._node = node
        self._counted = counted

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """ReportLab asks how much room it takes, in points."""
        self.width, self.height = width, ICON + 5
        return self.width, self.height

    def draw(self) -> None:
        """ReportLab draws it, its lower left corner at the origin."""
        with self.canv.marked(self._node):
            x = 0.0
            for part, count in self._parts.items():
                self._draw(_SHAPES[part], x, _COLOURS[part] if count else _PALE)
                if self._counted:
                    self._number(count, x + ICON + 3)
                x += _SLOT if self._counted else 1.4 * ICON
            for shape in _MEALS.get(self._food, ()):
                self._draw(shape, x, _INK, 0.85 * ICON)
                x += ICON * 1.05

    def _draw(self, shape: str, x: float, colour: str, size: float = ICON) -> None:
        self.canv.draw(f"q {size:g} 0 0 {size:g} {x:.2f} 3 cm {colour} rg {colour} RG 0.07 w 1 J {shape}Q")

    def _number(self, count: Fraction, x: float) -> None:
        style = COUNT if count else NOTHING
        (line,) = break_lines(number_text(count), style, 100)
        self.canv.draw_line(line, style, x, 5)
