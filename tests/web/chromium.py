"""A real browser for the tests of pages: where it is, what it looks at, and signing in."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Page

CHROMIUM = Path("/usr/bin/chromium")
HEADLESS = Path("/usr/bin/chromium-headless-shell")
"""The same browser without windows: a page costs it a third less. Where calls are made it is the whole one."""
SHOWS_PAGES = HEADLESS if HEADLESS.exists() else CHROMIUM
needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's package chromium")
NewPage = Callable[..., Awaitable[Page]]


@dataclass(frozen=True)
class Pictures:
    """What pages look like, kept in the folder that DURAVANI_PICTURES names; else nobody looks, and none is made."""

    folder: Path | None

    async def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """What is seen of this page, or the whole of it."""
        if self.folder is not None:
            await page.screenshot(path=self.folder / name, full_page=whole)


async def sign_in(page: Page, login: str, password: str) -> None:
    await page.goto("/login")
    await page.locator("#login").fill(login)
    await page.locator("#password").fill(password)
    await page.locator("button.main").click()
    await page.wait_for_url(re.compile("/(doctor|operator)$"))
