"""A call in the page's telephone: it draws attention when it rings, and no link of the panel takes it away unasked."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Dialog, Page, expect

from config.settings import CHECKOUT
from core.clinic.doctor_ready import doctor_pause, doctor_ready
from core.clinic.issue_prescription import issue_prescription
from core.clinic.note_call_back import note_call_back
from core.rules.prescription import Medicine, Prescription
from tests.web.chromium import CHROMIUM, NewPage, Pictures, sign_in
from tests.web.house import House
from tests.web.little_switch import CALLER, VOICE, LittleSwitch, upstream_of
from web.routes import make_app

SCRIPT = CHECKOUT / ".build" / "web" / "phone.js"
pytestmark = pytest.mark.skipif(
    not (CHROMIUM.exists() and SCRIPT.exists()), reason="needs Debian's package chromium and `make setup`"
)
FEVER = Prescription("Fever", "Viral fever", (Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3),))
ASKS = {"/password"}
"""Links that lead to a page without a telephone: the browser asks first."""
LINKS = """() => [...document.querySelectorAll("a[href]:not([target], [download], [href^='#'])")]
  .map((link) => link.getAttribute("href"))"""
GO = """address => new Promise((done) => {
  document.addEventListener("fresh", () => setTimeout(done), { once: true });
  const link = Object.assign(document.createElement("a"), { href: address });
  link.dataset.swap = "";
  document.getElementById("content").append(link);
  link.click();
})"""
FOLLOW = """address => new Promise((done) => {
  document.addEventListener("fresh", () => setTimeout(done), { once: true });
  [...document.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === address).click();
})"""
"""Returns when the link's page has come into this one; it fails when this one is left."""
ALLOWED = """
window.shown = [];
window.Notification = class {
  static permission = "granted";
  constructor(title, options) { shown.push({ title, ...options, hidden: document.hidden, closed: false }); }
  close() { shown.at(-1).closed = true; }
};
"""
"""What a browser is asked to show outside its window; a headless one shows nothing, and allows it to nobody."""
FORBIDDEN = ALLOWED.replace("granted", "denied")
HIDE = """() => {
  Object.defineProperty(document, "hidden", { get: () => true });
  Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def switch() -> LittleSwitch:
    return LittleSwitch()


@pytest.fixture
async def address(house: House, switch: LittleSwitch) -> AsyncIterator[str]:
    async with upstream_of(switch) as upstream:
        app = make_app(replace(house.deps(), phone_upstream=upstream, phone_script=SCRIPT))
        async with TestServer(app) as server:
            yield f"http://{server.host}:{server.port}"


async def phone_is(page: Page, state: str) -> None:
    await expect(page.locator("#phone")).to_have_attribute("data-state", state)


async def talks(page: Page, switch: LittleSwitch, login: str, password: str) -> None:
    """They sign in, somebody calls their page, and they answer by a key."""
    await page.add_init_script(VOICE)
    await sign_in(page, login, password)
    await switch.ring()
    await phone_is(page, "ringing")
    await page.keyboard.press("F2")
    await switch.talk(page)
    await phone_is(page, "talking")
    await page.evaluate("window.telephone = document.getElementById('phone')")


async def still_talking(page: Page) -> None:
    await phone_is(page, "talking")
    assert await page.evaluate("window.telephone === document.getElementById('phone')")


async def follow_all(page: Page, start: str) -> set[str]:
    """Every link of this page, and of every page that is come to by one."""
    seen, ahead = {start}, [start]
    while ahead:
        here = ahead.pop()
        await page.evaluate(GO, here)
        for link in sorted(set(await page.evaluate(LINKS)) - ASKS):
            await page.evaluate(GO, here)
            await page.evaluate(FOLLOW, link)
            await still_talking(page)
            if link not in seen:
                seen.add(link)
                ahead.append(link)
    return seen


async def test_no_link_of_a_doctors_pages_takes_the_call_away(
    house: House, new_page: NewPage, switch: LittleSwitch
) -> None:
    patient = await house.patient()
    before = await house.after_talk(patient)
    paper = await issue_prescription(house.clinic, doctor_id=before.doctor_id, consultation_id=before.id, content=FEVER)
    await house.talk(patient)
    page = await new_page()
    await talks(page, switch, "asha", house.doctor.password)
    correct = f"/doctor/prescriptions/{paper.id}/correct"
    followed = await follow_all(page, "/doctor")
    assert followed == {"/", "/doctor", "/doctor/day", "/doctor/sets", "/language/hi", "/language/en", correct}


async def test_no_link_of_the_desk_takes_the_call_away(house: House, new_page: NewPage, switch: LittleSwitch) -> None:
    await note_call_back(house.clinic, "+919812345678", "hi")
    page = await new_page()
    await talks(page, switch, "meena", house.operator.password)
    followed = await follow_all(page, "/operator")
    wanted = {"/", "/operator", "/operator/outbox", "/operator/grievances", "/language/hi", "/language/en"}
    assert followed >= wanted | {"/operator/callers/+919812345678"}


async def test_a_form_of_a_doctors_pages_does_not_either(house: House, new_page: NewPage, switch: LittleSwitch) -> None:
    """A paper is corrected while one talks; refused first, as something is missing."""
    patient = await house.patient()
    before = await house.after_talk(patient)
    await issue_prescription(house.clinic, doctor_id=before.doctor_id, consultation_id=before.id, content=FEVER)
    await house.talk(patient)
    page = await new_page()
    await talks(page, switch, "asha", house.doctor.password)
    await page.get_by_role("link", name=re.compile("Correct")).click()
    await expect(page.get_by_role("heading", name="Correct")).to_be_visible()
    await page.get_by_label("Diagnosis").fill("")
    await page.get_by_role("button", name="Sign the corrected version").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await still_talking(page)
    await page.get_by_label("Diagnosis").fill("Viral fever, third day")
    row = page.locator("#rows .row").last
    await row.get_by_label("Generic name").press_sequentially("zinc sul")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Remove this medicine").last.click()
    await page.get_by_role("button", name="Sign the corrected version").click()
    await expect(page.get_by_role("status").filter(has_text="corrected")).to_be_visible()
    await still_talking(page)


@pytest.mark.parametrize("login", ["asha", "meena"])
async def test_another_language_is_spoken_around_the_call(
    house: House, new_page: NewPage, switch: LittleSwitch, pictures: Pictures, login: str
) -> None:
    page = await new_page()
    await talks(page, switch, login, house.doctor.password if login == "asha" else house.operator.password)
    await page.get_by_role("link", name="हिन्दी").click()
    await expect(page.locator("html")).to_have_attribute("lang", "hi")
    await still_talking(page)
    await expect(page.locator("#phone").get_by_text("बात चल रही है")).to_be_visible()
    await expect(page.locator("#phone [data-part=caller]")).to_have_text(CALLER)
    for name in ("साइन आउट", "माइक बंद"):
        await expect(page.get_by_role("button", name=name)).to_be_visible()
    await expect(page.get_by_role("link", name="हिन्दी")).to_have_attribute("aria-current", "true")
    await expect(page.get_by_role("link", name="English")).not_to_have_attribute("aria-current", "true")
    assert "कनेक्शन" in str(await page.evaluate("document.body.dataset.offline"))
    await pictures.take(page, f"other-language-{login}.png")


async def test_who_leaves_the_page_in_a_call_is_asked_first(
    house: House, new_page: NewPage, switch: LittleSwitch
) -> None:
    page = await new_page()
    await talks(page, switch, "asha", house.doctor.password)
    asked: list[str] = []

    async def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    for leave in (page.get_by_role("link", name="Password"), page.get_by_role("button", name="Sign out")):
        async with page.expect_event("dialog"):
            await leave.click()
        await still_talking(page)
    assert asked == ["beforeunload"] * 2
    await page.keyboard.press("F9")
    await phone_is(page, "ready")
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/login*")
    assert len(asked) == 2


async def test_a_ring_is_seen_from_another_window(house: House, new_page: NewPage, switch: LittleSwitch) -> None:
    """By a notification and the title, which stays as long as it rings whatever else happens."""
    await doctor_ready(house.clinic, house.doctor.doctor.id)
    page = await new_page()
    await page.add_init_script(ALLOWED)
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.locator("body[data-live]")).to_be_visible()
    await page.evaluate(HIDE)
    assert await page.evaluate("shown") == []
    await switch.ring()
    await phone_is(page, "ringing")
    (shown,) = await page.evaluate("shown")
    assert (shown["body"], shown["hidden"], shown["closed"]) == (CALLER, True, False)
    await expect(page).to_have_title(f"☎ {shown['title']} · Duravani")

    await doctor_pause(house.clinic, house.doctor.doctor.id)
    await expect(page.locator("#now")).to_have_attribute("data-state", "paused")
    await expect(page).to_have_title(f"☎ {shown['title']} · Duravani")

    await switch.give_up()
    await phone_is(page, "ready")
    await expect(page).to_have_title("Paused · Duravani")
    assert (await page.evaluate("shown"))[0]["closed"]


async def test_nobody_is_notified_who_has_not_allowed_it(house: House, new_page: NewPage, switch: LittleSwitch) -> None:
    page = await new_page()
    await page.add_init_script(FORBIDDEN)
    await sign_in(page, "asha", house.doctor.password)
    await page.evaluate(HIDE)
    await switch.ring()
    await phone_is(page, "ringing")
    assert await page.evaluate("shown") == []
    await expect(page).to_have_title(re.compile("☎"))
