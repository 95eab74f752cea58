"""Where the parts of a small picture stand: bars and curves for SVG that the server writes. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

NICE = (1, 2, 3, 4, 6, 8, 10)
"""What the top of a scale begins with."""


@dataclass(frozen=True, slots=True)
class Column:
    """One upright bar: its upper left corner and its size, in the picture's units."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a lying bar, in percent of the whole."""

    start: float
    length: float


def scale_top(highest: int) -> int:
    """The top of a scale on which `highest` fits: two round digits at most, and at least 6."""
    unit = 1
    while unit * 10 < max(highest, 6):
        unit *= 10
    return next(nice * unit for nice in NICE if nice * unit >= max(highest, 6))


def columns(values: Sequence[int], places: int, top: int, *, width: float, height: float) -> list[Column]:
    """Bars from the left, for which there is room for `places`; each fills seven tenths of its place."""
    place = width / places
    tall = [height * value / top for value in values]
    return [
        Column(round((at + 0.15) * place, 1), round(height - each, 1), round(place * 0.7, 1), round(each, 1))
        for at, each in enumerate(tall)
    ]


def curve(values: Sequence[int], top: int, *, width: float, height: float) -> str:
    """The `points` of a polyline through the middle of each place."""
    place = width / max(1, len(values))
    points = ((round((at + 0.5) * place, 1), round(height * (1 - value / top), 1)) for at, value in enumerate(values))
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def parts(values: Sequence[int]) -> list[Part]:
    """One bar divided among the values, one behind the other; all empty when there is nothing to divide."""
    whole = sum(values) or 1
    lengths = [100 * each / whole for each in values]
    return [Part(round(sum(lengths[:at]), 2), round(each, 2)) for at, each in enumerate(lengths)]


def label_step(places: int, most: int) -> int:
    """Every how many places a label stands, when there is room for `most` labels."""
    return -(-places // most)


def busy_hours(*days: Sequence[int], first: int, last: int) -> range:
    """The hours to be drawn: from `first` to `last`, and further where something happened outside of them."""
    busy = [hour for day in days for hour, count in enumerate(day) if count]
    return range(min([first, *busy]), max([last, *busy]) + 1)
