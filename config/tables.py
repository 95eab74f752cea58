"""The tables a deployment may change, read into plain objects: formulary, SMS, PIN codes, words on paper and for doses.

Every error is a `BadTable` that names the file, the line (of a CSV) and the key.
"""

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.rules.dosage import Food, Pattern
from core.rules.dose_words import Counted, DoseWords, PartOfDay, Unit
from core.rules.place import State
from core.rules.prescription import Drug, DrugList
from core.rules.sms_template import BadSms, SmsTemplate, SmsTemplates

HERE = Path(__file__).resolve().parent
FORMULARY = HERE / "formulary.csv"
SMS = HERE / "sms.toml"
PIN_CODES = HERE / "pin_codes.csv"
PAPER = HERE / "paper.toml"
DOSAGE = HERE / "dosage.toml"

LONGEST_NAME = 30
LONGEST_STRENGTH = 14
"""Characters: both travel in SMS variables (T11), the strength in one of `longest = 14`."""


class BadTable(Exception):
    """A table that cannot be used."""

    def __init__(self, path: Path, where: str, why: str) -> None:
        super().__init__(f"{path}: {where}: {why}")


def load_formulary(path: Path = FORMULARY) -> Mapping[str, Drug]:
    """Drugs by generic name, in the file's order. One line for each generic and form."""
    lines: dict[str, list[tuple[str, Mapping[str, str]]]] = {}
    for where, row in _rows(path, ("generic", "list", "form", "strengths")):
        generic = row["generic"].lower()
        _check_generic(path, where, generic)
        lines.setdefault(generic, []).append((where, row))
    return {generic: _drug(path, generic, rows) for generic, rows in lines.items()}


def load_sms_templates(
    path: Path = SMS, *, languages: Iterable[str], clinic_name: str, public_url: str
) -> SmsTemplates:
    """All templates, with the clinic's name and address in their fixed text; each has every language."""
    fixed = {"{clinic_name}": clinic_name, "{public_url}": public_url.rstrip("/")}
    table = read_toml(path)
    templates = {
        (key, language): _template(path, key, language, texts.get(language), fixed)
        for key, texts in table.items()
        for language in languages
    }
    try:
        return SmsTemplates(templates)
    except BadSms as bad:
        raise BadTable(path, bad.key, str(bad)) from bad


def load_states(path: Path = PIN_CODES) -> Sequence[State]:
    """The states; every column besides `code` and `prefixes` is a language."""
    return [_state(path, where, row) for where, row in _rows(path, ("code", "en", "prefixes"))]


def load_paper_words(path: Path = PAPER) -> Mapping[str, Mapping[str, str]]:
    """The words printed on paper, by language; every language has the keys English has."""
    table = read_toml(path)
    if "en" not in table:
        raise BadTable(path, "en", "is missing")
    for language, words in table.items():
        for key in sorted(table["en"].keys() ^ words.keys()):
            raise BadTable(path, f"{language}.{key}", "every language needs the same keys as en")
    return table


def load_dose_words(path: Path = DOSAGE) -> Mapping[str, DoseWords]:
    """The words for doses, by language; English is always there."""
    table = read_toml(path)
    if "en" not in table:
        raise BadTable(path, "en", "is missing")
    return {language: _dose_words(path, language, words) for language, words in table.items()}


def _dose_words(path: Path, language: str, words: Mapping[str, Any]) -> DoseWords:
    try:
        return DoseWords(
            units={unit: _counted(words["units"][unit]) for unit in Unit},
            parts={part: words["parts"][part] for part in PartOfDay},
            at=words["at"],
            times=tuple(words["times"][place] for place in range(4)),
            patterns={
                pattern: words["patterns"][pattern]
                for pattern in (Pattern.AS_NEEDED, Pattern.BEDTIME, Pattern.AT_ONCE, Pattern.WEEKLY)
            },
            food={food: words["food"][food] for food in Food if food is not Food.ANY},
            days=_counted(words["days"]),
        )
    except (KeyError, IndexError, TypeError) as error:
        raise BadTable(path, language, f"{error} is missing, or is not of the kind that English has there") from error


