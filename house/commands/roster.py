"""`duravani roster`: the duty roster (S27) from CSV and back, and who should be at work and is not."""

import argparse
import sys
from datetime import date, timedelta

from config.settings import Settings
from house.commands.common import BY, FAILED, OK, Commands, Failure, command, group, input_, positive


def add_to(commands: Commands) -> None:
    """roster import, roster export, roster absent."""
    rosters = group(commands, "roster", "who is on duty when")
    importing = command(rosters, "import", _import, "take the good lines of a CSV file, name the bad ones")
    importing.add_argument("file", metavar="CSV", help="login,date,from,to,opd; - is standard input")
    importing.add_argument("--dry-run", action="store_true", help="only say what would be taken and refused")
    exporting = command(rosters, "export", _export, "the roster as CSV that can be imported again")
    exporting.add_argument("--from", dest="first", type=date.fromisoformat, help="a day; today by default")
    exporting.add_argument("--days", type=positive, default=28, help="how many (%(default)s)")
    command(rosters, "absent", _absent, "who is on duty now and neither ready nor busy")


async def _import(options: argparse.Namespace, settings: Settings) -> int:
    """Exit code 1 when a line was refused."""
    from core.clinic.admin.plan_roster import import_roster
    from house.wiring import open_clinic

    try:
        with input_(options.file) as file:
            text = file.read().decode("utf-8", "replace")
    except OSError as error:
        raise Failure(str(error)) from error
    async with open_clinic(settings) as clinic:
        report = await import_roster(clinic, text, BY, dry_run=options.dry_run)
    for line in report.refused:
        detail = f" ({line.detail})" if line.detail else ""
        print(f"line {line.number}: {line.why}{detail}: {line.text}", file=sys.stderr)
    taken = "lines that would be taken" if options.dry_run else "lines taken"
    print(f"{taken}: {len(report.duties)}, refused: {len(report.refused)}")
    return FAILED if report.refused else OK


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
