"""What happens while a page's stream is broken is on the page when it is back, and its meaning too (real Chromium)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from core.clinic.bring_together import doctor_did_not_answer
from core.clinic.take_token import take_token
from tests.web.chromium import NewPage, needs_chromium, sign_in
from tests.web.house import House
from web.pages.events import STREAMS, Streams
from web.routes import make_app

pytestmark = needs_chromium


@pytest.fixture
async def served(house: House) -> AsyncIterator[tuple[str, Streams]]:
    app = make_app(house.deps())
    async with TestServer(app) as server:
        yield f"http://{server.host}:{server.port}", app[STREAMS]


@pytest.fixture
def address(served: tuple[str, Streams]) -> str:
    return served[0]


async def test_a_doctor_is_told_what_they_missed(house: House, new_page: NewPage, served: tuple[str, Streams]) -> None:
    consultation = await house.match(await house.patient())
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.locator("body[data-live]")).to_be_visible()
    await expect(page.get_by_role("heading", name="Patient", exact=True)).to_be_visible()

    house.clock.advance(timedelta(seconds=20))
    served[1].end_all()
    await expect(page.locator("body:not([data-live])")).to_be_visible()
    await doctor_did_not_answer(house.clinic, consultation)
    await expect(page.locator("body[data-live]")).to_be_visible()
    await expect(page.get_by_role("heading", name="You are paused")).to_be_visible()
    await expect(page.get_by_text("nobody picked up")).to_be_visible()


async def test_who_was_refused_in_between_is_told_what_they_missed(
    house: House, new_page: NewPage, served: tuple[str, Streams]
) -> None:
    """As by a proxy whose service is just starting: the browser gives up, and the page itself comes again."""
    consultation = await house.match(await house.patient())
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.locator("body[data-live]")).to_be_visible()
    await expect(page.get_by_role("heading", name="Patient", exact=True)).to_be_visible()

    house.clock.advance(timedelta(seconds=20))
    async with page.expect_response(lambda answer: "/events" in answer.url and answer.status == 503):
        await page.route("**/events*", lambda route: route.fulfill(status=503))
        served[1].end_all()
    await doctor_did_not_answer(house.clinic, consultation)
    await page.unroute("**/events*")
    await expect(page.locator("body[data-live]")).to_be_visible()
    await expect(page.get_by_text("nobody picked up")).to_be_visible()


async def test_the_wallboard_counts_what_it_did_not_hear_of(
    house: House, new_page: NewPage, served: tuple[str, Streams]
) -> None:
    page = await new_page()
    await sign_in(page, "meena", house.operator.password)
    await page.goto("/wallboard")
    await expect(page.locator("body[data-live]")).to_be_visible()
    served[1].end_all()
    await expect(page.locator("body:not([data-live])")).to_be_visible()
    await take_token(house.clinic, await house.patient(), "general")
    await expect(page.locator("body[data-live]")).to_be_visible()
    await expect(page.locator(".tile .big").nth(1)).to_have_text("1")
