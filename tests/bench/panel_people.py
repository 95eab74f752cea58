"""The people's side of `tests.bench.panels`: doctors' browsers that note when their bar has changed.

Orders come by stdin, one line of JSON each, and are answered by one: first who they are, and then what is asked.
"""

import asyncio
import json
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time_ns
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, expect

from tests.bench.page_phones import PagePhones
from tests.live.browser import CHROMIUM, RAW_SOUND, chromium

RINGS = 60_000
"""Ms until a patient must have rung."""
_STATE = re.compile(r'data-state="(\w+)"')
_BUTTON = re.compile(r'formaction="/doctor/(pause|ready)"')
_WAITING = re.compile(r'class="waiting">\s*<li>\D*(\d+)')
_WATCH = """() => {
  window.sights = [];
  const now = () => {
    const bar = document.getElementById("now");
    const button = bar?.querySelector("[formaction='/doctor/pause'], [formaction='/doctor/ready']");
    return bar && `${bar.dataset.state} ${button?.getAttribute("formaction")}`;
  };
  let before = now();
  new MutationObserver(() => {
    const state = now();
    if (!state || state === before) return;
    before = state;
    requestAnimationFrame(() => window.sights.push(performance.timeOrigin + performance.now()));
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""Notes the frame in which another state, or button, is drawn, in ms since the epoch."""
_HEARS = """async (hz) => {
  const audio = new AudioContext({ sampleRate: 8000 }), ear = audio.createAnalyser();
  ear.fftSize = 2048;
  ear.smoothingTimeConstant = 0;
  audio.createMediaStreamSource(document.querySelector("#phone [data-part=speaker]").srcObject).connect(ear);
  const bins = new Float32Array(ear.frequencyBinCount), until = performance.now() + 8000;
  try {
    while (performance.now() < until) {
      await new Promise((done) => setTimeout(done, 100));
      ear.getFloatFrequencyData(bins);
      const loudest = bins.indexOf(Math.max(...bins));
      if (bins[loudest] > -60 && Math.abs(loudest * 8000 / ear.fftSize - hz) < 12) return true;
    }
    return false;
  } finally {
    await audio.close();
  }
}"""
"""Whether the page hears this tone within 8 seconds."""


class Reduced:
    """A doctor's browser without a page: it listens, and looks at the bar."""

    def __init__(self, session: aiohttp.ClientSession, url: str, cookie: str) -> None:
        self._session, self._url, self._headers = session, url, {"Cookie": f"duravani={cookie}"}
        self._state = ""
        self.sights: list[int] = []
        """When another state, or button, was seen."""
        self.queue: list[tuple[int, int]] = []
        """Each number of waiting patients that was larger than any before, and when it was seen."""
        self.open, self.talks = asyncio.Event(), asyncio.Event()

    def forget(self) -> None:
        """What was seen until now is not what is measured."""
        self.sights.clear()
        self.queue.clear()

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
        found, waiting, button = _STATE.search(bar), _WAITING.search(bar), _BUTTON.search(bar)
        assert found, "no bar"
        length = int(waiting[1]) if waiting else 0
        if length > (self.queue[-1][0] if self.queue else 0):
            self.queue.append((length, time_ns()))
        state = f"{found[1]} {button[1] if button else ''}"
        if self._state and state != self._state:
            self.sights.append(time_ns())
        self._state = state
        if found[1] == "talking":
            self.talks.set()


