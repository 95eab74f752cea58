"""The people's side of `tests.bench.panels`: doctors' browsers that note when their bar has changed."""

import asyncio
import json
import re
import sys
from contextlib import AsyncExitStack, suppress
from time import time_ns

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

from tests.web.test_in_chromium import CHROMIUM

_STATE = re.compile(r'data-state="(\w+)"')
_WAITING = re.compile(r'class="waiting">\D*(\d+)')
_WATCH = """() => {
  window.sights = [];
  let before = document.getElementById("now").dataset.state;
  new MutationObserver(() => {
    const state = document.getElementById("now")?.dataset.state;
    if (!state || state === before) return;
    before = state;
    requestAnimationFrame(() => window.sights.push(performance.timeOrigin + performance.now()));
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""Notes the frame in which another state is drawn, in ms since the epoch."""


class Reduced:
    """A doctor's browser without a page: it listens, and looks at the bar."""

    def __init__(self, session: aiohttp.ClientSession, url: str, cookie: str) -> None:
        self._session, self._url, self._headers = session, url, {"Cookie": f"duravani={cookie}"}
        self._state = ""
        self.sights: list[int] = []
        self.queue: list[tuple[int, int]] = []
        """Each number of waiting patients that was larger than any before, and when it was seen."""
        self.open = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        async with self._session.get(f"{self._url}/events", headers=self._headers) as stream:
            await self._look()
            self.open.set()
            async for line in stream.content:
                if line.startswith(b"data: "):
                    await self._look()

    async def _look(self) -> None:
        async with self._session.get(f"{self._url}/doctor/now", headers=self._headers) as answer:
            bar = await answer.text()
        found, waiting = _STATE.search(bar), _WAITING.search(bar)
        assert found, "no bar"
        length = int(waiting[1]) if waiting else 0
        if length > (self.queue[-1][0] if self.queue else 0):
            self.queue.append((length, time_ns()))
        if self._state and found[1] != self._state:
            self.sights.append(time_ns())
        self._state = found[1]


async def people() -> None:
    """Orders from stdin (one line of JSON); `ready`; until stdin ends; then what was seen, as one line of JSON."""
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    order = json.loads(await reader.readline())
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        browsers = [Reduced(session, order["url"], cookie) for cookie in order["cookies"]]
        running = [asyncio.create_task(browser.run()) for browser in browsers]
        await asyncio.gather(*(browser.open.wait() for browser in browsers))
        tabs: list[Page] = []
        if CHROMIUM.exists() and order["tabs"]:
            play = await stack.enter_async_context(async_playwright())
            arguments = ["--headless=new", "--no-sandbox", "--disable-background-networking"]
            chromium = await play.chromium.launch(executable_path=CHROMIUM, args=arguments)
            stack.push_async_callback(chromium.close)
            tabs = [await _tab(chromium, order["url"], cookie) for cookie in order["cookies"][: order["tabs"]]]
        print("ready", flush=True)
        await reader.read()
        seen = {"own": [browser.sights for browser in browsers]}
        queues = [browser.queue for browser in browsers]
        if tabs:
            seen["own, in Chromium"] = [[int(at * 1e6) for at in await tab.evaluate("window.sights")] for tab in tabs]
        print(json.dumps({"sights": seen, "queues": queues}), flush=True)
        for task in running:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*running)


async def _tab(chromium: Browser, url: str, cookie: str) -> Page:
    context = await chromium.new_context(base_url=url, locale="en-IN")
    await context.add_cookies([{"name": "duravani", "value": cookie, "url": url}])
    page = await context.new_page()
    await page.goto("/doctor")
    await page.wait_for_selector("body[data-live]")
    await page.evaluate(_WATCH)
    return page
