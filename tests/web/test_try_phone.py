"""The page that plays a patient's phone: only where only this machine reaches us, and nobody sees another's SMS."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, WSServerHandshakeError

from config.settings import load_settings
from core.adapters.sms import LocalGateway
from core.clinic.send_sms import send_due_sms
from core.clinic.try_phones import GONE_FOR, LASTS, MOST, NoTryPhone, TryPhones
from core.ports import AuditSearch
from core.rules.mobile import is_indian_mobile
from house.greeting import greeting
from house.roles import ROLES
from house.try_phones import lends_phones
from tests.web.house import Browser, HandClock, House, browser
from web.words import load_words

ALL = frozenset(ROLES)
NUMBER = "+919876543210"
ADDRESSES = (("GET", "/try"), ("POST", "/try/phone"), ("GET", "/try/phone/try-1/sms"), ("POST", "/try/phone/try-1/sms"))


@pytest_asyncio.fixture
async def phones(house: House) -> TryPhones:
    return TryPhones(house.clock, patient_numbers=["104"], missed_numbers=["105"])


@pytest_asyncio.fixture
async def tab(house: House, phones: TryPhones) -> AsyncIterator[Browser]:
    async with browser(replace(house.deps(), try_phones=phones, only_from_here=True)) as client:
        yield client


async def borrow(tab: Browser, number: str = "") -> ClientResponse:
    """What the page's script does first."""
    page = await tab.get("/try")
    assert page.status == 200, await page.text()
    return await tab.post("/try/phone", data={"csrf": csrf(tab), "number": number})


def csrf(tab: Browser) -> str:
    return next(cookie.value for cookie in tab.session.cookie_jar if cookie.key == "try")


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
async def test_in_public_there_is_none(stranger: Browser, method: str, address: str) -> None:
    answer = await stranger.request(method, address)
    assert answer.status == 404


@pytest.mark.parametrize(
    ("settings", "roles", "lends"),
    [
        ({}, ALL, True),
        ({"bind": "::1"}, ALL, True),
        ({"bind": "192.0.2.7", "trunk": "192.0.2.1"}, ALL, False),
        ({"bind": "0.0.0.0", "trunk": "192.0.2.1"}, ALL, False),
        ({"trust_proxy": True}, ALL, False),
        ({}, frozenset({"web"}), False),
    ],
)
def test_it_is_there_where_only_this_machine_reaches_us(
    settings: dict[str, str], roles: frozenset[str], lends: bool
) -> None:
    read = load_settings(**settings)
    assert lends_phones(read, roles) is lends
    assert ("/try" in greeting(read, roles, [])) is lends


async def test_each_phone_has_a_number_of_its_own(tab: Browser, phones: TryPhones, house: House) -> None:
    lent = [await (await borrow(tab)).json() for _ in range(3)]
    numbers = {phone["number"] for phone in lent}
    assert len(numbers) == 3
    assert all(is_indian_mobile(number) for number in numbers)
    assert {phone.number for phone in phones.lent()} == numbers
    assert all(phone["uri"].startswith("sip:try-") for phone in lent)
    async with house.clinic.ledger.read() as books:
        found = await books.audit_log.search(AuditSearch(action="plays"), before=None, limit=50)
    assert {line.entry.subject for line in found} == {f"mobile:{number}" for number in numbers}


async def test_only_an_indian_mobile_can_be_played(tab: Browser) -> None:
    assert (await (await borrow(tab, "98765 43210")).json())["number"] == NUMBER
    for number in ("12345", "+1 212 555 0100", "rm -rf", "0141 2220000"):
        answer = await borrow(tab, number)
        assert answer.status == 422
        assert "no Indian mobile" in (await answer.json())["problem"]


async def test_the_page_is_asked_for_its_token(tab: Browser, phones: TryPhones) -> None:
    await tab.get("/try")
    for token in ("", "wrong"):
        assert (await tab.post("/try/phone", data={"csrf": token, "number": ""})).status == 403
    elsewhere = {"Origin": "http://evil.example"}
    form = {"csrf": csrf(tab), "number": ""}
    assert (await tab.post("/try/phone", data=form, headers=elsewhere)).status == 403
    assert phones.lent() == []


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.7", "[::"]
)
async def test_a_page_whose_name_leads_here_gets_no_phone(tab: Browser, phones: TryPhones, name: str) -> None:
    await tab.get("/try")
    host = f"{name}:{tab.port}"
    rebound = {"Host": host, "Origin": f"http://{host}"}
    assert (await tab.get("/try", headers=rebound)).status == 404
    form = {"csrf": csrf(tab), "number": ""}
    assert (await tab.post("/try/phone", data=form, headers=rebound)).status == 404
    assert phones.lent() == []


@pytest.mark.parametrize(
    "name", ["localhost", "duravani.localhost", "127.0.0.1", "127.8.8.8", "[::1]", "duravani.test"]
)
async def test_this_machines_own_names_get_one(tab: Browser, name: str) -> None:
    await tab.get("/try")
    host = f"{name}:{tab.port}"
    form = {"csrf": csrf(tab), "number": ""}
    lent = await tab.post("/try/phone", data=form, headers={"Host": host, "Origin": f"http://{host}"})
    assert lent.status == 200, await lent.text()


