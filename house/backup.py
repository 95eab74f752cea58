"""Backup and restore: everything that cannot be made again, as one tar archive that fits either database.

The archive holds, in this order: `duravani.json` (format and schema), `tables/…jsonl` (blocks of rows, each table after
those it refers to), `recordings/…` (spoken names), `sounds/…` (what callers hear that is this deployment's own),
`seal.pem` (the self-made key that papers were sealed with, where there is one), and `end.json` with how many rows and
files, without which it is not whole.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from core.adapters.sql.dump import Block, CannotDump, Dump
from core.adapters.sql.restore import Restore
from house.locks import Taken, hold
from house.roles import ROLES
from house.seal import SELF_MADE
from house.tar import BadArchive, TarWriter, members
from house.wiring import SOUNDS

FORMAT = 1
HEAD, END, TABLES, RECORDINGS = "duravani.json", "end.json", "tables", "recordings"
BLOCK = re.compile(rf"{TABLES}/\d+-(?P<table>\w+)\.jsonl")
RECORDING = re.compile(rf"(?P<path>({RECORDINGS}|{SOUNDS})(/\w[\w.-]*)+)")


class CannotBackUp(Exception):
    """The backup cannot be made or restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an archive holds."""

    rows: int
    recordings: int


async def back_up(settings: Settings, to: BinaryIO) -> Content:
    """Write the archive, while the house serves. Raises `CannotBackUp`."""
    rows = 0
    try:
        with TarWriter.open(to) as tar:
            async with Dump.open(settings.sql_url) as dump:
                tar.add(HEAD, _json(format=FORMAT, revision=dump.revision, made_at=datetime.now(UTC).isoformat()))
                number = 0
                async for block in dump.blocks():
                    number, rows = number + 1, rows + block.lines.count(b"\n")
                    tar.add(f"{TABLES}/{number:06}-{block.table}.jsonl", block.lines)
            # After the rows: a name is recorded before the row that speaks of it is written.
            files = sum(_add_recordings(tar, settings.home, folder) for folder in (RECORDINGS, SOUNDS))
            content = Content(rows, files)
            _add_key(tar, settings.home / SELF_MADE)
            tar.add(END, _json(**asdict(content)))
    except CannotDump as error:
        raise CannotBackUp(str(error)) from error
    except SQLAlchemyError as error:
        raise CannotBackUp(_unusable(error)) from error
    return content


async def restore(settings: Settings, source: BinaryIO) -> Content:
    """Fill an empty database, and the home's recordings and sounds. Raises `CannotBackUp`; nothing is changed then.

    (Recordings may be left behind, of which no row speaks.)
    """
    try:
        with hold(settings, ROLES):
            archive = members(source)
            async with Restore.open(settings.sql_url, _revision(archive)) as restoring:
                return await _fill(restoring, archive, settings.home)
    except Taken as error:
        raise CannotBackUp(f"{error}: stop it first") from error
    except (CannotDump, BadArchive) as error:
        raise CannotBackUp(str(error)) from error
    except SQLAlchemyError as error:
        raise CannotBackUp(_unusable(error)) from error


def _unusable(error: SQLAlchemyError) -> str:
    return f"the database cannot be used: {str(error).splitlines()[0]}"


def _json(**values: object) -> bytes:
    return json.dumps(values).encode() + b"\n"


def _add_recordings(tar: TarWriter, home: Path, folder: str) -> int:
    """What is not of our making (a mount's or a desktop's own files) is left out: `restore` would refuse it."""
    count = 0
    for path in sorted((home / folder).rglob("*")):
        name = str(path.relative_to(home))
        if path.is_file() and RECORDING.fullmatch(name):
            try:
                tar.add_file(name, path)
            except FileNotFoundError:  # whoever spoke there has hung up and is not registered
                continue
            count += 1
    return count


def _add_key(tar: TarWriter, key: Path) -> None:
    """Without it nobody could tell any more that the papers in this archive are genuine."""
    if key.is_file():
        tar.add_file(SELF_MADE, key)


def _revision(archive: Iterator[tuple[str, bytes]]) -> str:
    name, content = next(archive, ("", b""))
    if name != HEAD:
        raise BadArchive(f"it does not begin with {HEAD}: it is no backup of Duravani")
    head = _parsed(name, content)
    if head.get("format") != FORMAT:
        raise BadArchive(f"its format is {head.get('format')}, not {FORMAT}: it is of another version of Duravani")
    return str(head.get("revision"))


async def _fill(restoring: Restore, archive: Iterator[tuple[str, bytes]], home: Path) -> Content:
    rows = files = 0
    for name, content in archive:
        if block := BLOCK.fullmatch(name):
            rows += await restoring.add(Block(block["table"], content))
        elif recording := RECORDING.fullmatch(name):
            _write(home / recording["path"], content)
            files += 1
        elif name == SELF_MADE:
            _write(home / SELF_MADE, content)
        elif name == END:
            return _checked(Content(rows, files), _parsed(name, content))
        else:
            raise BadArchive(f"nobody knows what {name!r} in it is")
    raise BadArchive(f"it is cut off: there is no {END}")


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(content)


def _parsed(name: str, content: bytes) -> dict[str, Any]:
    try:
        values = json.loads(content)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise BadArchive(f"{name} cannot be read")
    return values


def _checked(found: Content, promised: Mapping[str, Any]) -> Content:
    if asdict(found) != promised:
        raise BadArchive(f"it is not whole: {asdict(found)} instead of {promised}")
    return found
