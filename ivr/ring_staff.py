"""Ringing one of our own people: in the browser if its page is open, else at the desk, else outside."""

import asyncio

from core.rules.phone import browser_account, outside_number_of, phone_to_ring, phones_of
from core.rules.staff import Doctor, Operator
from ivr.call import Call, NoAnswer
from ivr.desk import Desk
from ivr.together import first_of

PAGE_LOADS = 3.0
"""Seconds within which a page that is being loaded anew has registered its phone again."""


async def ring_staff(desk: Desk, person: Doctor | Operator, *, caller: str, timeout: float) -> Call:
    """The answered leg, or `NoAnswer`. They are shown `caller`; outside our own number, as no trunk takes another."""
    page = browser_account(person.account)
    if not desk.phones.is_known(page) and outside_number_of(person) is None:  # nothing to choose from
        return await desk.exchange.ring_account(person.account, caller=caller, timeout=timeout)
    online = [account for account in phones_of(person) if await desk.phones.online(account)]
    phone = phone_to_ring(person, online)
    if phone == outside_number_of(person):
        return await desk.exchange.ring_number(phone, caller=desk.service_number, timeout=timeout)
    if phone == page or (not online and desk.phones.is_known(page)):
        return await _ring_page(desk, page, caller, timeout)
    return await desk.exchange.ring_account(phone, caller=caller, timeout=timeout)


async def _ring_page(desk: Desk, account: str, caller: str, timeout: float) -> Call:
    """Like `ring_account`; but a page that is loaded anew just now, or while it rings, rings again."""
    clock = asyncio.get_running_loop()
    deadline = clock.time() + timeout
    while (left := deadline - clock.time()) > 0:
        try:
            async with asyncio.timeout(min(PAGE_LOADS, left)):
                await desk.phones.arrives(account)
        except TimeoutError:
            raise NoAnswer("unreachable") from None
        leaves = _leaves(desk, account, desk.phones.departures(account))
        _, call = await first_of(desk.exchange.ring_account(account, caller=caller, timeout=left), leaves)
        if call is not None:
            return call
    raise NoAnswer("timeout")


async def _leaves(desk: Desk, account: str, since: int) -> Call | None:
    await desk.phones.departs(account, since)
    return None
