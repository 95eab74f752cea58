"""The formulary as a CSV table: read strictly, with every problem told by line and column at once.

One line for each generic and form. `#` begins a comment. Columns beyond `NEEDED` may be left out, or left empty.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import TypeVar

from core.rules.formulary.drug import Drug, DrugList, Formulary, Maximum, Pregnancy, Product, Schedule
from core.rules.formulary.forbidden import Forbidden
from core.rules.formulary.quantity import quantity

NEEDED = ("generic", "list", "form", "strengths")
OPTIONAL = (
    "route", "schedule", "daily_max", "weekly_max", "max_days", "source", "from_age", "contains", "classes", "use",
    "pregnancy",
)  # fmt: skip
LONGEST_TABLE = 1_000_000
"""Characters."""
LONGEST_NAME = 30
LONGEST_FORM = 30
LONGEST_STRENGTH = 14
"""Characters: names and strengths travel in SMS variables (T11), the strength in one of `longest = 14`."""
LONGEST_WORDS = 60
OLDEST = 120
_VERSION = re.compile(r"[0-9a-f]{12}")
_NAME = re.compile(r"[a-z][a-z0-9 +.,/()-]*")
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9 .,/()-]*")
_STRENGTH = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .,/()%+-]*")
Row = Mapping[str, str]
E = TypeVar("E", bound=StrEnum)


class BadFormulary(ValueError):
    """A table that cannot be used; `problems` are all there are, each with its line and column."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def version_of(text: str) -> str:
    """Of a table: the same however its lines end."""
    return sha256("\n".join(text.splitlines()).encode()).hexdigest()[:12]


def is_version(text: str) -> bool:
    """Whether this can be a version."""
    return _VERSION.fullmatch(text) is not None


def milligrams(amount: str) -> Fraction | None:
    """`500 mg`, `5 mcg`, `1 g`; None for whatever is no plain mass (`125 mg/5 ml`, `1 %`)."""
    found = quantity(amount)
    return found.amount if found and found.unit == "mg" else None


def read_beside(text: str, files: Formulary) -> Formulary:
    """Another table in the place of the deployment's own: the other names hold, and what is never prescribed.

    Raises `BadFormulary`."""
    read = read_formulary(text, files.never)
    return replace(read, aliases=files.aliases, everyday=files.everyday)


def read_formulary(text: str, never: Mapping[str, str] | None = None) -> Formulary:
    """The table's medicines, in its order; none that is named in `never` may stand in another list than `prohibited`.

    Raises `BadFormulary`."""
    if len(text) > LONGEST_TABLE:
        raise BadFormulary([f"file: more than {LONGEST_TABLE} characters"])
    reading = _Reading(Forbidden(never or {}))
    lines: dict[str, list[_Line]] = {}
    for line in _lines(text, reading):
        lines.setdefault(line.row["generic"].lower(), []).append(line)
    drugs = {generic: _drug(generic, theirs, reading) for generic, theirs in lines.items()}
    if not lines and not reading.problems:
        reading.problems.append((0, "file: no medicine stands in it"))
    if reading.problems:
        raise BadFormulary([problem for _, problem in sorted(reading.problems, key=lambda told: told[0])])
    return Formulary(drugs, version_of(text), text, never=never or {})


@dataclass(slots=True)
class _Reading:
    """What is looked for, and what was found wrong so far."""

    forbidden: Forbidden
    problems: list[tuple[int, str]] = field(default_factory=list)
    """Each with its line."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One row, where it stands, and how it tells what is wrong in it."""

    number: int
    row: Row
    reading: _Reading

    def wrong(self, column: str, why: str) -> None:
        where = f"line {self.number}, {column}" if column else f"line {self.number}"
        self.reading.problems.append((self.number, f"{where}: {why}"))

    def text(self, column: str, pattern: re.Pattern[str], longest: int) -> str:
        value = self.row[column]
        if value and not (pattern.fullmatch(value) and len(value) <= longest):
            self.wrong(column, f"{value!r} must be plain and 1 to {longest} characters")
        return value

    def one_of(self, column: str, kind: type[E], default: E) -> E:
        try:
            return kind(self.row[column])
        except ValueError:
            self.wrong(column, f"{self.row[column]!r} is none of {', '.join(filter(None, kind))}")
            return default

    def several(self, column: str, pattern: re.Pattern[str], longest: int) -> tuple[str, ...]:
        values = tuple(value.strip() for value in self.row[column].split(";")) if self.row[column] else ()
        for value in values:
            if not (pattern.fullmatch(value) and len(value) <= longest):
                self.wrong(column, f"{value!r} must be plain and 1 to {longest} characters")
        if len(set(values)) < len(values):
            self.wrong(column, "has something twice")
        return values


