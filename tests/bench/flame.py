"""Draws a flame graph as a small picture without scripts: width is time, what stands on a function is what it called.

Input are collapsed stacks (`py-spy record --format raw`): `frame;frame;frame count`, outermost first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

WIDTH, ROW, MARGIN, HEAD = 1200, 15, 8, 40
SMALLEST = 0.004
"""Of the whole time; narrower boxes could not be read."""
LETTER = 6.1
"""Width of a letter."""
LOOP = re.compile(r"^(Handle\._run|BaseEventLoop\._run_once|_run|_run_once) ")
"""Below every task and callback: not worth a row each."""
ROOMS = (
    ("SQL", "#d98c5f", ("core/adapters/sql", "sqlalchemy", "sqlite3")),
    ("line (Redis)", "#c9a13b", ("core/adapters/line", "redis", "hiredis")),
    ("clinic", "#8fae5d", ("core/",)),
    ("conversations", "#5fa58c", ("ivr/",)),
    ("Asterisk", "#6f9bd1", ("pbx/",)),
    ("web", "#a98bc4", ("web/", "aiohttp/web")),
    ("libraries", "#b9b9b9", ("",)),
)
"""Name, colour, and what a frame's file begins with."""


@dataclass(slots=True)
class Box:
    """A function as it was called from one place, and the samples in which it was running."""

    name: str
    samples: int = 0
    calls: dict[str, "Box"] = field(default_factory=dict)


def draw(stacks: Iterable[str], title: str) -> str:
    """The picture, as SVG."""
    root = _tree(stacks)
    boxes: list[str] = []
    depth = _place(root, MARGIN, 0, (WIDTH - 2 * MARGIN) / max(root.samples, 1), root.samples * SMALLEST, boxes)
    height = HEAD + (depth + 1) * ROW + MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" '
            'font-size="10"><rect width="100%" height="100%" fill="#fff"/>',
            f'<text x="{MARGIN}" y="16" font-size="13">{escape(title)}</text>',
            *_legend(),
            f'<g transform="translate(0 {height - MARGIN})">',
            *boxes,
            "</g></svg>\n",
        ]
    )


def _tree(stacks: Iterable[str]) -> Box:
    root = Box("all")
    for stack in stacks:
        frames, _, count = stack.rpartition(" ")
        names = [_name(frame) for frame in frames.split(";")]
        start = max((place for place, name in enumerate(names) if LOOP.match(name)), default=-1) + 1
        box, samples = root, int(count)
        root.samples += samples
        for name in names[start:]:
            box = box.calls.setdefault(name, Box(name))
            box.samples += samples
    return root


def _name(frame: str) -> str:
    """`function (file)`: without the line, so that a function is one box."""
    return re.sub(r":\d+\)$", ")", frame)


def _place(box: Box, left: float, depth: int, scale: float, smallest: float, boxes: list[str]) -> int:
    """Draw what was called from here, from left to right; the depth of the deepest row."""
    deepest = depth
    for called in sorted(box.calls.values(), key=lambda each: -each.samples):
        if called.samples >= smallest:
            boxes.append(_drawn(called, left, depth, scale))
            deepest = max(deepest, _place(called, left, depth + 1, scale, smallest, boxes))
            left += called.samples * scale
    return deepest


def _drawn(box: Box, left: float, depth: int, scale: float) -> str:
    width, top = box.samples * scale, -(depth + 1) * ROW
    size = f'width="{max(width - 0.5, 0.5):.1f}" height="{ROW - 1}"'
    rect = f'<rect x="{left:.1f}" y="{top}" {size} fill="{_colour(box.name)}"/>'
    letters = int((width - 4) / LETTER)
    if letters < 4:
        return rect
    return rect + f'<text x="{left + 2:.1f}" y="{top + 10}">{escape(box.name[:letters])}</text>'


def _colour(name: str) -> str:
    file = name.rpartition("(")[2]
    return next(colour for _, colour, starts in ROOMS if file.startswith(starts))


def _legend() -> list[str]:
    return [
        f'<rect x="{MARGIN + 110 * place}" y="22" width="10" height="10" fill="{colour}"/>'
        f'<text x="{MARGIN + 14 + 110 * place}" y="31">{name}</text>'
        for place, (name, colour, _) in enumerate(ROOMS)
    ]
