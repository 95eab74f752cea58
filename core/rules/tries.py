"""How often something may be tried: a window begins with its first try, and says when it is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` tries `within` a time."""

    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Tried:
    """The tries of one thing in one window."""

    key: str
    """What is tried, e.g. `link:17`."""
    began_at: datetime
    count: int

    def over(self, limit: Limit) -> bool:
        """Whether the last one was one too many."""
        return self.count > limit.most

    def again_at(self, limit: Limit) -> datetime:
        """When there is a new window."""
        return self.began_at + limit.within


LINK = Limit(5, HOUR)
"""Answers to one link's question; a right one begins anew."""
LINK_DAY = Limit(15, DAY)
LINK_ADDRESS = Limit(30, HOUR)
"""Wrong answers from one address. A mobile network's subscribers share a few, so it is wide; the link's is tight."""
CODE_PAUSE = Limit(1, timedelta(seconds=60))
"""Codes sent to one mobile: the first may only be slow."""
CODE_HOUR = Limit(3, HOUR)
CODE_DAY = Limit(6, DAY)
CODE_ADDRESS = Limit(30, HOUR)
"""Codes asked for from one address."""
ENTER_ADDRESS = Limit(30, HOUR)
"""Wrong codes and tokens from one address."""
TOKEN = Limit(5, HOUR)
"""Wrong tokens for one mobile."""
COMPLAINT = Limit(5, DAY)
"""Complaints that one mobile writes on the web."""
RECORD = Limit(12, DAY)
"""Health records sent for one patient, taken or not: each is read by a process of its own."""
RECORD_LINK = Limit(4, DAY)
"""Links to send them, for one token."""