def _lines(text: str, reading: _Reading) -> Iterator[_Line]:
    """Rows that have what every row needs; of the others it is said what they lack."""
    used = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    if not used:
        return
    heading = [column.strip() for column in used[0][1].removeprefix("\ufeff").split(",")]
    wrong = [f"{column}: the heading has no such column" for column in NEEDED if column not in heading]
    wrong += [f"line {used[0][0]}, {column}: no such column is known" for column in heading if not _known(column)]
    wrong += ["the heading names a column twice"] if len(set(heading)) < len(heading) else []
    reading.problems.extend((used[0][0], problem) for problem in wrong)
    for number, line in () if wrong else used[1:]:
        values = _values(line)
        if values is None or len(values) != len(heading):
            _Line(number, {}, reading).wrong("", "has more or fewer values than the heading")
            continue
        row = dict.fromkeys(OPTIONAL, "") | dict(zip(heading, values, strict=True))
        found = _Line(number, row, reading)
        empty = [column for column in NEEDED if not row[column]]
        for column in empty:
            found.wrong(column, "is empty")
        if not empty:
            yield found


def _known(column: str) -> bool:
    return column in NEEDED or column in OPTIONAL


def _values(line: str) -> list[str] | None:
    """The cells of one line; None when it is no CSV."""
    try:
        (cells,) = csv.reader([line], strict=True)
    except csv.Error:
        return None
    return [cell.strip() for cell in cells]


def _drug(generic: str, lines: Sequence[_Line], reading: _Reading) -> Drug:
    first = lines[0]
    if not _NAME.fullmatch(generic) or len(generic) > LONGEST_NAME:
        first.wrong("generic", f"{generic!r} must be plain and at most {LONGEST_NAME} characters")
    for line in lines[1:]:
        for column, what in (("contains", "contents"), ("use", "uses")):
            if line.row[column] != first.row[column]:
                line.wrong(column, f"{generic!r} stands in two {what}")
        if line.row["list"] != first.row["list"] and not {line.row["list"], first.row["list"]} <= {"A", "B"}:
            line.wrong("list", f"{generic!r} stands in two lists, and they are not A and B")
    products = tuple(map(_product, lines))
    _check_forms(generic, lines)
    lists = [first.one_of("list", DrugList, DrugList.PROHIBITED), *(product.drug_list for product in products)]
    drug_list = DrugList.A if DrugList.A in lists else lists[0] or DrugList.PROHIBITED
    for line, product in zip(lines, products, strict=True):
        if product.schedule is Schedule.X and drug_list is not DrugList.PROHIBITED:
            line.wrong("schedule", "what is in Schedule X must be in the list `prohibited` (T3)")
    for line in lines:
        never = reading.forbidden.named(f"{generic}\n{line.row['contains']}", mistyped=False)
        if never and line.row["list"] != DrugList.PROHIBITED:
            line.wrong("list", f"{generic!r}: {never} must be in the list `prohibited`, here as everywhere (T3)")
    classes = dict.fromkeys(one for line in lines for one in line.several("classes", _NAME, LONGEST_WORDS))
    contains = first.several("contains", _NAME, LONGEST_WORDS)
    return Drug(generic, drug_list, products, tuple(classes), first.text("use", _WORDS, LONGEST_WORDS), contains)


def _check_forms(generic: str, lines: Iterable[_Line]) -> None:
    seen = set[str]()
    for line in lines:
        if line.row["form"] in seen:
            line.wrong("form", f"{generic!r} has this form twice: put all its strengths into one line")
        seen.add(line.row["form"])


def _product(line: _Line) -> Product:
    return Product(
        form=line.text("form", _WORDS, LONGEST_FORM),
        strengths=line.several("strengths", _STRENGTH, LONGEST_STRENGTH),
        route=line.text("route", _WORDS, LONGEST_FORM),
        schedule=line.one_of("schedule", Schedule, Schedule.UNSTATED),
        daily_maximum=_maximum(line, "daily_max"),
        weekly_maximum=_maximum(line, "weekly_max"),
        longest=_whole(line, "max_days", "is not a number of days"),
        source=_source(line),
        drug_list=DrugList(line.row["list"]) if line.row["list"] in list(DrugList) else None,
        from_age=_whole(line, "from_age", "is not an age in whole years"),
        pregnancy=line.one_of("pregnancy", Pregnancy, Pregnancy.UNSTATED),
    )


def _source(line: _Line) -> str:
    source = line.text("source", _WORDS, LONGEST_WORDS)
    for column, what in (("daily_max", "daily maximum"), ("weekly_max", "weekly maximum"), ("max_days", "maximum")):
        if line.row[column] and not source:
            line.wrong("source", f"a {what} needs the public source that names it")
    return source


def _maximum(line: _Line, column: str) -> Maximum | None:
    written = line.row[column]
    most = quantity(written) if written else None
    if written and (most is None or most.amount == 0):
        line.wrong(column, f"{written!r} is not like `4000 mg`")
    return Maximum(most, line.row["source"]) if most else None


def _whole(line: _Line, column: str, why: str) -> int:
    text = line.row[column]
    if text and not (text.isascii() and text.isdecimal() and int(text[:4]) <= OLDEST and len(text) <= 3):
        line.wrong(column, f"{text!r} {why}")
        return 0
    return int(text or 0)
