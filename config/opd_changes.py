"""Departments as the administration changed them: other hours, other names, added ones, retired ones (S2, S10)."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from pathlib import Path

from config.opds import DAYS, MOST_OPDS, parse_hours
from config.tables import BadTable
from core.rules.changes import BadChange, Changes, Sound, Standing
from core.rules.opd import Opd

CLOSED = "closed"
LONGEST_NAME = 40
"""Characters: what the bar of a doctor's page holds."""
LONGEST_SPOKEN = 120
_DAY = re.compile(r"opd\.([a-z_]+)\.([a-z]{3}|[0-9]{4}-[0-9]{2}-[0-9]{2})")
_STANDING = re.compile(r"opd\.([a-z][a-z_]{1,19})\.standing")
_WORDS = re.compile(r"opd\.([a-z_]+)\.(name|spoken|sound)\.([a-z]{2,3})")
_HOURS = re.compile(r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}")
_HERE = Path("administration")


def changed_opds(opds: Mapping[str, Opd], changes: Changes) -> Mapping[str, Opd]:
    """Those of the files, then those added in the order of their keys, each as it is now."""
    changed = dict(opds)
    for key, text in sorted(standings(changes).items()):
        opd = changed.setdefault(_key(key), Opd(_key(key), {}, spoken={}))
        changed[opd.key] = replace(opd, retired=text == Standing.RETIRED)
    for key, text in changes.items():
        if (found := _DAY.fullmatch(key)) is not None and found[1] in changed:
            changed[found[1]] = _with_day(changed[found[1]], found[2], None if text == CLOSED else _hours(key, text))
        elif (found := _WORDS.fullmatch(key)) is not None and found[1] in changed:
            changed[found[1]] = _with_words(changed[found[1]], found[2], found[3], text)
    return changed


def standings(changes: Changes) -> Changes:
    """What makes departments, without which nothing else that is said of them makes sense."""
    return {key: text for key, text in changes.items() if _STANDING.fullmatch(key)}


def is_of_opd(key: str) -> bool:
    """Whether this key says something about a department."""
    return any(pattern.fullmatch(key) for pattern in (_DAY, _STANDING, _WORDS))


def check_opd_key(key: str, text: str, opds: Mapping[str, Opd], changes: Changes, languages: Collection[str]) -> None:
    """Raises `BadChange` unless this can be said of a department of the files or of one that is added."""
    opd = key.split(".")[1]
    if opd not in opds and f"opd.{opd}.standing" not in changes:
        raise BadChange(key, f"there is no department {opd!r}")
    if _STANDING.fullmatch(key):
        _check_one_of(key, text, tuple(Standing))
    elif (found := _DAY.fullmatch(key)) is not None:
        if found[2] not in DAYS:
            _date(key, found[2])
        if text != CLOSED:
            _hours(key, text)
    elif (found := _WORDS.fullmatch(key)) is not None:
        if found[3] not in languages:
            raise BadChange(key, f"{found[3]!r} is not one of {', '.join(languages)}")
        if found[2] != "name" and opd in opds:
            raise BadChange(key, "a prompt of the files offers this department: record that one", "opd_of_files")
        _check_words(key, found[2], text)


def check_together(opds: Mapping[str, Opd], languages: Sequence[str]) -> None:
    """Raises `BadChange` unless callers are offered at least one department, and not more than there are keys."""
    if not any(opd.is_offered(languages) for opd in opds.values()):
        raise BadChange("opd", "this is the last department that callers are offered", "no_opd")
    if sum(not opd.retired for opd in opds.values()) > MOST_OPDS:
        said = f"callers can be offered {MOST_OPDS} departments, as there are keys; retire one first"
        raise BadChange("opd", said, "opd_most", most=MOST_OPDS)


def _key(standing: str) -> str:
    return standing.split(".")[1]


def _check_words(key: str, what: str, text: str) -> None:
    if what == "sound":
        return _check_one_of(key, text, tuple(Sound))
    longest = LONGEST_NAME if what == "name" else LONGEST_SPOKEN
    if not any(character.isalpha() for character in text) or len(text) > longest or "{" in text or "}" in text:
        said = f"must be words, without braces, of at most {longest} characters"
        raise BadChange(key, said, "opd_words", most=longest)


def _check_one_of(key: str, text: str, offered: Sequence[str]) -> None:
    if text not in offered:
        raise BadChange(key, f"{text!r} is not one of {', '.join(offered)}")


def _with_words(opd: Opd, what: str, language: str, text: str) -> Opd:
    if what == "name":
        return replace(opd, names={**opd.names, language: text})
    if opd.spoken is None:
        return opd
    if what == "spoken":
        return replace(opd, spoken={**opd.spoken, language: text})
    return replace(opd, voiced=opd.voiced | {language})


def _with_day(opd: Opd, day: str, hours: tuple[time, time] | None) -> Opd:
    if day not in DAYS:
        return replace(opd, exceptions={**opd.exceptions, _date(opd.key, day): hours})
    others = {weekday: theirs for weekday, theirs in opd.hours.items() if weekday != DAYS.index(day)}
    return replace(opd, hours=others if hours is None else {**others, DAYS.index(day): hours})


def _date(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadChange(key, f"{text!r} is not a date like 2027-01-26") from error


def _hours(key: str, text: str) -> tuple[time, time]:
    if not _HOURS.fullmatch(text):
        raise BadChange(key, f"{text!r} is neither `closed` nor like 09:00-15:00", "opd_hours")
    try:
        return parse_hours(_HERE, key, text)
    except BadTable as error:
        raise BadChange(key, str(error).removeprefix(f"{_HERE}: {key}: "), "opd_hours") from error
