"""A doctor with nothing but a browser: real Chromium, a microphone that plays a tone, ears that know tones."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from core.clinic.hire import HiredDoctor
from core.rules.phone import browser_account
from core.rules.staff import Doctor, DoctorState
from tests.live.audio import RATE, telephone, tone_share, write_tone
from tests.live.town import DOCTOR_TONE, SECOND_TONE, Town, Villager

CHROMIUM = Path("/usr/bin/chromium")
HEADLESS = Path("/usr/bin/chromium-headless-shell")
"""The same engine without windows, extensions and pages of its own: half the work."""
TAKES_CALLS = HEADLESS if HEADLESS.exists() else CHROMIUM
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-background-networking", "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",
)  # fmt: skip
RAW_SOUND = 'localStorage.setItem("phone.raw", "yes");'
"""No echo cancellation, which would take tones for noise (web/phone/devices.js)."""
AFTER_A_RELOAD = f"""
if (performance.getEntriesByType("navigation")[0].type === "reload") {{
  const audio = new AudioContext(), tone = audio.createOscillator(), out = audio.createMediaStreamDestination();
  tone.frequency.value = {SECOND_TONE};
  tone.connect(out);
  tone.start();
  navigator.mediaDevices.getUserMedia = async () => out.stream.clone();
}}
"""
"""A page that was loaded again has another voice, so that a recording tells before from after."""
HEARS = """async ([hz, wanted]) => {
  const audio = new AudioContext({ sampleRate: 8000 }), ear = audio.createAnalyser();
  ear.fftSize = 2048;
  ear.smoothingTimeConstant = 0;
  audio.createMediaStreamSource(document.querySelector("#phone [data-part=speaker]").srcObject).connect(ear);
  const bins = new Float32Array(ear.frequencyBinCount), until = performance.now() + 8000;
  let heard = false;
  while (heard !== wanted || performance.now() < until - 7500) {
    if (performance.now() > until) return false;
    await new Promise((done) => setTimeout(done, 60));
    ear.getFloatFrequencyData(bins);
    const loudest = bins.indexOf(Math.max(...bins));
    heard = bins[loudest] > -60 && Math.abs(loudest * 8000 / ear.fftSize - hz) < 12;
  }
  return true;
}"""


@dataclass(slots=True)
class BrowserPhone:
    """The telephone in somebody's page."""

    page: Page

    async def phone_is(self, state: str) -> None:
        """Returns when the page shows this state of the telephone."""
        await expect(self.page.locator("#phone")).to_have_attribute("data-state", state, timeout=20_000)

    async def hears(self, hz: float, *, wanted: bool = True) -> bool:
        """Whether the page hears this tone (or, not `wanted`, no longer does) within 8 seconds."""
        return bool(await self.page.evaluate(HEARS, [hz, wanted]))

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)


@dataclass(slots=True)
class BrowserDoctor(BrowserPhone):
    """A doctor of a town, at their panel."""

    town: Town
    hired: HiredDoctor

    @property
    def doctor(self) -> Doctor:
        return self.hired.doctor

    @property
    def who(self) -> str:
        """As the story calls them."""
        return browser_account(self.doctor.account)

    async def takes(self, patient: Villager) -> None:
        """Gets this patient, who waits; answers by the keyboard, and both talk."""
        await patient.waits()
        await self.ready()
        await self.phone_is("ringing")
        await self.press("F2")
        await patient.told("talking")
        await self.phone_is("talking")

    async def ready(self) -> None:
        """By the panel's button."""
        await self.page.locator('button[formaction="/doctor/ready"]').first.click()

    async def state(self) -> DoctorState:
        server = await self.town.service.clinic.line.state(self.doctor.id)
        assert server is not None
        return server.state

    async def is_(self, state: DoctorState) -> None:
        """Returns when the line says so."""
        async with self.town.service.clinic.line.listen(f"doctor:{self.doctor.id}") as events:
            while await self.state() is not state:
                await anext(events)


class Ear:
    """What a villager hears just now: the end of the recording, which grows."""

    def __init__(self, villager: Villager) -> None:
        self._villager = villager

    async def tone(self, hz: float) -> bool:
        """Whether this tone is heard within 8 seconds."""
        return await self._becomes(hz, True)

    async def no_tone(self, hz: float) -> bool:
        """Whether it is no longer heard within 8 seconds."""
        return await self._becomes(hz, False)

    async def _becomes(self, hz: float, wanted: bool) -> bool:
        for _ in range(32):
            await self._villager.phone.stay(0.25)
            if (tone_share(telephone(self._villager.heard)[-RATE // 2 :], hz) > 0.5) is wanted:
                return True
        return False


@asynccontextmanager
async def chromium(folder: Path, program: Path = CHROMIUM) -> AsyncIterator[Browser]:
    """A browser whose microphone plays a doctor's tone for ever."""
    voice = write_tone(folder / "microphone.wav", DOCTOR_TONE, seconds=2.0)
    async with async_playwright() as play:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
        browser = await play.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def tabs_of(browser: Browser) -> AsyncIterator[Browser]:
    """This browser, which others use afterwards: whatever is opened in it ends with the block."""
    try:
        yield browser
    finally:
        for context in browser.contexts:
            await context.close()


async def browser_doctor(town: Town, browser: Browser) -> BrowserDoctor:
    """Hire a doctor for this town; they have signed in, and their telephone is ready."""
    hired = await town.hire()
    doctor = BrowserDoctor(await signed_in(town, browser, hired.doctor.login, hired.password), town, hired)
    await doctor.phone_is("ready")
    await town.is_online(hired.doctor)
    return doctor


async def signed_in(town: Town, browser: Browser, login: str, password: str) -> Page:
    """The first page of somebody of the staff."""
    context = await browser.new_context(base_url=town.service.url, locale="en-IN", permissions=["microphone"])
    await context.add_init_script(RAW_SOUND + AFTER_A_RELOAD)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    page.on("dialog", lambda asked: asked.accept())  # "leave this page, in the middle of a call?"
    if "PHONE_LOG" in os.environ:
        page.on("console", lambda said: print("console:", said.text[:2000]))
        page.on("pageerror", lambda error: print("error:", error))
    await page.goto("/login")
    await page.locator("#login").fill(login)
    await page.locator("#password").fill(password)
    await page.locator("button.main").click()
    await page.wait_for_url(re.compile("/(doctor|operator)$"))
    return page
