"""What is typed in a real browser: when the page is left, when it cannot be kept, when the tab has missed things."""

import asyncio
import re

from playwright.async_api import Page, Route, expect

from core.clinic.close_case import close_case
from core.clinic.keep_draft import kept_draft
from core.clinic.talk import begin_talk
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import House

pytestmark = needs_chromium


async def _my_day_and_back(page: Page) -> None:
    """Both pages were swapped in: Back leaves the form without leaving the page."""
    await page.get_by_role("link", name="My day").click()
    await expect(page.get_by_role("heading", name="My day")).to_be_visible()
    await page.get_by_role("link", name="Patients").click()
    await expect(page.get_by_role("heading", name="Prescription")).to_be_visible()


async def test_back_keeps_what_was_just_typed(house: House, new_page: NewPage) -> None:
    await house.after_talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await _my_day_and_back(page)
    await page.get_by_label("Diagnosis").fill("Viral fever")
    await page.evaluate("history.back()")
    await expect(page.get_by_role("heading", name="My day")).to_be_visible()
    await expect(page).to_have_url(re.compile("/doctor/day$"))
    await page.evaluate("history.forward()")
    await expect(page.get_by_label("Diagnosis")).to_have_value("Viral fever")


async def _out_of_order(route: Route) -> None:
    await route.fulfill(status=500, body="")


async def test_what_cannot_be_kept_keeps_the_page(house: House, new_page: NewPage, pictures: Pictures) -> None:
    await house.after_talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await _my_day_and_back(page)
    await page.route("**/doctor/draft", _out_of_order)
    await page.get_by_label("Diagnosis").fill("Viral fever")
    said = page.get_by_text("so this page stays")
    for leave in (
        page.get_by_role("link", name="My day").click,
        page.get_by_role("link", name="हिन्दी").click,
        page.get_by_role("button", name="Sign out").click,
        lambda: page.evaluate("history.back()"),
    ):
        await leave()
        await expect(said).to_be_visible()
        await page.evaluate("document.querySelector('#notices').replaceChildren()")
        await expect(page).to_have_url(re.compile("/doctor$"))
        await expect(page.get_by_label("Diagnosis")).to_have_value("Viral fever")
    await page.get_by_role("link", name="My day").click()
    await expect(said).to_be_visible()
    await pictures.take(page, "stays.png")
    await page.unroute("**/doctor/draft")
    await page.get_by_role("link", name="My day").click()
    await expect(page.get_by_role("heading", name="My day")).to_be_visible()
    await page.get_by_role("link", name="Patients").click()
    await expect(page.get_by_label("Diagnosis")).to_have_value("Viral fever")


async def test_a_second_event_does_not_take_away_what_was_typed_after_the_first(
    house: House, new_page: NewPage
) -> None:
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.locator("body[data-live]")).to_be_visible()
    told, typed = asyncio.Event(), asyncio.Event()
    looks = 0

    async def slowly(route: Route) -> None:
        nonlocal looks
        looks += 1
        await (told if looks == 1 else typed).wait()
        await route.continue_()

    await page.route(re.compile("/doctor$"), slowly)
    async with page.expect_request(re.compile("/doctor$")):
        case = await house.match(await house.patient())
    async with page.expect_event("console", lambda said: said.text == "heard"):
        await page.evaluate("document.addEventListener('stream', () => console.log('heard'), { once: true })")
        await begin_talk(house.clinic, case, "patient-leg", "doctor-leg")
    told.set()
    await page.get_by_label("Diagnosis").fill("Viral fever")
    typed.set()
    await expect(page.get_by_role("button", name="Hang up")).to_be_visible()
    await expect(page.get_by_label("Diagnosis")).to_have_value("Viral fever")
    assert looks == 1


async def test_a_tab_that_heard_nothing_shows_the_present_patient_without_the_other_ones_text(
    house: House, new_page: NewPage, pictures: Pictures
) -> None:
    me = house.doctor.doctor.id
    before = await house.after_talk()
    page = await new_page()
    await page.route("**/events", lambda route: route.abort())
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_label("Diagnosis").fill("Viral fever")
    await expect(page.locator("#draft-state")).to_contain_text("Draft kept")
    await close_case(house.clinic, doctor_id=me, consultation_id=before.id, reason="other")
    present = await house.after_talk(await house.patient("+919812345678"))
    await page.get_by_role("button", name="Save name").click()
    await expect(page.get_by_role("alert")).to_contain_text("The case you typed for is over")
    await expect(page.locator("#content")).to_have_attribute("data-case", str(present.id))
    await expect(page.get_by_label("Diagnosis")).to_have_value("")
    await pictures.take(page, "over.png")

    await close_case(house.clinic, doctor_id=me, consultation_id=present.id, reason="other")
    following = await house.after_talk(await house.patient("+919812345679"))
    await page.get_by_label("Diagnosis").fill("Dengue")  # the draft is refused: the page looks again
    await expect(page.locator("#content")).to_have_attribute("data-case", str(following.id))
    await expect(page.get_by_label("Diagnosis")).to_have_value("")
    assert await kept_draft(house.clinic, doctor_id=me, consultation_id=following.id) is None
