"""A home in which Duravani has been started before, to be copied: a first start hashes and migrates for a second."""

import shutil
import tempfile
from pathlib import Path

from config.settings import load_settings
from house.demo_staff import hire_demo_staff
from house.greeting import told_once
from house.wiring import open_clinic

KEPT = ("*.db*", "*.pem")
"""The ledger, and the keys of the seal: all that a start finds again."""
_founded = tempfile.TemporaryDirectory(prefix="duravani-founded-")  # until this process ends
_told: list[str] = []


async def move_in(home: Path, opds: str) -> list[str]:
    """Make `home` such a one; what its first start told of the staff. `opds` is the file of departments."""
    original = Path(_founded.name)
    if not _told:
        async with open_clinic(load_settings(home=str(original), opds=opds)) as clinic:
            _told.extend(told_once(*await hire_demo_staff(clinic)).splitlines())
    _copy(original, home)
    return _told


def _copy(original: Path, home: Path) -> None:
    for pattern in KEPT:
        for file in original.glob(pattern):
            shutil.copy(file, home)
