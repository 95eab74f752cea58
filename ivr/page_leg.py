"""A leg to a page: it leads to nobody once the page has gone, and is rung anew when the page comes back.

A page takes its telephone with it, or has it taken when its session ends; the switch's leg to it stays, and a browser
may go on with its voice. So whoever talks with our own people asks here whether somebody is there.
"""

import asyncio

from core.rules.phone import is_browser
from ivr.call import Call, NoAnswer
from ivr.desk import Desk
from ivr.together import first_of, unless_gone


async def page_gone(desk: Desk, leg: Call) -> None:
    """Returns when the page that this leg leads to has gone; never for any other phone."""
    if not is_browser(leg.dialled):
        await asyncio.Future()
    await desk.phones.departs(leg.dialled, desk.phones.departures(leg.dialled))


async def leads_nowhere(desk: Desk, leg: Call) -> bool:
    """Returns when nobody is at its other end any more: whether it was a page that went, and may come back."""

    async def hung_up() -> None:
        await leg.wait_gone()

    first, _ = await first_of(hung_up(), page_gone(desk, leg))
    return first == 1


async def page_back(desk: Desk, page: str, holder: Call) -> None:
    """Returns when this page is there again; `holder` hears music meanwhile.

    Raises `NoAnswer` when it is not in time, or at once when it cannot come any more, and `Hangup` of the holder's.
    """
    try:
        async with holder.music(), asyncio.timeout(desk.pace.page_returns):
            back = first_of(desk.phones.arrives(page), desk.phones.forgotten(page))
            first, _ = await unless_gone(holder, back)
    except TimeoutError:
        raise NoAnswer("timeout") from None
    if first == 1:
        raise NoAnswer("unreachable")
