"""`duravani audit`: who did what to whom, and when."""

import argparse
from datetime import date, timedelta

from config.settings import Settings
from house.commands.common import BY, OK, Commands, command


def add_to(commands: Commands) -> None:
    """audit."""
    parser = command(commands, "audit", _audit, "search the audit log; CSV, newest first, nothing about patients in it")
    parser.add_argument("--who", default="", help="doctor:3, or doctor for all of them")
    parser.add_argument("--what", default="", help="a part of the action, e.g. signed")
    parser.add_argument(
        "--subject", default="", help="prescription:4, or prescription for all of them; or a Patient ID"
    )
    parser.add_argument("--from", dest="first", type=date.fromisoformat, help="a day")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, help="the last day")


async def _audit(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.read_audit import export_audit
    from core.ports import AuditSearch
    from core.rules.local_day import day_begins
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        zone = clinic.policy.time_zone
        begins = options.first and day_begins(options.first, zone)
        ends = options.last and day_begins(options.last + timedelta(days=1), zone)
        wanted = AuditSearch(options.who, options.what, subject=options.subject, begins=begins, ends=ends)
        async for piece in export_audit(clinic, wanted, BY):
            print(piece, end="")
    return OK
