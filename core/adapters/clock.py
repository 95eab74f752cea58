"""The machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    """Fulfils `core.ports.Clock`."""

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.now(UTC)
