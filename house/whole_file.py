"""A file that is either whole or not there, readable by its owner alone."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Written beside its place and moved there when the block has ended well. Raises OSError.

    What is written beside it is nobody else's, whoever may write to that folder. A device or a pipe is not replaced:
    it is refused.
    """
    _check_place(path)
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _check_place(path: Path) -> None:
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        raise OSError(f"{path} is there, and no ordinary file")
