"""A patient with nothing but a page: real Chromium at /try, where its keys are clicked and its screen is read."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.live.instance import Instance

REFUSE = 'navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotAllowedError"); };'
"""As a browser does whose user does not allow the microphone."""
SECONDS = 20_000
"""Milliseconds that the page may take for anything."""


@dataclass(slots=True)
class TryPhone:
    """One tab."""

    service: Instance
    page: Page
    number: str

    @property
    def handset(self) -> Locator:
        return self.page.locator("#handset")

    async def is_(self, state: str) -> None:
        """Returns when the screen shows this."""
        await expect(self.handset).to_have_attribute("data-state", state, timeout=SECONDS)

    async def plays(self, number: str) -> None:
        """Becomes another caller."""
        await self.page.locator("#number").fill(number)
        await self.page.locator("#caller button").click()
        await expect(self.handset.locator("[data-part=own]")).to_have_text(f"{number[:3]} {number[3:8]} {number[8:]}")

    async def press(self, keys: str) -> None:
        """One key after the other, by mouse."""
        for key in keys:
            await self.handset.locator(f'[data-digit="{key}"]').click()

    async def call(self, number: str) -> None:
        """By mouse."""
        await self.press(number)
        await self.green()

    async def green(self) -> None:
        await self.handset.locator('[data-do="call"]').click()

    async def red(self) -> None:
        await self.handset.locator('[data-do="end"]').click()

    async def said(self, *prompts: str) -> None:
        """Returns when the service has begun to speak each of these to them, in this order."""
        for prompt in prompts:
            await self.service.story.said(self.number, prompt)

    async def answers(self, prompt: str, keys: str) -> None:
        """Presses keys as soon as this question is being asked."""
        await self.said(prompt)
        await self.press(keys)

    async def got(self, words: str) -> Locator:
        """The newest SMS on the page, when it says this."""
        newest = self.page.locator("#messages li.got").first
        await expect(newest).to_contain_text(re.compile(words), timeout=SECONDS)
        return newest

    async def says_name(self) -> None:
        """After the beep; hash ends it."""
        await self.said("say_name")
        await asyncio.sleep(1.5)  # they speak
        await self.press("#")


async def try_phone(
    service: Instance, context: BrowserContext, number: str = "", *, microphone: bool = True
) -> TryPhone:
    """A tab whose phone is ready."""
    page = await context.new_page()
    page.set_default_timeout(SECONDS)
    if not microphone:
        await page.add_init_script(REFUSE)
    await page.goto("/try")
    phone = TryPhone(service, page, "")
    if number:
        await phone.plays(number)
    await phone.is_("ready")
    shown = await page.locator("#handset [data-part=own]").text_content()
    assert shown is not None
    phone.number = shown.replace(" ", "")
    return phone


@asynccontextmanager
async def visitor(service: Instance, browser: Browser) -> AsyncIterator[BrowserContext]:
    """A browser with a cookie jar of its own."""
    context = await browser.new_context(base_url=service.url, locale="en-IN", permissions=["microphone"])
    try:
        yield context
    finally:
        await context.close()
