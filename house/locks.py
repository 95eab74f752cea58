"""One process a home and role: held by a lock on a file, which ends with the process however it ends."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from config.settings import Settings
from house.wiring import make_home


class Taken(Exception):
    """Another process has one of these roles in this home; the message says which."""


@contextmanager
def hold(settings: Settings, roles: Iterable[str]) -> Iterator[None]:
    """Be the only one with these roles while the block runs. Raises `Taken`, `BadSettings`."""
    make_home(settings)
    locks: list[int] = []
    try:
        for role in sorted(roles):
            lock = os.open(settings.home / f"{role}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            locks.append(lock)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Taken(f"Duravani runs already in {settings.home} (role {role})") from None
        yield
    finally:
        for lock in locks:
            os.close(lock)
