"""Every page of every role: no barrier that axe-core can find (WCAG 2.2 A and AA), and a first view of 150 kB at most.

Each is looked at 360 and 1920 px wide, in English by day and in Hindi by night; and once more with everything shown
that a script would show in some state, such as the telephone's buttons.
"""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from aiohttp import ClientWebSocketResponse
from aiohttp.test_utils import TestServer
from aiohttp.web import RouteDef
from playwright.async_api import Browser, Page, Request

from core.clinic.desk.answer_grievance import answer_grievance
from core.clinic.desk.hear_grievance import hear_grievance
from core.clinic.hire import add_operator
from core.clinic.issue_prescription import issue_prescription
from core.clinic.log_call import log_call_start
from core.clinic.note_call_back import note_call_back
from core.clinic.patient_web.sessions import open_patient_session
from core.clinic.pharmacy.dispense import dispense
from core.clinic.sign_in import open_session
from core.clinic.try_phones import TryPhones
from core.rules.dispensing import Portion
from core.rules.grievance import About
from core.rules.pharmacy import Channel
from core.rules.staff import StaffKind
from tests.npm import NoNode, install
from tests.web.chromium import needs_chromium
from tests.web.house import House
from tests.web.test_access import GAPS
from tests.web.test_prescription_link import CONTENT, link
from web.access import ALLOWED
from web.guard import right_of
from web.routes import make_app, routes

__all__ = ["link"]  # a fixture
pytestmark = needs_chromium