class Tabs:
    """Pages of one real Chromium; the first of them pick up when they are rung."""

    def __init__(self, pages: Sequence[Page], phones: int) -> None:
        self.pages, self._phones = pages, phones
        self._answering = [asyncio.create_task(self._answer(page)) for page in pages[:phones]]

    async def hear(self, tones: Mapping[int, int]) -> int:
        """How many hear the tone that is meant for them, all being rung and having picked up."""
        await asyncio.gather(*self._answering)
        return sum(await asyncio.gather(*(self.pages[at].evaluate(_HEARS, hz) for at, hz in tones.items())))

    async def sights(self) -> dict[str, list[int]]:
        """By place; only since the talk began, of those who talk."""
        return {
            str(at): [int(ms * 1e6) for ms in await page.evaluate("window.sights")]
            for at, page in enumerate(self.pages)
        }

    def close(self) -> None:
        """Nobody picks up any more."""
        for task in self._answering:
            task.cancel()

    async def _answer(self, page: Page) -> None:
        phone = page.locator("#phone")
        await expect(phone).to_have_attribute("data-state", "ringing", timeout=RINGS)
        await page.keyboard.press("F2")
        await expect(phone).to_have_attribute("data-state", "talking", timeout=RINGS)
        await expect(page.locator("#now")).to_have_attribute("data-state", "talking", timeout=RINGS)
        await page.evaluate(_WATCH)


async def people() -> None:
    """Until stdin ends."""
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with AsyncExitStack() as stack:
        order = json.loads(await reader.readline())
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        tabs = await _tabs(stack, order)
        phones = await stack.enter_async_context(PagePhones(session, order["url"]))
        for at in range(order["tabs"], order["phones"]):
            await phones.add(at, order["cookies"][at])
        # Of those that talk in Chromium only the page itself notes what it shows, from the talk on.
        browsers = {
            at: Reduced(session, order["url"], cookie)
            for at, cookie in enumerate(order["cookies"])
            if at >= min(order["tabs"], order["phones"])
        }
        running = [asyncio.create_task(browser.run()) for browser in browsers.values()]
        stack.push_async_callback(_end, running)
        await asyncio.gather(*(browser.open.wait() for browser in browsers.values()))
        _say(ready=True)
        while line := await reader.readline():
            asked = json.loads(line)
            if asked["what"] == "hear":
                tones = {int(at): hz for at, hz in asked["tones"].items()}
                shown = {at: hz for at, hz in tones.items() if at < order["tabs"]}
                others = {at: hz for at, hz in tones.items() if at not in shown}
                await asyncio.gather(*(browsers[at].talks.wait() for at in others))
                _say(hear=await tabs.hear(shown) + await phones.hear(others))
            elif asked["what"] == "forget":
                for browser in browsers.values():
                    browser.forget()
                _say(forgotten=True)
            else:
                own = {str(at): browser.sights for at, browser in browsers.items()}
                sights = {"own": own} | ({"own, in Chromium": await tabs.sights()} if tabs.pages else {})
                _say(sights=sights, queues=[browser.queue for browser in browsers.values()])


async def _tabs(stack: AsyncExitStack, order: Mapping[str, Any]) -> Tabs:
    pages: list[Page] = []
    if CHROMIUM.exists() and order["tabs"]:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        browser = await stack.enter_async_context(chromium(folder))
        for at, cookie in enumerate(order["cookies"][: order["tabs"]]):
            pages.append(await _tab(browser, order["url"], cookie, phone=at < order["phones"]))
    elif order["tabs"]:
        raise RuntimeError("pages need Chromium")
    tabs = Tabs(pages, order["phones"])
    stack.callback(tabs.close)
    return tabs


async def _tab(browser: Browser, url: str, cookie: str, *, phone: bool) -> Page:
    context = await browser.new_context(base_url=url, locale="en-IN", permissions=["microphone"])
    await context.add_init_script(RAW_SOUND)
    await context.add_cookies([{"name": "duravani", "value": cookie, "url": url}])
    page = await context.new_page()
    if not phone:
        await page.route("**/phone/credentials", lambda route: route.abort())
    await page.goto("/doctor")
    await page.wait_for_selector("body[data-live]")
    if phone:
        await expect(page.locator("#phone")).to_have_attribute("data-state", "ready", timeout=RINGS)
    else:
        await page.evaluate(_WATCH)
    return page


async def _end(running: Sequence[asyncio.Task[None]]) -> None:
    for task in running:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*running)


def _say(**answer: object) -> None:
    print(json.dumps(answer), flush=True)
