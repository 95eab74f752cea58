"""The doctor's whole work in a real browser, with pictures for whoever wants to look at them."""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from core.clinic.bring_together import doctor_did_not_answer
from core.clinic.issue_prescription import issue_prescription
from core.clinic.note_call_back import note_call_back
from core.clinic.talk import begin_talk, end_talk
from core.rules.prescription import Medicine, Prescription
from tests.web.conftest import CHROMIUM
from tests.web.house import House
from web.routes import make_app

__all__ = ["CHROMIUM"]
NewPage = Callable[..., Awaitable[Page]]
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's package chromium")


@dataclass(frozen=True)
class Pictures:
    """What pages look like, kept in the folder that DURAVANI_PICTURES names; else nobody looks, and none is made."""

    folder: Path | None

    async def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """What is seen of this page, or the whole of it."""
        if self.folder is not None:
            await page.screenshot(path=self.folder / name, full_page=whole)


@pytest.fixture
async def chromium(worker_chromium: Browser) -> AsyncIterator[Browser]:
    """The worker's, without anything of another test: what was opened in it ends with the test."""
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
async def new_page(chromium: Browser, address: str) -> AsyncIterator[NewPage]:
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


async def sign_in(page: Page, login: str, password: str) -> None:
    await page.goto("/login")
    await page.locator("#login").fill(login)
    await page.locator("#password").fill(password)
    await page.locator("button.main").click()
    await page.wait_for_url(re.compile("/(doctor|operator)$"))


async def test_a_doctors_whole_work(house: House, new_page: NewPage, pictures: Pictures) -> None:
    page = await new_page()
    await page.goto("/login")
    await pictures.take(page, "login.png")
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.get_by_role("heading", name="You are paused")).to_be_visible()

    await page.get_by_role("button", name="Ready", exact=True).click()
    await expect(page.get_by_role("heading", name="Waiting for the next patient")).to_be_visible()
    await pictures.take(page, "ready.png")

    consultation = await house.match(await house.patient())
    await expect(page.get_by_role("heading", name="Patient", exact=True)).to_be_visible()
    await expect(page.locator("#now")).to_contain_text("Calling the patient")
    await begin_talk(house.clinic, consultation, "patient-leg", "doctor-leg")
    await expect(page.get_by_role("button", name="Hang up")).to_be_visible()

    await page.get_by_label("Name", exact=True).fill("Sunita Devi")
    await page.get_by_label("Complaint").fill("Fever and body ache for two days")
    await page.get_by_label("Diagnosis").fill("Viral fever")
    first = page.locator("#rows .row").first
    await first.get_by_label("Generic name").fill("paracetamol")
    await first.get_by_label("Form").fill("tablet")
    await first.get_by_label("Strength").fill("500 mg")
    await first.get_by_label("How often").fill("1-1-1")
    await first.get_by_label("Days").fill("3")
    await first.get_by_label("Instructions").fill("after food")
    second = page.locator("#rows .row").nth(1)
    await second.get_by_label("Generic name").fill("amoxicillin")
    await page.get_by_label("Advice").fill("Rest, plenty of water. Call again if the fever stays for three days.")
    await pictures.take(page, "talking.png", whole=True)

    await expect(page.locator("#draft-state")).to_contain_text("Draft kept")
    await page.reload()
    await expect(page.get_by_label("Diagnosis")).to_have_value("Viral fever")

    await page.get_by_role("button", name="Sign prescription").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    await expect(page.locator("[id='medicines.1.list_a_needs_video']")).to_contain_text("List A")
    await pictures.take(page, "problems.png", whole=True)
    await page.get_by_role("button", name="Remove this medicine").nth(1).click()

    await end_talk(house.clinic, consultation)
    await expect(page.get_by_role("button", name="Call again")).to_be_visible()
    await page.get_by_role("button", name="Sign prescription").click()
    await expect(page.get_by_text("Prescription issued.")).to_be_visible()
    await pictures.take(page, "signed.png")
    async with house.clinic.ledger.read() as books:
        signed = await books.prescriptions.of_consultation(consultation.id)
        patient = await books.patients.get(consultation.patient_id)
    assert signed is not None
    assert [medicine.generic for medicine in signed.content.medicines] == ["paracetamol"]
    assert patient.name == "Sunita Devi"
    assert await page.evaluate("sessionStorage.length") == 0

    following = await house.match(await house.patient("+919812345678"))
    await expect(page.get_by_role("heading", name="Patient", exact=True)).to_be_visible()
    await expect(page.get_by_label("Diagnosis")).to_have_value("")
    await expect(page.locator("body[data-live]")).to_be_visible()
    await doctor_did_not_answer(house.clinic, following)
    await expect(page.get_by_text("nobody picked up")).to_be_visible()
    await expect(page.get_by_role("heading", name="You are paused")).to_be_visible()


