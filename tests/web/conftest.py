"""Fixtures of the web's tests: the house, browsers of people who have signed in, and a real one."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright

from tests.web.administration import admin_browser, set_up
from tests.web.chromium import SHOWS_PAGES, NewPage, Pictures
from tests.web.house import Browser, House, browser, build_model, open_house, session_of
from web.routes import make_app


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> House:
    return build_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
async def house(tmp_path: Path, model: House, valkey_url: str) -> AsyncIterator[House]:
    async with open_house(tmp_path, model, valkey_url) as opened:
        yield opened


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[Browser]:
    async with browser(house.deps()) as client:
        yield client


@pytest.fixture
async def doctor(house: House) -> AsyncIterator[Browser]:
    async with session_of(house, house.doctor.doctor) as client:
        yield client


@pytest.fixture
async def operator(house: House) -> AsyncIterator[Browser]:
    async with session_of(house, house.operator.operator) as client:
        yield client


@pytest.fixture
async def admin(house: House) -> AsyncIterator[Browser]:
    """An administrator's browser, in front of a house that has its files."""
    await set_up(house)
    async with admin_browser(house) as client:
        yield client


@pytest.fixture(scope="session")
async def worker_chromium() -> AsyncIterator[Chromium]:
    """One for all tests of a worker: starting it, and Playwright's Node, takes a second of the machine."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=SHOWS_PAGES,
            args=["--headless=new", "--no-sandbox", "--disable-background-networking"],
        )
        yield browser
        await browser.close()


@pytest.fixture
async def chromium(worker_chromium: Chromium, address: str) -> AsyncIterator[Chromium]:
    """The worker's, without anything of another test: what was opened in it ends with the test.

    And before the server at `address`, which waits two minutes for a page that has just asked for its stream again.
    """
    yield worker_chromium
    for context in worker_chromium.contexts:
        await context.close()


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with TestServer(make_app(house.deps())) as server:
        yield f"http://{server.host}:{server.port}"


@pytest.fixture
def pictures() -> Pictures:
    wanted = os.environ.get("DURAVANI_PICTURES")
    if wanted:
        Path(wanted).mkdir(exist_ok=True)
    return Pictures(Path(wanted) if wanted else None)


@pytest.fixture
async def new_page(chromium: Chromium, address: str) -> AsyncIterator[NewPage]:
    """Opens tabs, each in a browser of its own. A script's error or a breach of the CSP fails the test."""
    errors: list[str] = []

    async def open_page(*, width: int = 1280, dark: bool = False, locale: str = "en-IN", script: bool = True) -> Page:
        context = await chromium.new_context(
            base_url=address,
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            locale=locale,
            java_script_enabled=script,
        )
        page = await context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)
        return page

    yield open_page
    assert errors == []
