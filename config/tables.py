"""The tables a deployment may change, read into plain objects: formulary, SMS, PIN codes, words on paper and for doses.

What ships beside this file is read once a process: a changed file needs a restart.
Every error is a `BadTable` that names the file, the line (of a CSV) and the key.
"""

import csv
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from core.rules.dosage import Food, Pattern
from core.rules.dose_unit import Unit
from core.rules.dose_words import Counted, DoseWords, PartOfDay
from core.rules.formulary.aliases import read_aliases
from core.rules.formulary.drug import Formulary
from core.rules.formulary.known_names import read_never, read_synonyms
from core.rules.formulary.table import read_beside, read_formulary
from core.rules.place import State
from core.rules.sms_template import CLINIC_NAME, PUBLIC_URL, BadSms, SmsTemplate, SmsTemplates, fixed_in

HERE = Path(__file__).resolve().parent
FORMULARY = HERE / "formulary.csv"
SYNONYMS = HERE / "synonyms.toml"
PROHIBITED = HERE / "prohibited.toml"
SMS = HERE / "sms.toml"
PIN_CODES = HERE / "pin_codes.csv"
PAPER = HERE / "paper.toml"
DOSAGE = HERE / "dosage.toml"

T = TypeVar("T")


class BadTable(Exception):
    """A table that cannot be used."""

    def __init__(self, path: Path, where: str, why: str) -> None:
        super().__init__(f"{path}: {where}: {why}")


class BadFile(BadTable):
    """Everything that is wrong in one file, a line for each."""

    def __init__(self, path: Path, problems: ValueError) -> None:
        Exception.__init__(self, "\n".join(f"{path}: {line}" for line in str(problems).splitlines()))


def load_formulary(path: Path = FORMULARY, aliases: Path | None = None) -> Formulary:
    """Medicines by generic name, in the file's order, with the names that ship beside it, and a deployment's brands.

    Nothing that is prohibited in the shipped table or by name stands in another list, whatever the deployment's says.
    """
    shipped, names = _shipped(FORMULARY, PROHIBITED, SYNONYMS)
    brands: Mapping[str, str] = {} if aliases is None else _read(aliases, read_aliases)
    for brand in (one for one, generic in brands.items() if generic not in names.never):
        if shipped.forbidden.named(brand, mistyped=False):
            raise BadTable(aliases or path, brand, "may never be prescribed, under no other name either (T3)")
    if brands:
        names = replace(names, aliases={**names.aliases, **brands}, everyday=names.everyday - brands.keys())
    return names if path == FORMULARY else _read(path, lambda text: read_beside(text, names))


@cache
def _shipped(formulary: Path, prohibited: Path, synonyms: Path) -> tuple[Formulary, Formulary]:
    """The medicines that ship, without and with the names that ship beside them."""
    named = _made(prohibited, read_never)
    drugs = _read(formulary, lambda text: read_formulary(text, named))
    never = {**{drug.generic: drug.generic for drug in drugs.values() if drug.prohibited}, **named}
    for name in sorted(set(named.values()) - never.keys()):
        raise BadTable(prohibited, f"spellings.{name}", "is neither a name above nor prohibited in the formulary")
    aliases, everyday = _made(synonyms, lambda tables: read_synonyms(tables, drugs))
    return drugs, replace(drugs, aliases=aliases, everyday=everyday, never=never)


def load_sms_templates(
    path: Path = SMS, *, languages: Iterable[str], clinic_name: str, public_url: str
) -> SmsTemplates:
    """All templates, with the clinic's name and address in their fixed text; each has every language."""
    fixed = fixed_parts(clinic_name, public_url)
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


def fixed_parts(clinic_name: str, public_url: str) -> Mapping[str, str]:
    """What stands in SMS texts for itself, by the name it has in the file."""
    return {CLINIC_NAME: clinic_name, PUBLIC_URL: public_url.rstrip("/")}


@cache
def load_states(path: Path = PIN_CODES) -> Sequence[State]:
    """The states; every column besides `code` and `prefixes` is a language."""
    return [_state(path, where, row) for where, row in _rows(path, ("code", "en", "prefixes"))]


@cache
def load_paper_words(path: Path = PAPER) -> Mapping[str, Mapping[str, str]]:
    """The words printed on paper, by language; every language has the keys English has."""
    table = read_toml(path)
    if "en" not in table:
        raise BadTable(path, "en", "is missing")
    for language, words in table.items():
        for key in sorted(table["en"].keys() ^ words.keys()):
            raise BadTable(path, f"{language}.{key}", "every language needs the same keys as en")
    return table


@cache
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
            often=_counted(words["often"]),
            every=_counted(words["every"]),
            patterns={
                pattern: words["patterns"][pattern]
                for pattern in (Pattern.AS_NEEDED, Pattern.BEDTIME, Pattern.AT_ONCE, Pattern.WEEKLY)
            },
            food={food: words["food"][food] for food in Food if food is not Food.ANY},
            days=_counted(words["days"]),
            more=words["more"],
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


def _made(path: Path, reader: Callable[[Mapping[str, Any]], T]) -> T:
    """A TOML file read by a pure reader, whose problems are told with the file's name."""
    tables = read_toml(path)
    try:
        return reader(tables)
    except ValueError as error:
        raise BadFile(path, error) from error


def _read(path: Path, reader: Callable[[str], T]) -> T:
    """A file read by a pure reader, whose problems are told with the file's name."""
    try:
        return reader(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadTable(path, "file", str(error)) from error
    except ValueError as error:
        raise BadFile(path, error) from error


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
    return SmsTemplate(key, language, dlt_id, fixed_in(text, fixed), segments, longest or {}, text)
