"""Tar archives as a stream: a backup can go through a pipe, and never has to fit into memory or a second file."""

import io
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Self

LARGEST_MEMBER = 100_000_000
"""Bytes; ours have a megabyte or little more. A few bytes of a sparse one could ask for all memory."""


class BadArchive(Exception):
    """The stream is no tar archive, or is cut off."""


class TarWriter:
    """Adds members one after another. Get it by `with TarWriter.open(…)`: the end is written when the block ends."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    @classmethod
    @contextmanager
    def open(cls, to: BinaryIO) -> Iterator[Self]:
        """`to` need not be seekable."""
        with tarfile.open(fileobj=to, mode="w|") as tar:
            yield cls(tar)

    def add(self, name: str, data: bytes) -> None:
        """A member with this content, readable by its owner alone."""
        self._tar.addfile(_member(name, len(data), time.time()), io.BytesIO(data))

    def add_file(self, name: str, path: Path) -> None:
        """A member with a file's content. Raises FileNotFoundError."""
        with path.open("rb") as file:
            known = self._tar.gettarinfo(arcname=name, fileobj=file)
            self._tar.addfile(_member(name, known.size, known.mtime), file)


def members(source: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Name and content of each regular file, in order. Raises BadArchive."""
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for member in tar:
                if member.size > LARGEST_MEMBER:
                    raise BadArchive(f"{member.name!r} in it has {member.size} bytes: we make none so large")
                content = tar.extractfile(member) if member.isreg() else None
                if content is not None:
                    yield member.name, content.read()
    except (tarfile.TarError, EOFError) as error:
        raise BadArchive(str(error)) from error


def _member(name: str, size: int, mtime: float) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, int(mtime), 0o600
    return member
