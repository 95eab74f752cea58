"""How often patients may try something on the web: whether one more is looked at, and counting it."""

from datetime import datetime

from core.ports import Books
from core.rules.tries import Limit

Limited = tuple[str, Limit]
"""What is tried, e.g. `link:17`, and how often it may be."""


async def closed_until(books: Books, now: datetime, *limits: Limited) -> datetime | None:
    """Until when nothing is looked at, by what was counted so far; None: one more is. Nothing is counted."""
    so_far = [(await books.tries.of(key, now, limit.within), limit) for key, limit in limits]
    return max((tried.again_at(limit) for tried, limit in so_far if tried.count >= limit.most), default=None)


async def count_try(books: Books, now: datetime, *limits: Limited) -> datetime | None:
    """Count this one; until when it has to wait, if it is one too many for any of them."""
    tried = [(await books.tries.count(key, now, limit.within), limit) for key, limit in limits]
    return max((each.again_at(limit) for each, limit in tried if each.over(limit)), default=None)
