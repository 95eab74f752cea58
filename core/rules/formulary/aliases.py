"""What else doctors look for a medicine by: a deployment's brand names, each for one generic. None are shipped."""

import csv
from collections.abc import Mapping

LONGEST = 60


def read_aliases(text: str) -> Mapping[str, str]:
    """Generic by alias, from a CSV `alias,generic`; `#` begins a comment. Raises `ValueError` with every problem."""
    used = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    if not used or used[0][1].removeprefix("\ufeff").strip() != "alias,generic":
        raise ValueError("the heading must be alias,generic")
    found: dict[str, str] = {}
    problems: list[str] = []
    for number, line in used[1:]:
        cells = [" ".join(cell.lower().split()) for cell in next(csv.reader([line]))]
        if len(cells) != 2 or not all(0 < len(cell) <= LONGEST and cell.isprintable() for cell in cells):
            problems.append(f"line {number}: needs an alias and a generic name, each at most {LONGEST} characters")
        elif found.setdefault(*cells) != cells[1]:
            problems.append(f"line {number}: {cells[0]!r} stands for two medicines")
    if problems:
        raise ValueError("\n".join(problems))
    return found
