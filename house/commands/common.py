"""What every command needs: exit codes, how one is declared, and how it fails."""

import argparse
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from config.settings import Settings

if TYPE_CHECKING:  # a command that does not need them starts without them
    from core.clinic.clinic import Clinic
    from core.rules.pharmacy import Person

OK, FAILED, USAGE = 0, 1, 2
STANDARD = "-"
"""Instead of a file: standard input or output."""
BY = "system:command line"
"""As the audit names whoever uses the command line."""

Command = Callable[[argparse.Namespace, Settings], Coroutine[Any, Any, int]]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


class Failure(Exception):
    """The command cannot do what it was asked; the message says why."""


def command(parent: Commands, name: str, work: Command, text: str) -> argparse.ArgumentParser:
    """Declare a command; its options are added to what is returned."""
    parser = parent.add_parser(name, help=text, description=text)
    parser.set_defaults(command=work)
    return parser


def group(parent: Commands, name: str, text: str) -> Commands:
    """Commands of two words: `duravani doctor add`."""
    return parent.add_parser(name, help=text).add_subparsers(required=True, metavar="ACTION")


def positive(text: str) -> int:
    """A number from 1 on."""
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def listed(text: str) -> tuple[str, ...]:
    """`a,b,c`."""
    return tuple(text.split(","))


@contextmanager
def refusals() -> Iterator[None]:
    """What a use case refuses becomes a `Failure`."""
    from core.ports import BadSound, Duplicate

    try:
        yield
    except (ValueError, LookupError, BadSound, Duplicate) as error:
        raise Failure(str(error)) from error


@asynccontextmanager
async def person(settings: Settings, login: str) -> AsyncIterator["tuple[Clinic, Person]"]:
    """The clinic and whoever has this login; what they refuse becomes a `Failure`."""
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        async with clinic.ledger.read() as books:
            found: Person | None = await books.staff.doctor_by_login(login)
            found = found or await books.staff.operator_by_login(login) or await books.pharmacies.by_login(login)
        if found is None:
            raise Failure(f"nobody who works here, or is registered, has the login {login!r}")
        with refusals():
            yield clinic, found


@contextmanager
def output(name: str) -> Iterator[BinaryIO]:
    """A file that is there whole or not at all, or standard output."""
    from house.whole_file import whole_file

    if name == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with whole_file(Path(name)) as file:
            yield file


@contextmanager
def input_(name: str) -> Iterator[BinaryIO]:
    """A file, or standard input."""
    if name == STANDARD:
        yield sys.stdin.buffer
    else:
        with Path(name).open("rb") as file:
            yield file
