"""The formularies that were ever brought in, and which of them is in force."""

from collections.abc import Sequence
from typing import Protocol

from core.rules.formulary.version import FormularyVersion


class Formularies(Protocol):
    """By version; nothing is ever dropped."""

    async def keep(self, one: FormularyVersion) -> bool:
        """False, and nothing changed, when this version is known."""
        ...

    async def all(self) -> Sequence[FormularyVersion]:
        """Newest first."""
        ...

    async def get(self, version: str) -> FormularyVersion:
        """Raises `LookupError`."""
        ...

    async def in_force(self) -> FormularyVersion | None:
        """None: the one in the deployment's files."""
        ...

    async def use(self, version: str | None) -> None:
        """From now on; None: the one in the files. Raises `LookupError` for a version that is not kept."""
        ...