def _counted(phrase: str | Mapping[str, str]) -> Counted:
    """One text for every number, or a table of those that differ."""
    given = {"one": phrase} if isinstance(phrase, str) else phrase
    one = given["one"]
    return Counted(one, given.get("many", one), given.get("half", one))


def _rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each row with where it stands; lines that begin with `#` are comments."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadTable(path, "file", str(error)) from error
    used = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    rows = csv.DictReader((line for _, line in used), strict=True)
    for key in needed:
        if key not in (rows.fieldnames or ()):
            raise BadTable(path, key, "the heading has no such column")
    for row, (number, _) in zip(rows, used[1:], strict=True):
        yield f"line {number}", _full_row(path, f"line {number}", row)


def _full_row(path: Path, where: str, row: Mapping[Any, Any]) -> Mapping[str, str]:
    for key, value in row.items():
        if key is None or value is None:
            raise BadTable(path, where, "has more or fewer values than the heading")
        if not value.strip():
            raise BadTable(path, f"{where}, {key}", "is empty")
    return {key: value.strip() for key, value in row.items()}


def _check_generic(path: Path, where: str, generic: str) -> None:
    if len(generic) > LONGEST_NAME or not generic.isascii():
        raise BadTable(path, f"{where}, generic", f"{generic!r} must be plain and at most {LONGEST_NAME} characters")


def _drug(path: Path, generic: str, rows: Sequence[tuple[str, Mapping[str, str]]]) -> Drug:
    pairs = [(row["form"], strength) for where, row in rows for strength in _strengths(path, where, row["strengths"])]
    where, first = rows[0]
    if any(row["list"] != first["list"] for _, row in rows):
        raise BadTable(path, f"{where}, list", f"{generic!r} stands in two lists")
    if len(set(pairs)) < len(pairs):
        raise BadTable(path, f"{where}, strengths", f"{generic!r} has a form and strength twice")
    try:
        drug_list = DrugList(first["list"])
    except ValueError as error:
        raise BadTable(path, f"{where}, list", f"{first['list']!r} is none of {', '.join(DrugList)}") from error
    forms, strengths = (tuple(dict.fromkeys(column)) for column in zip(*pairs, strict=True))
    return Drug(generic, forms, strengths, drug_list, frozenset(pairs))


def _strengths(path: Path, where: str, text: str) -> Sequence[str]:
    strengths = [strength.strip() for strength in text.split(";")]
    for strength in strengths:
        if not strength or len(strength) > LONGEST_STRENGTH or not strength.isascii():
            why = f"{strength!r} must be plain and 1 to {LONGEST_STRENGTH} characters"
            raise BadTable(path, f"{where}, strengths", why)
    return strengths


def _state(path: Path, where: str, row: Mapping[str, str]) -> State:
    names = {key: value for key, value in row.items() if key not in ("code", "prefixes")}
    prefixes = tuple(row["prefixes"].split())
    for prefix in prefixes:
        if not (prefix.isdecimal() and len(prefix) <= 6):
            raise BadTable(path, f"{where}, prefixes", f"{prefix!r} is not the beginning of a PIN code")
    return State(row["code"], names, prefixes)


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file. Raises `BadTable`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadTable(path, "file", str(error)) from error


def _template(path: Path, key: str, language: str, entry: object, fixed: Mapping[str, str]) -> SmsTemplate:
    where = f"{key}.{language}"
    if not isinstance(entry, dict):
        raise BadTable(path, where, "is missing")
    text, dlt_id, segments, longest = (entry.get(name) for name in ("text", "dlt_id", "segments", "longest"))
    if not (isinstance(text, str) and isinstance(dlt_id, str) and isinstance(segments, int)):
        raise BadTable(path, where, "needs text, dlt_id (strings) and segments (a whole number)")
    if not isinstance(longest or {}, dict):
        raise BadTable(path, f"{where}.longest", "must be a table of whole numbers")
    for name, value in fixed.items():
        text = text.replace(name, value)
    return SmsTemplate(key, language, dlt_id, text, segments, longest or {})
