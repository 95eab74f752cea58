"""An operator's work in a real browser, with and without its script, and the pictures of every page of the desk."""

import re

import pytest
from playwright.async_api import Page, expect

from core.clinic.desk.hear_grievance import hear_grievance
from core.clinic.desk.present_caller import operator_answered, operator_free, operator_rung
from core.clinic.log_call import log_call_end, log_call_start
from core.clinic.note_call_back import note_call_back
from core.clinic.take_token import take_token
from core.rules.grievance import About
from core.rules.records import CallEvent
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import House

pytestmark = needs_chromium

MOBILE, STRANGER, GAVE_UP = "+919876543210", "+919812345678", "+919700000001"
STORY = [
    ("said", "language_choice: हिन्दी के लिए 1 दबाएँ"), ("pressed", "1"), ("said", "age: मरीज़ की उम्र कितने साल है?"),
    ("pressed", "3"), ("pressed", "4"), ("recorded", "name-1"), ("human", ""),
]  # fmt: skip


async def _call(house: House, call_id: str, mobile: str, story: list[tuple[str, str]], *, ended: bool = False) -> None:
    await log_call_start(house.clinic, call_id, "patient", mobile)
    async with house.clinic.ledger.write() as books:
        now = house.clock.now()
        await books.calls.add_events([CallEvent(call_id, now, kind, detail) for kind, detail in story])
        await books.calls.update(call_id, language="hi")
    if ended:
        await log_call_end(house.clinic, call_id, "hangup normal")


async def test_a_caller_who_pressed_0_is_seen_registered_and_given_a_token(
    house: House, new_page: NewPage, pictures: Pictures
) -> None:
    page = await new_page()
    await sign_in(page, "meena", house.operator.password)
    await expect(page.locator("body[data-live]")).to_be_attached()
    await page.evaluate("window.stays = true")

    await _call(house, "leg-1", STRANGER, STORY)
    ringing = await operator_rung(house.clinic, house.operator.operator.id, "leg-1", STRANGER)
    present = page.locator("#caller")
    await expect(present).to_contain_text("is ringing you")
    await expect(present).to_contain_text("Nobody is registered")
    await expect(present).to_contain_text("Pressed: 3 4")
    await operator_answered(house.clinic, ringing)
    await expect(present).to_contain_text("is talking with you")
    await pictures.take(page, "desk-caller.png", whole=True)

    await present.get_by_role("link", name="Open").click()
    await page.wait_for_url(f"**/operator/callers/{STRANGER}")
    await page.get_by_label("Name", exact=True).fill("Sunita Devi")
    await page.get_by_label("Age in years").fill("340")
    await page.get_by_label("PIN code").fill("305001")
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing is lost")
    assert page.url.endswith(f"/operator/callers/{STRANGER}"), "a reload must find a page"
    await expect(page.locator("#register-age-problem")).to_contain_text("0 to 120")
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Sunita Devi")
    await pictures.take(page, "desk-register-problems.png", whole=True)
    await page.get_by_label("Age in years").fill("34")
    await page.get_by_label("The notice was read to them").check()
    await page.get_by_role("button", name="Register").click()
    await expect(page.get_by_text("Registered. The Patient ID is")).to_be_visible()

    await page.get_by_text("Give a token").click()
    await page.get_by_role("button", name="Give token").click()
    await expect(page.get_by_text("is in the line, and an SMS")).to_be_visible()
    await page.get_by_text("Place elsewhere in the line").click()
    await page.get_by_label("Class").select_option("emergency")
    await page.get_by_label("Reason").fill("chest pain, on the phone with me")
    await page.get_by_role("button", name="Place", exact=True).click()
    await expect(page.get_by_text("The token has its new place.")).to_be_visible()
    await pictures.take(page, "desk-file.png", whole=True)

    await page.get_by_role("link", name=re.compile("^What happened")).click()
    await expect(page.get_by_text("Pressed 3 4")).to_be_visible()
    await pictures.take(page, "desk-story.png", whole=True)
    await operator_free(house.clinic, ringing)
    await page.get_by_role("navigation").get_by_role("link", name="Desk").click()
    await expect(page.get_by_role("heading", name="Calls we owe")).to_be_visible()
    await expect(present).to_be_empty()
    assert await page.evaluate("window.stays"), "a telephone in this page would have been cut off"
    async with house.clinic.ledger.read() as books:
        patients = await books.patients.of_mobile(STRANGER)
        caller = await books.callers.get(STRANGER)
    assert [patient.name for patient in patients] == ["Sunita Devi"]
    assert caller is not None
    assert caller.consent_call == "operator:2"


