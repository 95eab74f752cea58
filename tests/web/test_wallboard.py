"""GET /wallboard: right, quiet about people, in both languages, live in a browser, and never scrolled on a wall."""

import asyncio
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from core.clinic.hire import add_operator
from core.clinic.take_token import take_token
from core.rules.roster import NOT_STORED, Duty
from core.rules.staff import DoctorState, StaffKind
from core.rules.token import TokenState
from core.rules.wallboard import hour_edges
from tests.web.chromium import NewPage, needs_chromium
from tests.web.chromium import sign_in as enter
from tests.web.day import OPDS, Day, write
from tests.web.house import Browser, House, browser, sign_in
from web.pages.wallboard import CHART, SHOWN_LANES, STATES, Counting
from web.words import load_words


def fill(house: House, *, waiting: int = 17, opds: Sequence[str] = OPDS) -> None:
    """A day as it may be at three in the afternoon."""
    clinic, now = house.clinic, house.clock.now()
    made = Day(house.doctor.doctor.id, random.Random(4), opds=opds)
    for days_ago, many in ((1, 300), (0, 200)):
        day = clinic.today() - timedelta(days=days_ago)
        made.busy(day, hour_edges(day, clinic.policy.time_zone)[9], now - timedelta(days=days_ago, minutes=10), many)
    for each in range(waiting):
        token, mobile = made.token(clinic.today(), now - timedelta(minutes=4 * each), TokenState.WAITING)
        made.call(mobile, now - timedelta(minutes=3), None, token)
    write(f"{house.home}/clinic.db", made.rows)


async def on_duty(house: House, *opds: str) -> None:
    """The doctor should serve these now, and does not."""
    now = house.clock.now()
    begins, ends = now - timedelta(hours=1), now + timedelta(hours=1)
    async with house.clinic.ledger.write() as books:
        await books.roster.add(Duty(NOT_STORED, house.doctor.doctor.id, opd, begins, ends) for opd in opds)


async def board_of(client: Browser, path: str = "/wallboard") -> str:
    answer = await client.get(path)
    assert answer.status == 200
    return await answer.text()


async def test_it_shows_numbers_and_nobody(house: House, operator: Browser) -> None:
    fill(house)
    patient = await house.patient()
    await house.match(patient)
    board = (await board_of(operator)).partition('<div id="board">')[2]
    assert "17" in board
    for secret in (patient.mobile, patient.code, house.doctor.doctor.name, house.doctor.doctor.account, "+91"):
        assert secret not in board


@pytest.mark.parametrize("kind", [StaffKind.SUPERVISOR, StaffKind.ADMIN])
async def test_who_watches_the_clinic_may_see_it(house: House, kind: StaffKind) -> None:
    hired = await add_operator(house.clinic, login="somebody", name="Somebody", kind=kind)
    async with browser(house.deps()) as client:
        await sign_in(client, "somebody", hired.password)
        assert "On the line now" in await board_of(client)


async def test_it_works_while_the_switch_does_not_answer(house: House) -> None:
    async def down() -> Mapping[str, float]:
        raise ConnectionError("Asterisk is gone")

    async with browser(replace(house.deps(), gauges=down)) as client:
        await sign_in(client, "meena", house.operator.password)
        assert "lines in use" not in await board_of(client)


async def test_many_screens_are_one_count_and_none_is_older_than_its_question(house: House) -> None:
    counting = Counting()
    boards = await asyncio.gather(*(counting.board(house.clinic) for _ in range(20)))
    assert len({id(board) for board in boards}) == 1
    await take_token(house.clinic, await house.patient(), "general")
    assert (await counting.board(house.clinic)).waiting[0].waiting == 1


def test_everything_shown_by_its_name_has_a_text() -> None:
    texts = load_words(("en",)).tongues["en"].texts
    assert set(STATES) == set(DoctorState)
    assert {f"wallboard.{name}" for name in (*STATES, "ivr", "holding", "talking")} <= texts.keys()
    assert CHART[0] > CHART[1]


