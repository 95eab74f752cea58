"""A patient who comes in by a code (S3), from their own browser."""

import re

from core.rules.patient_access import CODE_TEMPLATE
from tests.web.house import Browser, House, csrf_in

MOBILE, OTHER, NOBODYS = "+919876543210", "+919812345678", "+919811111111"


async def post(tab: Browser, path: str, first: str = "/my", **fields: str) -> tuple[int, str]:
    """From the form of the first page; the status before any redirect, and the page."""
    token = csrf_in(await (await tab.get(first)).text())
    answer = await tab.post(path, data={"csrf": token, **fields}, allow_redirects=False)
    return answer.status, await answer.text()


async def codes(house: House) -> list[str]:
    """As they came by SMS, newest first."""
    async with house.clinic.ledger.read() as books:
        texts = [sms.text for sms in await books.outbox.latest(50) if sms.template == CODE_TEMPLATE]
    return [found[0] for text in texts if (found := re.search(r"\b\d{6}\b", text))]


async def asked(house: House, tab: Browser, mobile: str = MOBILE) -> str:
    """Ask for a code, and read it."""
    assert (await post(tab, "/my/code", mobile=mobile))[0] == 200
    return (await codes(house))[0]


async def enter(tab: Browser, code: str, mobile: str = MOBILE) -> int:
    return (await post(tab, "/my/enter", mobile=mobile, code=code))[0]