async def test_slash_searches_and_a_complaint_is_heard_and_answered(
    house: House, new_page: NewPage, pictures: Pictures
) -> None:
    patient = await house.patient()
    page = await new_page()
    await sign_in(page, "meena", house.operator.password)
    await expect(page.locator("body[data-live]")).to_be_attached()
    await page.keyboard.press("/")
    await page.keyboard.type(patient.code)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/operator/callers/{MOBILE}")
    await page.get_by_text("Write down a complaint").click()
    await page.get_by_label("What they said").fill("I waited three hours and nobody called.")
    await page.get_by_role("button", name="Write down").click()
    await expect(page.get_by_text("Noted under number 1.")).to_be_visible()
    await page.get_by_role("navigation").get_by_role("link", name="Complaints").click()
    await page.get_by_role("textbox", name="Answer").fill("Sorry. A doctor calls you at ten today.")
    await pictures.take(page, "desk-grievances.png", whole=True)
    await page.get_by_role("button", name="Answer and close").click()
    await expect(page.get_by_text("None waits.")).to_be_visible()
    async with house.clinic.ledger.read() as books:
        sms = [each.template for each in await books.lookup.sms_of_mobile(MOBILE, 10)]
    assert sms == ["grievance_answer_2", "grievance_noted"]


async def test_everything_works_without_a_script(house: House, new_page: NewPage) -> None:
    patient = await house.patient()
    await _call(house, "leg-9", GAVE_UP, STORY[:3], ended=True)
    page = await new_page(script=False)
    await sign_in(page, "meena", house.operator.password)
    await page.locator("#abandoned").get_by_role("button", name="Call now").click()
    await expect(page.locator("#owed")).to_contain_text(GAVE_UP)
    await expect(page.locator("#abandoned")).not_to_contain_text(GAVE_UP)
    await page.get_by_label("Mobile number, Patient ID").fill("98765 43210")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_text("Correct details").click()
    await page.get_by_label("Name", exact=True).first.fill("सुनीता देवी")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    async with house.clinic.ledger.read() as books:
        assert (await books.patients.get(patient.id)).name == "सुनीता देवी"


async def test_who_works_through_a_list_by_keyboard_stays_where_they_are(house: House, new_page: NewPage) -> None:
    for number in (STRANGER, GAVE_UP):
        await note_call_back(house.clinic, number, "hi")
    await hear_grievance(house.clinic, "operator:2", MOBILE, About.STAFF, "They were rude")
    await hear_grievance(house.clinic, "operator:2", MOBILE, About.WAITING, "Three hours")
    page = await new_page(width=360)
    await sign_in(page, "meena", house.operator.password)
    await expect(page.locator("body[data-live]")).to_be_attached()
    await page.evaluate("window.stays = true")
    owed = page.locator("#owed")
    await owed.get_by_role("button", name=f"Called {STRANGER}").press("Enter")
    await expect(owed).not_to_contain_text(STRANGER)
    await expect(owed).to_be_focused()
    await note_call_back(house.clinic, MOBILE, "hi")
    await expect(owed).to_contain_text(MOBILE)  # though the focus is on it
    await page.keyboard.press("Tab")
    await expect(owed.get_by_role("link", name=GAVE_UP)).to_be_focused()

    await page.get_by_role("link", name="2 complaints wait").click()
    second = page.locator("#grievance-2")
    await second.get_by_role("button", name="I work on it").press("Enter")
    await expect(second).to_contain_text("with Meena Joshi")
    await expect(second).to_be_focused()
    await expect(second).to_be_in_viewport()
    await second.get_by_role("textbox", name="Answer").fill("Sorry")
    await second.get_by_role("button", name="Answer and close").press("Enter")
    await expect(page.locator("#open")).to_be_focused()
    await expect(page.locator("#answered")).to_contain_text("Sorry")
    assert await page.evaluate("window.stays")


@pytest.mark.parametrize("dark", [False, True])
async def test_nothing_is_wider_than_a_phone(house: House, new_page: NewPage, pictures: Pictures, dark: bool) -> None:
    patient = await house.patient()
    await take_token(house.clinic, patient, "general")
    await note_call_back(house.clinic, "+919812345678", "hi")
    await hear_grievance(house.clinic, "operator:2", MOBILE, About.STAFF, "They were rude")
    await _call(house, "leg-1", MOBILE, STORY)
    await _call(house, "leg-9", GAVE_UP, STORY[:3], ended=True)
    await operator_rung(house.clinic, house.operator.operator.id, "leg-1", MOBILE)
    addresses = {
        "today": "/operator", "search": "/operator/search?q=1234", "file": f"/operator/callers/{MOBILE}",
        "new": "/operator/callers/+919898989898", "story": "/operator/calls/leg-1",
        "grievances": "/operator/grievances", "outbox": "/operator/outbox",
    }  # fmt: skip
    for width in (360, 1280):
        page = await new_page(width=width, dark=dark, locale="hi-IN" if dark else "en-IN")
        await sign_in(page, "meena", house.operator.password)
        for name, path in addresses.items():
            await page.goto(path)
            await _open_all(page)
            shade = "dark" if dark else "light"
            await pictures.take(page, f"desk-{name}-{width}-{shade}.png", whole=True)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)


async def _open_all(page: Page) -> None:
    """So that the pictures show every form."""
    await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
