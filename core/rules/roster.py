"""The duty roster (S27): who is to serve which department when."""

from dataclasses import dataclass
from datetime import datetime

NOT_STORED = 0
"""The id of one that is not in the roster yet."""


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody's turn: from `begins_at` to before `ends_at`, at most a day long."""

    id: int
    doctor_id: int
    opd: str
    begins_at: datetime
    ends_at: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether it is on at this moment."""
        return self.begins_at <= moment < self.ends_at

    def overlaps(self, other: "Duty") -> bool:
        """Whether one doctor would have to be in two places: departments do not matter."""
        return self.doctor_id == other.doctor_id and self.begins_at < other.ends_at and other.begins_at < self.ends_at
