"""`duravani opd`: opening hours by weekday, and days that differ (S2)."""

import argparse

from config.settings import Settings
from house.commands.common import BY, OK, Commands, command, group, refusals


def add_to(commands: Commands) -> None:
    """opd list, opd set."""
    opds = group(commands, "opd", "departments and their hours")
    command(opds, "list", _list, "each department, its week and the days that differ")
    setting = command(opds, "set", _set, "the hours of a weekday, or of a single day")
    setting.add_argument("opd", help="e.g. general")
    setting.add_argument("day", help="mon … sun, or a date like 2027-01-26")
    setting.add_argument("hours", help="09:00-15:00, closed, or `files` for what the files say")


async def _list(_: argparse.Namespace, settings: Settings) -> int:
    from config.opds import DAYS
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        for opd in clinic.policy.opds.values():
            print(f"{opd.key}\t{'open' if opd.is_open(clinic.local_now()) else 'closed'} now")
            for place, day in enumerate(DAYS):
                print(f"\t{day}\t{_hours(opd.hours.get(place))}")
            for exception in sorted({*opd.holidays, *opd.exceptions}):
                print(f"\t{exception}\t{_hours(opd.hours_on(exception))}")
    return OK


async def _set(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_setting import change_setting, restore_setting
    from house.wiring import open_clinic

    key = f"opd.{options.opd}.{options.day}"
    async with open_clinic(settings) as clinic:
        with refusals():
            if options.hours == "files":
                await restore_setting(clinic, key, BY)
            else:
                await change_setting(clinic, key, options.hours, BY)
    return OK


def _hours(hours: "tuple[object, object] | None") -> str:
    return f"{hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours else "closed"