async def test_twenty_at_a_time(tab: Browser, phones: TryPhones, house: House) -> None:
    for _ in range(MOST):
        phones.lend("somebody")
    full = await borrow(tab)
    assert full.status == 422
    assert "in use" in (await full.json())["problem"]
    house.clock.advance(GONE_FOR)  # nobody has opened them
    assert (await borrow(tab)).status == 200


async def test_another_browser_neither_takes_nor_reads_it(tab: Browser, phones: TryPhones, house: House) -> None:
    lent = await (await borrow(tab, NUMBER)).json()
    async with browser(replace(house.deps(), try_phones=phones)) as other:
        refused = await borrow(other, NUMBER)
        assert refused.status == 422
        assert "Another browser" in (await refused.json())["problem"]
        assert (await other.get(lent["sms"])).status == 404
        assert (await other.post(lent["sms"], data={"csrf": csrf(other), "text": "STATUS"})).status == 404
        with pytest.raises(WSServerHandshakeError, match="404"):
            await other.ws_connect(lent["socket"])


async def test_it_writes_to_us_and_reads_our_answer(tab: Browser, house: House) -> None:
    lent = await (await borrow(tab, NUMBER)).json()
    house.clock.advance(timedelta(seconds=1))
    written = await tab.post(lent["sms"], data={"csrf": csrf(tab), "text": "HELP"})
    assert written.status == 204
    assert [message["own"] for message in await messages(tab, lent)] == [True]  # the answer is in the outbox
    house.clock.advance(timedelta(seconds=1))
    await send_due_sms(house.clinic, LocalGateway())
    answer, own = await messages(tab, lent)
    assert (answer["own"], own["own"], own["text"]) == (False, True, "HELP")
    assert "TOKEN" in answer["text"]


async def test_what_was_written_to_the_number_before_is_not_shown(
    tab: Browser, phones: TryPhones, house: House
) -> None:
    first = await (await borrow(tab, NUMBER)).json()
    house.clock.advance(timedelta(seconds=1))
    await tab.post(first["sms"], data={"csrf": csrf(tab), "text": "HELP"})
    house.clock.advance(GONE_FOR)
    again = await (await borrow(tab, NUMBER)).json()
    assert len(await messages(tab, again)) == 1, "the same browser goes on as the same caller"
    house.clock.advance(GONE_FOR)
    async with browser(replace(house.deps(), try_phones=phones)) as other:
        theirs = await (await borrow(other, NUMBER)).json()
        assert await messages(other, theirs) == []


async def messages(tab: Browser, lent: dict[str, str]) -> list[dict[str, Any]]:
    answer = await tab.get(lent["sms"])
    assert answer.status == 200
    found: list[dict[str, Any]] = (await answer.json())["messages"]
    return found


async def test_where_sms_go_out_for_real_none_are_shown_and_no_number_is_invented(house: House) -> None:
    real = TryPhones(house.clock, invents=False, shows_sms=False)
    async with browser(replace(house.deps(), try_phones=real)) as tab:
        refused = await borrow(tab)
        assert refused.status == 422
        assert "for real" in (await refused.json())["problem"]
        lent = await (await borrow(tab, NUMBER)).json()
        assert (await tab.post(lent["sms"], data={"csrf": csrf(tab), "text": "HELP"})).status == 400
        assert await messages(tab, lent) == []


async def test_a_phone_is_void_when_its_page_has_gone_or_after_twelve_hours() -> None:
    clock = HandClock()
    phones = TryPhones(clock)
    phone, _ = phones.lend("me")
    with phones.open(phone):
        clock.advance(LASTS - timedelta(seconds=1))
        phones.sweep()
        assert phones.find(phone.account, "me") is phone
    clock.advance(timedelta(seconds=1))
    phones.sweep()
    assert phone.void.is_set()
    gone, _ = phones.lend("me")
    with phones.open(gone):
        pass
    clock.advance(GONE_FOR)
    phones.sweep()
    assert gone.void.is_set()
    assert phones.lent() == []


async def test_the_same_browser_takes_its_number_over() -> None:
    phones = TryPhones(HandClock())
    older, _ = phones.lend("me", NUMBER)
    newer, _ = phones.lend("me", NUMBER)
    assert older.void.is_set()
    assert phones.find(older.account, "me") is None
    assert phones.find(newer.account, "me") is newer
    assert phones.find(newer.account, "you") is None
    with pytest.raises(NoTryPhone, match="taken"):
        phones.lend("you", NUMBER)
    await phones.changed()


async def test_every_reason_has_a_text() -> None:
    texts = load_words(("en",)).tongues["en"].texts
    states = {"connecting", "ready", "calling", "ringing_there", "ringing", "talking", "busy", "unknown"}
    states |= {"lost", "absent", "elsewhere", "ended", "none"}
    assert {f"try.is_{state}" for state in states} <= texts.keys()
    assert {f"try.{reason}" for reason in ("bad_number", "no_number", "taken", "too_many")} <= texts.keys()


async def test_a_language_is_chosen_on_the_page_itself(tab: Browser) -> None:
    here = str(tab.make_url("/try"))
    answer = await tab.get("/language/hi", headers={"Referer": here}, allow_redirects=False)
    assert answer.headers["Location"] == "/try"
    assert "आज़माने" in await (await tab.get("/try")).text()
