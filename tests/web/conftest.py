"""Fixtures of the web's tests: the house, and browsers of people who have signed in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import async_playwright

from tests.web.administration import admin_browser, set_up
from tests.web.house import Browser, House, browser, build_model, open_house, session_of

CHROMIUM = Path("/usr/bin/chromium")
HEADLESS = Path("/usr/bin/chromium-headless-shell")
"""The same browser without windows: a page costs it a third less. Where calls are made it is the whole one."""
SHOWS_PAGES = HEADLESS if HEADLESS.exists() else CHROMIUM


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
