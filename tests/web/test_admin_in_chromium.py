"""An administrator's day in a real browser: hire and verify a doctor, import a roster with two bad lines, a prompt."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from core.clinic.admin.plan_roster import import_roster
from core.clinic.hire import HiredOperator, add_operator
from core.rules.staff import StaffKind, Verification
from tests.web.administration import set_up, tone

# The browser's fixtures are those of the other panels.
from tests.web.chromium import NewPage, Pictures, needs_chromium
from tests.web.house import House, hire_doctor

pytestmark = needs_chromium
PAGES = ("", "/hire/doctor", "/staff/1", "/roster", "/opds", "/hours", "/prompts", "/sms", "/settings", "/audit")


@pytest.fixture
async def admin(house: House) -> HiredOperator:
    await set_up(house)
    return await add_operator(house.clinic, login="sunil", name="Sunil Kumar", kind=StaffKind.ADMIN)


async def enter(page: Page, admin: HiredOperator) -> None:
    await page.goto("/login")
    await page.locator("#login").fill("sunil")
    await page.locator("#password").fill(admin.password)
    await page.locator("button.main").click()
    await page.wait_for_url(re.compile("/admin$"))


@pytest.mark.parametrize("script", [True, False])
async def test_an_administrators_day(
    house: House, admin: HiredOperator, new_page: NewPage, pictures: Pictures, tmp_path: Path, script: bool
) -> None:
    page = await new_page(script=script)
    await enter(page, admin)
    await page.get_by_role("link", name="New doctor").click()
    await page.get_by_label("Login").fill("ravi")
    await page.get_by_label("Name").fill("Dr. Ravi Nair")
    await page.get_by_label("Qualification").fill("MBBS, MD (Paediatrics)")
    await page.get_by_label("Registration number").fill("RMC-20417")
    await page.get_by_label("Council").fill("Rajasthan Medical Council")
    await page.get_by_label("Contact").fill("0141-555 0117")
    await pictures.take(page, "admin-hire.png", whole=True)
    await page.get_by_role("button", name="Take on").click()
    await expect(page.get_by_text("Told only now")).to_be_visible()
    await pictures.take(page, "admin-told.png")
    await page.get_by_role("link", name="I have noted it").click()
    await page.get_by_label("Note for the audit").fill("looked up in the council's register")
    await page.get_by_role("button", name="Verified").click()
    await expect(page.get_by_text("The registration was looked up")).to_be_visible()
    await pictures.take(page, "admin-person.png", whole=True)

    await page.get_by_role("link", name="Duty roster").click()
    file = tmp_path / "roster.csv"
    file.write_text(
        "login,date,from,to,opd\nravi,2026-11-23,09:00,15:00,general\nravi,2026-11-23,14:00,18:00,general\n"
        "asha,2026-11-24,20:00,08:00,general\nasha,24.11.2026,09:00,15:00,general\nasha,2026-11-26,09:00,15:00,general\n"
    )
    await page.get_by_label("CSV file").set_input_files(file)
    await page.get_by_role("button", name="Check").click()
    await expect(page.get_by_text("Good lines: 3.")).to_be_visible()
    await expect(page.get_by_role("row", name=re.compile("^3 This doctor has a duty then"))).to_be_visible()
    await expect(page.get_by_role("row", name=re.compile("^5 .*is not a day"))).to_be_visible()
    await pictures.take(page, "admin-report.png", whole=True)
    await page.get_by_role("button", name="Take the good lines (3)").click()
    await expect(page.get_by_text("Lines taken: 3.")).to_be_visible()
    await page.goto("/admin/roster?week=2026-11-23")
    await expect(page.get_by_text("09:00–15:00")).to_have_count(2)
    await pictures.take(page, "admin-roster.png", whole=True)

    await page.goto("/admin/prompts?language=en")
    recording = tmp_path / "welcome.wav"
    recording.write_bytes(tone(1.5, 16000))
    prompt = page.locator("[id='en/prompt/welcome']")
    await prompt.get_by_label("Recording (wav)").set_input_files(recording)
    await prompt.get_by_role("button", name="Upload").click()
    await expect(page.get_by_text("Callers hear your recording from now on.")).to_be_visible()
    await expect(prompt.get_by_text("recorded", exact=True)).to_be_visible()
    await pictures.take(page, "admin-prompts.png")
    async with house.clinic.ledger.read() as books:
        doctor = await books.staff.doctor_by_login("ravi")
    assert doctor is not None
    assert doctor.verification is Verification.VERIFIED


async def test_a_prompt_is_played_on_the_page(house: House, admin: HiredOperator, new_page: NewPage) -> None:
    page = await new_page()
    await enter(page, admin)
    await page.goto("/admin/prompts?language=en")
    async with page.expect_response(re.compile("stem=en/prompt/welcome")) as heard:
        await page.locator("[id='en/prompt/welcome'] a.listen").click()
    assert (await heard.value).ok
    assert page.url.endswith("/admin/prompts?language=en")


async def test_a_department_is_added(house: House, admin: HiredOperator, new_page: NewPage, pictures: Pictures) -> None:
    page = await new_page()
    await enter(page, admin)
    await page.get_by_role("link", name="Departments and states").click()
    for field, text in (
        ("add-opd", "skin"), ("add-name-en", "Skin"), ("add-name-hi", "चमड़ी"),
        ("add-spoken-en", "For skin diseases press"), ("add-spoken-hi", "चमड़ी के डॉक्टर के लिए"),
    ):  # fmt: skip
        await page.locator(f"#{field}").fill(text)
    await page.get_by_role("button", name="Add the department").click()
    await expect(page.locator("#opd-skin")).to_contain_text("offered")
    await pictures.take(page, "admin-opds-added.png", whole=True)
    assert "skin" in house.clinic.policy.opds


@pytest.mark.parametrize("locale", ["en-IN", "hi-IN"])
async def test_the_header_has_a_row_for_who_and_one_for_the_menu_and_at_360_px_all_is_there(
    admin: HiredOperator, new_page: NewPage, locale: str
) -> None:
    for width, most_rows in ((1280, 1), (360, 4)):
        page = await new_page(width=width, locale=locale)
        await enter(page, admin)
        await page.goto("/admin/roster")
        boxes = [await link.bounding_box() for link in await page.locator(".admin-menu a").all()]
        assert len(boxes) == 9
        places = [(box["x"], box["x"] + box["width"], box["y"]) for box in boxes if box and box["height"] >= 24]
        assert len(places) == 9
        assert all(left >= 0 and right <= width for left, right, _ in places)
        assert len({top for _, _, top in places}) <= most_rows
        brand, who = await page.locator(".brand").bounding_box(), await page.locator(".who").bounding_box()
        assert brand is not None
        assert who is not None
        assert width == 360 or abs(brand["y"] + brand["height"] / 2 - who["y"] - who["height"] / 2) < 5


@pytest.mark.parametrize("dark", [False, True])
async def test_nothing_is_wider_than_the_screen(
    house: House, admin: HiredOperator, new_page: NewPage, pictures: Pictures, dark: bool
) -> None:
    await hire_doctor(house.clinic, "vikram", "Dr. Vikram Rao")
    lines = "".join(f"asha,2026-11-{day},09:00,15:00,general\n" for day in range(16, 22))
    await import_roster(house.clinic, f"login,date,from,to,opd\n{lines}", "admin:3", dry_run=False)
    for width in (360, 1280):
        page = await new_page(width=width, dark=dark, locale="hi-IN" if dark else "en-IN")
        await enter(page, admin)
        for path in PAGES:
            await page.goto(f"/admin{path}")
            name = f"admin{path.replace('/', '-')}-{width}-{'dark' if dark else 'light'}.png"
            await pictures.take(page, name, whole=True)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path


async def test_a_text_and_the_order_of_languages_are_changed_by_their_buttons(
    house: House, admin: HiredOperator, new_page: NewPage
) -> None:
    page = await new_page(script=False)
    await enter(page, admin)
    await page.goto("/admin/settings")
    await page.get_by_role("button", name="English: earlier").click()
    await expect(page.get_by_text("waits for the next start; until then: hi, en")).to_be_visible()
    first = page.locator("section[aria-labelledby=languages] li").first
    await expect(first).to_contain_text("English")
    await page.goto("/admin/sms")
    text = page.locator("#token_cancelled-en").get_by_label("Text", exact=True)
    await text.fill("{token} – off")
    await page.get_by_role("button", name="Save: token_cancelled, English").click()
    await expect(text).to_be_focused()
    await expect(page.locator("#token_cancelled-en")).to_contain_text("twice as dear: –")
    await text.fill("{token} is off")
    await page.get_by_role("button", name="Save: token_cancelled, English").click()
    await expect(page.locator("#token_cancelled-en")).to_contain_text("changed here")
    assert house.clinic.sms.fill("token_cancelled", "en", token="4711")[0] == "4711 is off"
    await page.get_by_role("button", name="Text as in the file: token_cancelled, English").click()
    await expect(text).to_have_value(re.compile("is cancelled as you asked"))
