"""`duravani opd`: departments and what callers hear of them (S10), opening hours, days that differ (S2)."""

import argparse
from collections.abc import Sequence
from datetime import date, time

from config.settings import Settings
from house.commands.common import BY, OK, Commands, Failure, command, group, listed, refusals


def add_to(commands: Commands) -> None:
    """opd list, add, rename, speak, retire, open, set."""
    opds = group(commands, "opd", "departments and their hours")
    command(opds, "list", _list, "each department, whether callers are offered it, its week and the days that differ")
    adding = command(opds, "add", _add, "a new department: offered as soon as it can be heard in every language")
    adding.add_argument("opd", help="a short key, e.g. skin")
    adding.add_argument("--name", action="append", required=True, metavar="LANGUAGE=NAME", help="on pages")
    adding.add_argument("--say", action="append", required=True, metavar="LANGUAGE=WORDS", help=_SAY)
    adding.add_argument("--hours", default="09:00-17:00", help="Monday to Saturday (default: %(default)s)")
    renaming = command(opds, "rename", _rename, "other names; for one that was added also other words")
    renaming.add_argument("opd")
    renaming.add_argument("--name", action="append", default=[], metavar="LANGUAGE=NAME")
    renaming.add_argument("--say", action="append", default=[], metavar="LANGUAGE=WORDS", help=_SAY)
    for name, work, text in (
        ("speak", _speak, "have the voice say what has no sound yet"),
        ("retire", _retire, "no new tokens; whoever waits is still served"),
        ("open", _open, "open a retired one again"),
    ):
        command(opds, name, work, text).add_argument("opd")
    setting = command(opds, "set", _set, "the hours of a weekday, or of single days; of several departments at once")
    setting.add_argument("opd", type=listed, help="e.g. general, or general,skin, or all")
    setting.add_argument("day", help="mon … sun, a date like 2027-01-26, or a span like 2027-01-26..2027-01-28")
    setting.add_argument("hours", help="09:00-15:00, closed, or `files` for what the files say")


_SAY = "what is said before the key, e.g. en='For skin diseases press'"


async def _list(_: argparse.Namespace, settings: Settings) -> int:
    from config.opds import DAYS
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        policy = clinic.policy
        for opd in policy.known_opds.values():
            lacks = "".join(f", no sound in {language}" for language in opd.unvoiced(policy.languages))
            standing = "retired" if opd.retired else "offered" if opd.key in policy.opds else f"not yet offered{lacks}"
            names = ", ".join(f"{language}={name}" for language, name in sorted(opd.names.items()))
            print(f"{opd.key}\t{standing}\t{'open' if opd.is_open(clinic.local_now()) else 'closed'} now\t{names}")
            for place, day in enumerate(DAYS):
                print(f"\t{day}\t{_hours(opd.hours.get(place))}")
            for exception in sorted({*opd.holidays, *opd.exceptions}):
                print(f"\t{exception}\t{_hours(opd.hours_on(exception))}")
    return OK


async def _add(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_opd import add_opd
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            await add_opd(clinic, options.opd, _words(options.name), _words(options.say), options.hours, BY)
        lacks = clinic.policy.known_opds[options.opd].unvoiced(clinic.policy.languages)
        if lacks:
            said = " ".join(f"{language}/opd/{options.opd}" for language in lacks)
            print(f"not yet offered: record {said} (`duravani prompts record`)")
    return OK


async def _rename(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_opd import rename_opd
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            await rename_opd(clinic, options.opd, _words(options.name), _words(options.say), BY)
    return OK


async def _speak(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_opd import speak_opd
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            if lacks := await speak_opd(clinic, options.opd, BY):
                raise Failure(f"the voice cannot say it in {', '.join(lacks)}: record it")
    return OK


async def _retire(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_opd import retire_opd
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            await retire_opd(clinic, options.opd, BY)
    return OK


async def _open(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.change_opd import reopen_opd
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            await reopen_opd(clinic, options.opd, BY)
    return OK


async def _set(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.set_hours import set_hours
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        opds = clinic.policy.staffed_opds if options.opd == ("all",) else options.opd
        hours = None if options.hours == "files" else options.hours
        with refusals():
            await set_hours(clinic, opds, _days(options.day), hours, BY)
    return OK


def _days(text: str) -> Sequence[str]:
    """A weekday, a date, or each date of a span. Raises `ValueError`."""
    from core.clinic.admin.set_hours import span

    first, several, last = text.partition("..")
    return span(date.fromisoformat(first), date.fromisoformat(last)) if several else [text]


def _words(typed: Sequence[str]) -> dict[str, str]:
    """By language. Raises `Failure`."""
    words = dict(each.partition("=")[::2] for each in typed)
    if bad := [language for language, said in words.items() if not said]:
        raise Failure(f"{bad[0]!r} is not like en=Skin")
    return words


def _hours(hours: tuple[time, time] | None) -> str:
    from core.rules.opd import ALL_DAY, MIDNIGHT

    if hours is None:
        return "closed"
    closes = "24:00" if hours[1] == MIDNIGHT else f"{hours[1]:%H:%M}"
    return f"{hours[0]:%H:%M}-{closes}" + (" (all day)" if hours == ALL_DAY else "")