async def test_the_keyboard_is_never_left_on_hang_up(house: House, new_page: NewPage) -> None:
    """Whoever pressed Ready by Enter still has their hand there when the patient talks."""
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_role("button", name="Ready", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#now")).to_have_attribute("data-state", "ready")
    await begin_talk(house.clinic, await house.match(await house.patient()), "patient-leg", "doctor-leg")
    await expect(page.get_by_role("button", name="Hang up")).to_be_visible()
    await expect(page.get_by_role("button", name="Hang up")).not_to_be_focused()
    assert await page.evaluate("document.activeElement.tagName") != "BUTTON"


async def test_a_draft_survives_another_language_and_the_sign_out(house: House, new_page: NewPage) -> None:
    await house.talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_label("Diagnosis").fill("Viral fever")
    await page.get_by_role("link", name="हिन्दी").click()
    await expect(page.get_by_label("रोग")).to_have_value("Viral fever")
    await page.get_by_role("button", name="साइन आउट").click()
    await page.wait_for_url("**/login*")
    assert await page.evaluate("sessionStorage.length + localStorage.length") == 0
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.get_by_label("रोग")).to_have_value("Viral fever")


async def test_everything_works_without_a_script(house: House, new_page: NewPage) -> None:
    page = await new_page(script=False)
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_role("button", name="Ready", exact=True).click()
    consultation = await house.after_talk()
    await page.reload()
    await page.get_by_label("Complaint").fill("Cough")
    await page.get_by_label("Diagnosis").fill("Common cold")
    await page.get_by_role("button", name="Add medicine").click()
    await expect(page.get_by_label("Diagnosis")).to_have_value("Common cold")
    await page.get_by_label("Advice").fill("Warm fluids")
    await page.get_by_role("button", name="Sign prescription").click()
    await expect(page.get_by_text("Prescription issued.")).to_be_visible()
    async with house.clinic.ledger.read() as books:
        assert await books.prescriptions.of_consultation(consultation.id) is not None


@pytest.mark.parametrize("dark", [False, True])
async def test_the_patients_page_on_a_small_old_phone(
    house: House, new_page: NewPage, pictures: Pictures, dark: bool
) -> None:
    consultation = await house.after_talk()
    medicines = (
        Medicine("paracetamol", "tablet", "500 mg", "1-1-1", 3, "खाने के बाद"),
        Medicine("zinc sulfate", "dispersible tablet", "20 mg", "0-0-1", 14),
    )
    content = Prescription("दो दिन से बुखार", "Viral fever", medicines, tests=("CBC",), advice="आराम करें, ख़ूब पानी पिएँ।")
    await issue_prescription(
        house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=consultation.id, content=content
    )
    async with house.clinic.ledger.read() as books:
        texts = " ".join(sms.text for sms in await books.outbox.latest(10))
        patient = await books.patients.get(consultation.patient_id)
    link = re.search(r"/p/[\w-]{22}", texts)
    assert link
    page = await new_page(width=320, dark=dark, script=False)
    await page.goto(link.group())
    await page.locator("#fact").fill(patient.code[-4:])
    await page.get_by_role("button", name="खोलिए").click()
    await expect(page.get_by_text("PARACETAMOL")).to_be_visible()
    await pictures.take(page, f"link-320-{'dark' if dark else 'light'}.png", whole=True)
    assert await page.locator("html").evaluate("page => page.scrollWidth") <= 320


@pytest.mark.parametrize("dark", [False, True])
async def test_nothing_is_wider_than_a_phone(house: House, new_page: NewPage, pictures: Pictures, dark: bool) -> None:
    await house.talk()
    await note_call_back(house.clinic, "+919812345678", "hi")
    shade = "dark" if dark else "light"
    for login, password, paths in (
        ("asha", house.doctor.password, ("/doctor",)),
        ("meena", house.operator.password, ("/operator", "/operator/outbox")),
    ):
        for width in (360, 1280):
            page = await new_page(width=width, dark=dark, locale="hi-IN" if dark else "en-IN")
            await sign_in(page, login, password)
            for path in paths:
                await page.goto(path)
                name = f"{login}{path.replace('/', '-')}{width}-{shade}.png"
                await pictures.take(page, name, whole=True)
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