async def fits(page: Page) -> bool:
    """Whether nothing is cut off or scrolled, in the page and in each of its parts."""
    return bool(
        await page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll("#board, #board > *")]
            .every((part) => part.scrollHeight <= part.clientHeight + 1 && part.scrollWidth <= part.clientWidth + 1)"""
        )
    )


SMALLEST = """() => {
  const texts = document.createTreeWalker(document.getElementById("board"), NodeFilter.SHOW_TEXT);
  const sizes = [];
  while (texts.nextNode()) {
    const { data, parentElement: part } = texts.currentNode;
    if (data.trim() && !part.closest(".unseen")) sizes.push(parseFloat(getComputedStyle(part).fontSize));
  }
  return Math.min(...sizes);
}"""
"""Pixels: the font-size of the smallest text on the board."""


def least_size(pixels: int) -> float:
    """What is read from 5 m on a 40-inch screen (16:9) of so many lines: an x of 6.25 minutes of arc, half its size."""
    screen = 40 * 25.4 * 9 / math.hypot(16, 9)
    return math.tan(math.radians(6.25 / 60)) * 5000 / screen / 0.5 * pixels


@needs_chromium
@pytest.mark.parametrize("locale", ["en-IN", "hi-IN"])
async def test_its_smallest_text_is_read_from_five_metres(house: House, new_page: NewPage, locale: str) -> None:
    fill(house)
    await on_duty(house, "general")
    page = await new_page(locale=locale)
    await enter(page, "meena", house.operator.password)
    await page.goto("/wallboard")
    for width, height in ((1920, 1080), (1280, 720)):
        await page.set_viewport_size({"width": width, "height": height})
        assert await page.evaluate(SMALLEST) >= least_size(height)
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate(SMALLEST) >= 12  # in one's hand


@needs_chromium
@pytest.mark.parametrize("locale", ["en-IN", "hi-IN"])
async def test_a_screen_on_the_wall_never_scrolls(house: House, new_page: NewPage, locale: str) -> None:
    fill(house, waiting=60, opds=("general", "speciality", "women", "children"))
    await on_duty(house, "general", "speciality")
    page = await new_page(locale=locale)
    await enter(page, "meena", house.operator.password)
    for shade in ("dark", "light"):
        await page.goto(f"/wallboard?shade={shade}")
        for width, height in ((1920, 1080), (1280, 720)):
            await page.set_viewport_size({"width": width, "height": height})
            assert await page.locator(".lanes li").count() == SHOWN_LANES
            assert await fits(page), (shade, width)
        await page.set_viewport_size({"width": 360, "height": 740})
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360


GAPS = """() => {
  const boxes = [...document.querySelectorAll(".axis span")].filter((each) => each.textContent).map((each) => {
    const text = document.createRange();
    text.selectNodeContents(each);
    return text.getBoundingClientRect();
  });
  return boxes.slice(1).map((box, at) => (box.left - boxes[at].right) / box.height);
}"""
"""Between the hours below the day's picture, in heights of a line."""


@needs_chromium
@pytest.mark.parametrize("first", [8, 1, 0])
async def test_the_hours_never_run_together(house: House, new_page: NewPage, first: int) -> None:
    day = house.clinic.today()
    begins = hour_edges(day, house.clinic.policy.time_zone)[first]
    made = Day(house.doctor.doctor.id, random.Random(4), opds=OPDS)
    made.busy(day, begins, begins + timedelta(minutes=50), 20)
    write(f"{house.home}/clinic.db", made.rows)
    page = await new_page()
    await enter(page, "meena", house.operator.password)
    await page.goto("/wallboard")
    await expect(page.locator(".axis span").first).to_have_text(str(first))
    for width, height in ((1920, 1080), (1280, 720), (360, 740)):
        await page.set_viewport_size({"width": width, "height": height})
        gaps = await page.evaluate(GAPS)
        assert gaps
        assert min(gaps) > 0.15, (width, gaps)


@needs_chromium
async def test_it_follows_what_happens(house: House, new_page: NewPage) -> None:
    page = await new_page()
    await enter(page, "meena", house.operator.password)
    await page.goto("/wallboard")
    await expect(page.locator("body[data-live]")).to_be_visible()
    waiting = page.locator(".tile", has_text=re.compile("Waiting for a doctor")).locator(".big")
    await expect(waiting).to_have_text("0")
    await take_token(house.clinic, await house.patient(), "general")
    await expect(waiting).to_have_text("1")
