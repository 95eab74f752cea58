"""The names that ship beside the formulary: other names of generics, and what may never be prescribed (T3)."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

SYNONYMS = ("names", "everyday")


def read_synonyms(tables: Mapping[str, Any], generics: Collection[str]) -> tuple[Mapping[str, str], frozenset[str]]:
    """Generic by synonym, and which of them are everyday words. Raises `ValueError` with every problem."""
    problems = [f"{key}: no such table is known" for key in tables if key not in SYNONYMS]
    found: dict[str, str] = {}
    for key in SYNONYMS:
        for synonym, generic in tables.get(key, {}).items():
            where = f"{key}.{synonym}"
            if synonym != " ".join(synonym.lower().split()) or not synonym:
                problems.append(f"{where}: must be in small letters, with single blanks")
            if synonym in generics:
                problems.append(f"{where}: is a generic's own name")
            if generic not in generics:
                problems.append(f"{where}: {generic!r} is not in the formulary")
            if synonym.replace("-", " ") in (other.replace("-", " ") for other in found):
                problems.append(f"{where}: stands here twice")
            found[synonym] = generic
    if problems:
        raise ValueError("\n".join(problems))
    return found, frozenset(tables.get("everyday", {}))


def read_never(tables: Mapping[str, Any]) -> Mapping[str, str]:
    """The name to tell by each way to write it. Raises `ValueError` with every problem."""
    problems: list[str] = []
    groups = {key: group for key, group in tables.items() if key != "spellings"}
    problems += [f"{key}.source: is missing" for key, group in groups.items() if not group.get("source")]
    found: dict[str, str] = {}
    for where, written, name in _written(groups, tables.get("spellings", {})):
        if written != " ".join(written.lower().split()) or not written:
            problems.append(f"{where}: {written!r} must be in small letters, with single blanks")
        if found.setdefault(written, name) != name:
            problems.append(f"{where}: {written!r} stands for two")
    if problems:
        raise ValueError("\n".join(problems))
    return found


def _written(groups: Mapping[str, Any], spellings: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, group in groups.items():
        yield from ((f"{key}.names", name, name) for name in group.get("names", ()))
    for name, others in spellings.items():
        yield from ((f"spellings.{name}", other, name) for other in others)