Gaps = Mapping[str, str]
WIDTHS = (360, 1920)
LOOKS = (("en", "light"), ("hi", "dark"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LIGHTEST, PHONE = 150_000, ("/static/phone.js", "/static/try.js")
"""Bytes as sent of a first view, and what does not count: the browser phones' bundles."""
FIRST_VIEW = frozenset({"document", "stylesheet", "script", "image", "font"})
MOBILE, CALL = "+919876543210", "call-1"
NO_PAGES = re.compile(
    r"\.(pdf|wav|json|csv|jpg)$|^/(events|doctor/now|doctor/records|phone/socket|static/.*|healthz|metrics|language/.*|admin/prompts/sound)$"
)
"""What answers a GET with something that is no page."""
RUN = """async ([rules]) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id} ${target.join(" ")}: ${failureSummary.split("\\n").slice(1, 2).join(" ").trim()}`));
}"""


SHOW_ALL = """() => {
  const hidden = document.querySelectorAll("#phone[hidden], #phone [hidden], main [hidden]");
  hidden.forEach((part) => (part.hidden = false));
  const closed = document.querySelectorAll("details:not([open])");
  closed.forEach((part) => (part.open = true));
  return hidden.length + closed.length > 0;
}"""
"""Whether there was anything to show."""


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's source."""
    try:
        return (install(Path(__file__).parent / "axe", "axe") / "axe-core/axe.min.js").read_text("utf-8")
    except NoNode as reason:
        pytest.skip(f"no axe-core: {reason}")


def pages_of(kind: StaffKind, furnished: Gaps) -> Iterator[str]:
    """The addresses of every page they may open; gaps are filled with what `furnish` has put there."""
    for route in routes():
        if isinstance(route, RouteDef) and route.method == "GET" and not NO_PAGES.search(route.path):
            right = right_of(route.handler)
            if right is not None and kind in ALLOWED[right]:
                yield filled(route.path, furnished)


def filled(path: str, furnished: Gaps) -> str:
    """The address with something in its gaps."""
    gaps = GAPS | {"mobile": quote(MOBILE), "id": CALL if "/calls/" in path else "1", "code": furnished["code"]}
    if "/pharmacies/" in path:
        gaps["id"] = furnished["pharmacy"]
    return re.sub(r"{(\w+)[^}]*}", lambda gap: gaps.get(gap[1], "1"), path)


async def furnish(house: House) -> Gaps:
    """Something of everything, so that no page is empty: a talk under way, an SMS, a call that is owed, a call.

    And a prescription of which a pharmacy has given a part; its code, and the pharmacy's number.
    """
    consultation = await house.after_talk(await house.patient("+919876543211"))
    signed = await issue_prescription(
        house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=consultation.id, content=CONTENT
    )
    shop = (await house.pharmacy()).pharmacy
    await dispense(house.clinic, shop, signed.code, [Portion(0, 1, 0)], channel=Channel.WEB)
    patient = await house.patient(MOBILE)
    await house.record(patient)
    await house.talk(patient)
    await note_call_back(house.clinic, "+919812345678", "hi")
    await log_call_start(house.clinic, CALL, "patient", MOBILE)
    await hear_grievance(house.clinic, "operator:2", MOBILE, About.STAFF, "They were rude")
    return {"code": signed.code, "pharmacy": str(shop.id)}


async def cookie_of(house: House, kind: StaffKind) -> str:
    """Of a new session."""
    if kind is StaffKind.DOCTOR:
        return (await open_session(house.clinic, house.doctor.doctor))[0]
    if kind is StaffKind.PHARMACY:
        async with house.clinic.ledger.read() as books:
            (shop,) = await books.pharmacies.all()
        return (await open_session(house.clinic, shop))[0]
    hired = await add_operator(house.clinic, login=f"some-{kind}", name="Somebody", kind=kind)
    return (await open_session(house.clinic, hired.operator))[0]


@pytest.fixture
async def address(house: House, tmp_path: Path) -> AsyncIterator[str]:
    """Of a web with telephones, whose scripts do nothing here."""
    for name in ("phone.js", "try.js"):
        (tmp_path / name).write_text("// the bundle")
    phones = TryPhones(house.clock, patient_numbers=["100"], missed_numbers=["200"])
    deps = replace(house.deps(), phone_upstream=no_switch, phone_script=tmp_path / "phone.js", try_phones=phones)
    async with TestServer(make_app(deps)) as server:
        yield f"http://{server.host}:{server.port}"


def no_switch() -> AbstractAsyncContextManager[ClientWebSocketResponse]:
    raise ConnectionError("there is no switch here")


async def open_tab(chromium: Browser, address: str, language: str, shade: Any, cookie: str = "") -> Page:
    context = await chromium.new_context(base_url=address, locale=f"{language}-IN", color_scheme=shade)
    if cookie:
        await context.add_cookies([{"name": "duravani", "value": cookie, "url": address}])
    page = await context.new_page()
    page.set_default_timeout(15_000)
    return page


async def barriers(page: Page, axe: str, path: str, status: int = 200) -> list[str]:
    """What axe finds, at every width; a page that cannot be opened is one, too."""
    answer = await page.goto(path)
    assert answer is not None
    if answer.status != status:
        return [f"{path}: HTTP {answer.status}"]
    await page.evaluate(axe)
    found: list[str] = []
    for shows_all in (False, True):
        if shows_all and not await page.evaluate(SHOW_ALL):
            break  # it would be the same page once more
        for width in WIDTHS[:1] if shows_all else WIDTHS:
            await page.set_viewport_size({"width": width, "height": 1000})
            where = f"{path} {await page.locator('html').get_attribute('lang')} {width}"
            found += [f"{where}: {barrier}" for barrier in await page.evaluate(RUN, [RULES])]
            if not shows_all and await page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{where}: wider than the screen")
    return found


@pytest.mark.parametrize("kind", StaffKind)
async def test_no_page_of_the_staff_has_a_barrier(
    house: House, chromium: Browser, address: str, axe: str, kind: StaffKind
) -> None:
    furnished = await furnish(house)
    cookie, found = await cookie_of(house, kind), []
    for language, shade in LOOKS:
        page = await open_tab(chromium, address, language, shade, cookie)
        for path in pages_of(kind, furnished):
            found += await barriers(page, axe, path)
            if not await page.locator('form[action="/logout"] button').is_visible():
                found.append(f"{path}: no way to sign out")
    assert not found, "\n".join(found)


async def test_no_page_of_a_stranger_has_a_barrier(
    house: House, chromium: Browser, address: str, axe: str, link: str
) -> None:
    found = []
    async with house.clinic.ledger.read() as books:
        code = (await books.prescriptions.get(1)).code
    for language, shade in LOOKS:
        page = await open_tab(chromium, address, language, shade)
        for path in ("/login", link, "/my", "/my/complaint", "/my/token", "/try", "/v", f"/v/{code}"):
            found += await barriers(page, axe, path)
        found += await barriers(page, axe, "/no-such-page", status=404)
        found += await barriers(page, axe, "/v/000000000018", status=404)
    assert not found, "\n".join(found)


async def test_no_page_of_a_patient_has_a_barrier(house: House, chromium: Browser, address: str, axe: str) -> None:
    await furnish(house)
    heard = await hear_grievance(house.clinic, "operator:2", MOBILE, About.WAITING, "Three hours!")
    await answer_grievance(house.clinic, "operator:2", heard.id, "We are sorry")
    async with house.clinic.ledger.write() as books:
        secret = await open_patient_session(house.clinic, books, mobile=MOBILE)
        (mine,) = await books.patients.of_mobile(MOBILE)
    found = []
    for language, shade in LOOKS:
        page = await open_tab(chromium, address, language, shade)
        await page.context.add_cookies([{"name": "my", "value": secret, "url": address}])
        for path in ("/my", f"/my/complaint?noted={heard.id}"):
            found += await barriers(page, axe, path)
            assert await page.locator('form[action="/my/leave"]').count(), "the session must be open"
        found += await barriers(page, axe, f"/my/people/{mine.id}/records")
        assert await page.locator("#file").count(), "likewise"
    assert not found, "\n".join(found)


async def test_every_first_view_is_light(house: House, chromium: Browser, address: str) -> None:
    furnished = await furnish(house)
    heavy = []
    for kind in StaffKind:
        page = await open_tab(chromium, address, "en", "light", await cookie_of(house, kind))
        await (await page.context.new_cdp_session(page)).send("Network.setCacheDisabled", {"cacheDisabled": True})
        for path in pages_of(kind, furnished):
            weight = await first_view(page, path)
            if weight > LIGHTEST:
                heavy.append(f"{kind} {path}: {weight} bytes")
    assert not heavy, "\n".join(heavy)


async def first_view(page: Page, path: str) -> int:
    """Bytes that this browser, which keeps no cache, fetches to show this page, as they were sent."""
    fetched: list[Request] = []

    def fetch(request: Request) -> None:
        fetched.append(request)

    page.on("requestfinished", fetch)
    await page.goto(path)
    page.remove_listener("requestfinished", fetch)
    counted = [
        each for each in fetched if each.resource_type in FIRST_VIEW and not urlsplit(each.url).path.startswith(PHONE)
    ]
    sizes = [await each.sizes() for each in counted]
    return sum(size["responseBodySize"] for size in sizes)
