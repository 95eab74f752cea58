"""`duravani roster`: the duty roster (S27), by single duties or from CSV and back; who should be at work and is not."""

import argparse
import sys
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from config.settings import Settings
from house.commands.common import BY, FAILED, OK, Commands, Failure, command, group, input_, positive, refusals

if TYPE_CHECKING:
    from core.clinic.admin.plan_roster import Names
    from core.clinic.clinic import Clinic
    from core.rules.roster_csv import RefusedLine


def add_to(commands: Commands) -> None:
    """roster add, drop, import, export, absent."""
    rosters = group(commands, "roster", "who is on duty when")
    adding = command(rosters, "add", _add, "one more duty")
    adding.add_argument("login", help="of a doctor")
    adding.add_argument("date", help="like 2026-11-23 or 23/11/2026")
    adding.add_argument("begins", metavar="from", help="like 09:00 or 9 am")
    adding.add_argument("ends", metavar="to", help="like 15:00; before the beginning: on the next day")
    adding.add_argument("opd", help="one that the doctor serves: its key, e.g. general, or its name")
    dropping = command(rosters, "drop", _drop, "one duty less")
    dropping.add_argument("login", help="of the doctor")
    dropping.add_argument("date", type=date.fromisoformat, help="the day on which it begins, like 2026-11-23")
    dropping.add_argument("begins", metavar="from", type=time.fromisoformat, help="when it begins, like 09:00")
    importing = command(rosters, "import", _import, _IMPORTING)
    importing.add_argument(
        "file", metavar="CSV", help="login,date,from,to,opd, as spreadsheets save it; - is standard input"
    )
    importing.add_argument("--dry-run", action="store_true", help="only say what would be taken and refused")
    exporting = command(rosters, "export", _export, "the roster as CSV that can be imported again")
    exporting.add_argument("--from", dest="first", type=date.fromisoformat, help="a day; today by default")
    exporting.add_argument("--days", type=positive, default=28, help="how many (%(default)s)")
    command(rosters, "absent", _absent, "who is on duty now and neither ready nor busy")


_IMPORTING = (
    "take the good lines of a CSV file, name the bad ones; exits with 1 if any was refused, with others taken or not"
)


async def _add(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.plan_roster import add_duty
    from house.wiring import open_clinic

    turn = (options.login, options.date, options.begins, options.ends, options.opd)
    async with open_clinic(settings) as clinic:
        report = await add_duty(clinic, turn, BY, names=_names(clinic))
    for line in report.refused:
        raise Failure(f"{line.why}{_detail(line)}: {line.text}")
    return OK


async def _drop(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.plan_roster import drop_duty, duty_beginning
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            duty = await duty_beginning(clinic, options.login, datetime.combine(options.date, options.begins))
            await drop_duty(clinic, duty.id, BY)
    return OK


async def _import(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code 1 when a line was refused."""
    from core.clinic.admin.plan_roster import import_roster
    from core.rules.csv_text import read_text
    from house.wiring import open_clinic

    try:
        with input_(options.file) as file:
            text = read_text(file.read())
    except OSError as error:
        raise Failure(str(error)) from error
    async with open_clinic(settings) as clinic:
        report = await import_roster(clinic, text, BY, dry_run=options.dry_run, names=_names(clinic))
    for line in report.refused:
        print(f"line {line.number}: {line.why}{_detail(line)}: {line.text}", file=sys.stderr)
    taken = "lines that would be taken" if options.dry_run else "lines taken"
    print(f"{taken}: {len(report.duties)}, refused: {len(report.refused)}")
    return FAILED if report.refused else OK


def _names(clinic: "Clinic") -> "Names":
    """What departments are called on pages, so that both ways in take the same files."""
    from web.departments import every_opd_name
    from web.words import load_words

    return every_opd_name(clinic.policy, load_words(clinic.policy.languages))


def _detail(line: "RefusedLine") -> str:
    return f" ({line.detail})" if line.detail else ""


async def _export(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.plan_roster import export_roster
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        first = options.first or clinic.today()
        print(await export_roster(clinic, first, first + timedelta(days=options.days - 1)), end="")
    return OK


async def _absent(_: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.roster import absent
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        for one in await absent(clinic):
            print(f"{one.doctor.login}\t{one.doctor.name}\t{one.duty.opd}\t{one.state}")
    return OK
