"""The duty roster is planned: imported line by line, shown by the week, exported (S27)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.csv_text import csv_text
from core.rules.local_day import day_begins
from core.rules.records import AuditEntry
from core.rules.roster import Duty
from core.rules.roster_csv import FARTHEST, HEADING, Reader, Report, Server, called, folded, roster_rows
from core.rules.staff import Doctor

_AROUND = timedelta(days=2)
"""Beyond the farthest day that can be imported: a duty ends a day after it begins, and zones differ."""


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday, and who serves in them."""

    days: Sequence[date]
    doctors: Sequence[tuple[Doctor, Sequence[Sequence[Duty]]]]
    """Each with their duties by the day on which they begin; who has none is left out."""


Names = Mapping[str, Iterable[str]]
"""What departments are called beside their keys, by key."""


async def import_roster(clinic: Clinic, text: str, by: str, *, dry_run: bool, names: Names | None = None) -> Report:
    """What the lines of this CSV say: good ones are taken (unless it is a dry run), bad ones named."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        known = await books.roster.between(now - FARTHEST - _AROUND, now + FARTHEST + _AROUND)
        report = (await _reader(clinic, books, names or {})).read(text, known)
        if report.duties and not dry_run:
            await books.roster.add(report.duties)
            detail = f"{len(report.duties)} taken, {len(report.refused)} refused"
            await books.audit(AuditEntry(now, by, "imported", "roster", detail))
    if not dry_run:
        await clinic.line.publish("clinic", {"kind": "roster"})
    return report


async def add_duty(clinic: Clinic, values: Sequence[str], by: str, *, names: Names | None = None) -> Report:
    """One turn, by the same rules as a line of the CSV; `values` stand in the order of `HEADING`."""
    return await import_roster(clinic, csv_text(HEADING, [values]), by, dry_run=False, names=names)


async def duty_beginning(clinic: Clinic, login: str, begins: datetime) -> Duty:
    """This doctor's turn that begins at this local time. Raises `LookupError`."""
    at = begins.replace(tzinfo=clinic.policy.time_zone).astimezone(UTC)
    async with clinic.ledger.read() as books:
        doctor = await books.staff.doctor_by_login(login)
        for duty in await books.roster.between(at, at + timedelta(minutes=1)):
            if doctor is not None and duty.doctor_id == doctor.id and duty.begins_at == at:
                return duty
    raise LookupError(f"{login} has no duty that begins on {begins:%Y-%m-%d at %H:%M}")


async def drop_duty(clinic: Clinic, duty_id: int, by: str) -> None:
    """Take a turn off the roster. Raises `LookupError`."""
    async with clinic.ledger.write() as books:
        duty = await books.roster.get(duty_id)
        await books.roster.drop(duty_id)
        detail = f"{duty.opd} {duty.begins_at.isoformat()}"
        await books.audit(AuditEntry(clinic.clock.now(), by, "dropped duty", f"doctor:{duty.doctor_id}", detail))
    await clinic.line.publish("clinic", {"kind": "roster"})


async def week(clinic: Clinic, day: date) -> Week:
    """The week in which this day lies, in the clinic's time zone."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=ahead) for ahead in range(7)]
    async with clinic.ledger.read() as books:
        duties = await books.roster.between(*_bounds(clinic, monday, days[-1]))
        doctors = {doctor.id: doctor for doctor in await books.staff.doctors()}
    zone = clinic.policy.time_zone
    of_doctor: dict[int, list[list[Duty]]] = {}
    for duty in duties:
        begins = max(duty.begins_at.astimezone(zone).date(), monday)
        of_doctor.setdefault(duty.doctor_id, [[] for _ in days])[(begins - monday).days].append(duty)
    found = [(doctors[doctor_id], theirs) for doctor_id, theirs in of_doctor.items() if doctor_id in doctors]
    return Week(days, sorted(found, key=lambda each: each[0].name))


async def export_roster(clinic: Clinic, first: date, last: date) -> str:
    """These days as CSV that can be imported again."""
    async with clinic.ledger.read() as books:
        duties = await books.roster.between(*_bounds(clinic, first, last))
        logins = {duty.doctor_id: (await books.staff.doctor(duty.doctor_id)).login for duty in duties}
    return csv_text(HEADING, roster_rows(duties, logins, clinic.policy.time_zone))


async def _reader(clinic: Clinic, books: Books, names: Names) -> Reader:
    everybody = await books.staff.doctors()
    servers = {doctor.login: Server(doctor.id, doctor.opds) for doctor in everybody}
    numbers = Counter(folded(doctor.registration_number) for doctor in everybody)
    for doctor in everybody:
        number = folded(doctor.registration_number)
        if numbers[number] == 1:  # councils count for themselves: what two doctors have names neither
            servers.setdefault(number, servers[doctor.login])
    opds = called({opd: names.get(opd, ()) for opd in clinic.policy.staffed_opds})
    return Reader(servers, opds, clinic.policy.time_zone, clinic.today())


def _bounds(clinic: Clinic, first: date, last: date) -> tuple[datetime, datetime]:
    """From the first day's beginning to the last one's end, in UTC."""
    zone = clinic.policy.time_zone
    return day_begins(first, zone), day_begins(last + timedelta(days=1), zone)
