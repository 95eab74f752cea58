"""The service as a whole: run it, ask it, keep it."""

import argparse
import json
import sys
from functools import partial

from config.settings import Settings
from house.commands.common import FAILED, OK, Commands, Failure, command, input_, output
from house.roles import ROLES


def add_to(commands: Commands) -> None:
    """run, status, health, backup, restore."""
    serving = command(commands, "run", _run, "serve until Ctrl-C")
    serving.add_argument("--role", action="append", choices=ROLES, help="only this part; may be repeated")
    status = command(commands, "status", _status, "how the running service fares")
    status.add_argument("--json", action="store_true")
    health = command(commands, "health", _health, "exit code 0 if the running service fares well")
    health.add_argument("--role", action="append", choices=ROLES, help="of this part; may be repeated (web)")

    backup = command(
        commands, "backup", _backup, "write the database and the recordings into one file, also while it serves"
    )
    backup.add_argument("file", metavar="FILE", help="a tar archive, readable by you alone; - is standard output")
    restoring = command(commands, "restore", _restore, "fill an empty home and database from such a file")
    restoring.add_argument("file", metavar="FILE", help="what `backup` has written; - is standard input")


async def _run(options: argparse.Namespace, settings: Settings) -> int:
    from house.serve import CannotServe, serve

    try:
        await serve(settings, frozenset(options.role or ()), partial(print, flush=True))
    except CannotServe as error:
        raise Failure(str(error)) from error
    return OK


async def _status(options: argparse.Namespace, settings: Settings) -> int:
    from house.status import NotServing, read_status

    try:
        status = await read_status(settings)
    except NotServing as error:
        raise Failure(str(error)) from error
    if options.json:
        print(json.dumps(status, indent=1))
    else:
        for key, value in status.items():
            print(f"{key}: {value}")
    return OK


async def _health(options: argparse.Namespace, settings: Settings) -> int:
    from house.health import read_health
    from house.status import NotServing

    try:
        told = [await read_health(settings, role) for role in options.role or ("web",)]
    except NotServing as error:
        raise Failure(str(error)) from error
    parts = {part: up for each in told for part, up in each.items()}
    print(" ".join(f"{part}={'ok' if up else 'down'}" for part, up in parts.items()))
    return OK if all(parts.values()) else FAILED


async def _backup(options: argparse.Namespace, settings: Settings) -> int:
    from house.backup import CannotBackUp, back_up

    try:
        with output(options.file) as file:
            content = await back_up(settings, file)
    except (CannotBackUp, OSError) as error:
        raise Failure(f"no backup was made: {error}") from error
    print(f"{content.rows} rows, {content.recordings} recordings", file=sys.stderr)
    return OK


async def _restore(options: argparse.Namespace, settings: Settings) -> int:
    from house.backup import CannotBackUp, restore

    try:
        with input_(options.file) as file:
            content = await restore(settings, file)
    except (CannotBackUp, OSError) as error:
        raise Failure(f"nothing was restored: {error}") from error
    print(f"{content.rows} rows, {content.recordings} recordings", file=sys.stderr)
    return OK
