"""The duty roster as CSV (S27): read line by line, each taken or refused with a reason; and written likewise."""

import csv
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.rules.roster import NOT_STORED, Duty
from core.rules.written_time import day_of, time_of

HEADING = ("login", "date", "from", "to", "opd")
MOST_LINES = 2000
"""What one import may hold: a hundred doctors for three weeks."""
FARTHEST = timedelta(days=400)
"""A day that is further away, before or after, is a slip of the pen."""
SEPARATORS = (",", ";", "\t")
"""Between the columns: which of them it is says the heading, for the whole file."""
_END_OF_DAY = ("24:00", "24.00")


class Refusal(StrEnum):
    """Why a line of the roster is not taken: message keys of the panel."""

    HEADING = "heading"
    """The first line must name the columns; nothing is taken."""
    TOO_MANY = "too_many"
    """Nothing is taken."""
    NOT_CSV = "not_csv"
    COLUMNS = "columns"
    LOGIN = "no_such_login"
    """Nor such a registration number; or two doctors have it."""
    DATE = "not_a_date"
    FAR = "too_far"
    TIME = "not_a_time"
    LENGTH = "no_length"
    """It ends when it begins."""
    OPD = "no_such_opd"
    NOT_THEIRS = "not_their_opd"
    KNOWN = "known"
    """The same duty is in the roster already."""
    OVERLAPS = "overlaps"


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is not taken. `number` counts the file's lines from 1, the heading included."""

    number: int
    text: str
    why: Refusal
    detail: str = ""
    """The value that is wrong, or what it overlaps with."""


@dataclass(frozen=True, slots=True)
class Server:
    """What a roster must know of a doctor."""

    id: int
    opds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import would do: good lines become duties, bad ones are named."""

    duties: Sequence[Duty]
    refused: Sequence[RefusedLine]


class _Bad(Exception):
    def __init__(self, why: Refusal, detail: str = "") -> None:
        self.why, self.detail = why, detail


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads rosters against the doctors there are, and the clinic's departments and day."""

    doctors: Mapping[str, Server]
    """By login, or registration number; `folded`."""
    opds: Mapping[str, str]
    """The keys, by whatever each may be called; `folded`."""
    zone: ZoneInfo
    today: date

    def read(self, text: str, known: Iterable[Duty]) -> Report:
        """Each line is judged by itself, then against `known` and the good lines before it."""
        lines = text.removeprefix("\ufeff").splitlines()
        if len(lines) > MOST_LINES:
            return Report((), [RefusedLine(MOST_LINES + 1, "", Refusal.TOO_MANY, str(len(lines)))])
        for separator in SEPARATORS:
            heading = _heading(lines[0] if lines else "", separator)
            if sorted(heading) == sorted(HEADING):
                return self._judge(heading, separator, lines, list(known))
        return Report((), [RefusedLine(1, lines[0][:200] if lines else "", Refusal.HEADING, ",".join(HEADING))])

    def _judge(self, heading: Sequence[str], separator: str, lines: Sequence[str], known: list[Duty]) -> Report:
        by_doctor = _ByDoctor(known)
        duties, refused = list[Duty](), list[RefusedLine]()
        for number, line in enumerate(lines[1:], 2):
            if not line.strip(f"{separator} \t"):
                continue
            try:
                duty = self._duty(heading, _values(line, separator))
                by_doctor.admit(duty, self._local)
            except _Bad as bad:
                refused.append(RefusedLine(number, line[:200], bad.why, bad.detail[:80]))
            else:
                duties.append(duty)
        return Report(duties, refused)

    def _duty(self, heading: Sequence[str], values: Sequence[str]) -> Duty:
        if len(values) != len(heading):
            raise _Bad(Refusal.COLUMNS, str(len(values)))
        row = dict(zip(heading, (value.strip() for value in values), strict=True))
        doctor = self.doctors.get(folded(row["login"]))
        if doctor is None:
            raise _Bad(Refusal.LOGIN, row["login"])
        return self.duty(doctor, row["date"], row["from"], row["to"], row["opd"])

    def duty(self, doctor: Server, day: str, begins: str, ends: str, opd: str) -> Duty:
        """One turn from what was written; it may end after midnight."""
        key = self.opds.get(folded(opd))
        if key is None:
            raise _Bad(Refusal.OPD, opd)
        if key not in doctor.opds:
            raise _Bad(Refusal.NOT_THEIRS, opd)
        whole = ends in _END_OF_DAY
        on, first, last = self._day(day), _time(begins), time(0) if whole else _time(ends)
        if first == last and not whole:
            raise _Bad(Refusal.LENGTH, f"{begins}-{ends}")
        until = on if last > first else on + timedelta(days=1)
        return Duty(NOT_STORED, doctor.id, key, self._moment(on, first), self._moment(until, last))

    def _day(self, text: str) -> date:
        day = day_of(text)
        if day is None:
            raise _Bad(Refusal.DATE, text)
        if abs(day - self.today) > FARTHEST:
            raise _Bad(Refusal.FAR, text)
        return day

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)

    def _local(self, duty: Duty) -> str:
        begins, ends = duty.begins_at.astimezone(self.zone), duty.ends_at.astimezone(self.zone)
        return f"{begins:%Y-%m-%d %H:%M}-{ends:%H:%M}"


class _ByDoctor:
    """The duties so far; most doctors have a few, so that each line is compared with a few."""

    def __init__(self, duties: Iterable[Duty]) -> None:
        self._duties: dict[int, list[Duty]] = {}
        for duty in duties:
            self._duties.setdefault(duty.doctor_id, []).append(duty)

    def admit(self, duty: Duty, said: Callable[[Duty], str]) -> None:
        """Keep it, unless it is there or in the way of another."""
        theirs = self._duties.setdefault(duty.doctor_id, [])
        for other in theirs:
            if (other.opd, other.begins_at, other.ends_at) == (duty.opd, duty.begins_at, duty.ends_at):
                raise _Bad(Refusal.KNOWN, said(other))
            if duty.overlaps(other):
                raise _Bad(Refusal.OVERLAPS, said(other))
        theirs.append(duty)


def roster_rows(duties: Iterable[Duty], logins: Mapping[int, str], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    """The roster as it can be imported again, without the heading."""
    for duty in duties:
        begins, ends = duty.begins_at.astimezone(zone), duty.ends_at.astimezone(zone)
        yield logins[duty.doctor_id], f"{begins:%Y-%m-%d}", f"{begins:%H:%M}", _until(begins, ends), duty.opd


def _until(begins: datetime, ends: datetime) -> str:
    """A whole day from midnight ends at 24:00, as no time is before itself."""
    midnight = begins.time() == ends.time() == time(0)
    return "24:00" if midnight else f"{ends:%H:%M}"


def folded(text: str) -> str:
    """The same for whatever people hold to be one name: capitals, spaces and ways to type a letter do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def called(names: Mapping[str, Iterable[str]]) -> Mapping[str, str]:
    """Key by name, for `Reader.opds`: each is called by its key, and by those of its names that no other has."""
    named = [(folded(name), key) for key, theirs in names.items() for name in theirs]
    shared = {name for name, key in named if any(name == other and key != whose for other, whose in named)}
    return {name: key for name, key in named if name not in shared} | {key: key for key in names}


def _heading(line: str, separator: str) -> tuple[str, ...]:
    try:
        return tuple(name.strip().lower() for name in _values(line, separator))
    except _Bad:
        return ()


def _values(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        raise _Bad(Refusal.NOT_CSV) from None


def _time(text: str) -> time:
    found = time_of(text)
    if found is None:
        raise _Bad(Refusal.TIME, text)
    return found
