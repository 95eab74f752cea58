"""A doctor at the keyboard of a real browser: nothing typed is lost, nothing is typed twice, the page stays."""

import gzip
import re
from dataclasses import replace
from datetime import time, timedelta
from io import BytesIO

import pypdfium2
import pytest
from playwright.async_api import Page, expect

from core.clinic.medicine_sets import own_sets, save_set
from core.clinic.talk import end_talk
from core.clinic.wrap_up import end_wrap_ups
from core.rules.opd import Opd
from core.rules.prescription import Medicine
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import House

pytestmark = needs_chromium
FEVER = (
    Medicine("paracetamol", "tablet", "500 mg", "1-1-1", 3, "after food"),
    Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 3),
)
FIRST_VIEW = 150_000
"""Bytes, compressed: what a page may weigh beside the telephone."""


@pytest.fixture
def clinic_with_two_opds(house: House) -> House:
    always = dict.fromkeys(range(7), (time(0), time(0)))
    opds = {key: Opd(key, always) for key in ("general", "speciality")}
    house.clinic.policy = replace(house.clinic.policy, opds=opds)
    return house


async def test_a_day_at_the_keyboard(clinic_with_two_opds: House, new_page: NewPage, pictures: Pictures) -> None:
    house = clinic_with_two_opds
    await save_set(house.clinic, house.doctor.doctor.id, "Fever", FEVER, "Rest, plenty of water.")
    patient = await house.patient()
    case = await house.talk(patient)
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.evaluate("window.sameOne = true")

    await page.get_by_label("Complaint").fill("Fever since two days")
    await page.get_by_label("Diagnosis").fill("Viral fever")
    name = page.locator("#rows .row").first.get_by_label("Generic name")
    await name.focus()
    await page.keyboard.type("zin dis 20")
    await expect(page.locator("#offer [role=option]")).to_contain_text(["zinc sulfate dispersible tablet 20 mg"])
    await pictures.take(page, "offer.png")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#rows .row").first.get_by_label("Strength")).to_have_value("20 mg")
    await page.keyboard.type("0-0-1")
    await page.keyboard.press("Tab")
    await page.keyboard.type("14")
    await expect(page.locator("#draft-state")).to_contain_text("Draft kept")
    assert await page.evaluate("window.sameOne")

    await page.close()  # the browser has crashed; another computer
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.evaluate("window.sameOne = true")
    await expect(page.get_by_label("Diagnosis")).to_have_value("Viral fever")
    await expect(page.locator("#rows .row").first.get_by_label("Days")).to_have_value("14")

    await page.get_by_label("Choose one of your sets").select_option(label="Fever")
    await page.get_by_role("button", name="Insert").click()
    await expect(page.get_by_text("Please check each line")).to_be_visible()
    await expect(page.locator("#rows .row").nth(2).get_by_label("Generic name")).to_have_value("oral rehydration salts")
    await page.get_by_label("Send on to another department").first.select_option(label="Speciality OPD")
    await page.get_by_label("Call back in … days").first.fill("3")

    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#review")).to_be_visible()
    await expect(page.locator("#review")).to_contain_text("Medicines: 3.")
    zinc = "ZINC SULFATE dispersible tablet 20 mg: 1 गोली, दिन में एक बार (रात), 14 दिन"
    await expect(page.locator("#review")).to_contain_text(zinc)
    await pictures.take(page, "review.png", whole=True)
    await _see_the_paper(page, pictures)
    await page.get_by_label("Advice").fill("Rest.")  # what was looked at is what is signed
    await expect(page.locator("#review")).to_have_count(0)
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("button", name="Sign and send")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Prescription issued.")).to_be_visible()
    assert await page.evaluate("window.sameOne"), "a telephone in the page would have been cut off"

    await expect(page.get_by_role("button", name="Hang up")).to_be_visible()
    house.clock.advance(timedelta(minutes=4))
    await end_talk(house.clinic, case)
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await page.get_by_role("link", name="My day").click()
    await expect(page.get_by_text("Sent on: Speciality OPD")).to_be_visible()
    await pictures.take(page, "day.png")
    await page.get_by_role("link", name="My sets").click()
    await expect(page.get_by_label("Name of the set")).to_have_value("Fever")
    await pictures.take(page, "sets.png")

    await house.match(await house.patient("+919812345678"))  # while another page is looked at
    await expect(page.get_by_role("heading", name="Patient", exact=True)).to_be_visible()
    await expect(page).to_have_url(re.compile("/doctor$"))
    assert await page.evaluate("window.sameOne")
    await page.locator("#rows .row").first.get_by_label("Generic name").focus()
    await expect(page.locator("#offer [role=option]").first).to_contain_text("used last")


async def test_the_rules_are_said_while_typing(house: House, new_page: NewPage, pictures: Pictures) -> None:
    await house.after_talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_label("Complaint").fill("Sore throat")
    await page.get_by_label("Diagnosis").fill("Tonsillitis")
    row = page.locator("#rows .row").first
    await row.get_by_label("Generic name").focus()
    await page.keyboard.type("amoxi cap 500")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(row.locator(".judged .refused")).to_contain_text("Not lawful (T3): List A")
    await expect(row.get_by_label("Why you prescribe it all the same")).to_be_hidden()
    await page.get_by_label("You met by").select_option("video")
    await expect(row.locator(".judged p")).to_have_count(0)
    await page.get_by_label("Allergies").fill("penicilin, as a child")
    await expect(row.locator(".judged .warned")).to_contain_text("Take care (T8): The patient told of an allergy")
    await pictures.take(page, "judged.png", whole=True)
    why = row.get_by_label("Why you prescribe it all the same")
    await why.fill("Took it last year without any rash")
    await expect(row.locator(".judged em")).to_have_count(0)
    await page.get_by_label("Medicines taken already").fill("amoxicillin since Monday")
    await expect(row.locator(".judged em")).to_have_text("Write below why.")  # that reason was for the allergy only
    await why.press("End")
    await page.keyboard.type("; goes on with it")
    await expect(row.locator(".judged .warned")).to_have_count(2)
    await expect(row.locator(".judged em")).to_have_count(0)
    await row.get_by_label("How often").fill("1-1-1")
    await row.get_by_label("Days", exact=True).fill("5")
    await row.get_by_label("Food").select_option("after")
    await page.get_by_role("button", name="Add medicine").click()
    second = page.locator("#rows .row").nth(1)
    await expect(second.locator(".judged p")).to_have_count(0)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#review")).to_be_visible()
    await page.set_viewport_size({"width": 400, "height": 900})
    await pictures.take(page, "judged-narrow.png", whole=True)
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Prescription issued.")).to_be_visible()


async def _see_the_paper(page: Page, pictures: Pictures) -> None:
    """The preview's PDF, fetched with the browser's session, drawn as an image."""
    link = page.get_by_role("link", name="See the paper")
    answer = await page.request.get(await link.get_attribute("href") or "")
    assert answer.headers["content-type"] == "application/pdf"
    document = pypdfium2.PdfDocument(BytesIO(await answer.body()))
    assert len(document) == 1
    assert "DRAFT" in document[0].get_textpage().get_text_range()
    if pictures.folder is not None:
        document[0].render(scale=1.5).to_pil().save(pictures.folder / "draft-paper.png")


async def test_last_times_medicines_and_the_next_patient_when_the_doctor_says_so(
    house: House, new_page: NewPage, pictures: Pictures
) -> None:
    patient = await house.patient()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_label("The next patient comes").select_option(label="when I press “Next patient”")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("button", name="Next patient")).to_be_visible()
    for visit in range(2):
        case = await house.after_talk(patient)
        await expect(page.get_by_role("heading", name="Prescription")).to_be_visible()
        await page.get_by_label("Complaint").fill("Fever")
        await page.get_by_label("Diagnosis").fill("Viral fever")
        if visit:
            await page.get_by_role("button", name="Repeat from last time").click()
            await expect(page.locator("#rows .row").first.get_by_label("Generic name")).to_have_value("paracetamol")
            await pictures.take(page, "repeated.png", whole=True)
        else:
            await _type_paracetamol(page)
        await page.get_by_role("button", name="Sign prescription").click()
        await expect(page.get_by_text("Prescription issued.")).to_be_visible()
        await expect(page.get_by_role("heading", name="You are paused")).to_be_visible()
        async with house.clinic.ledger.read() as books:
            signed = await books.prescriptions.of_consultation(case.id)
        assert signed is not None
        assert [one.generic for one in signed.content.medicines] == ["paracetamol"]


async def _type_paracetamol(page: Page) -> None:
    """By the list that is offered, and kept as a set."""
    row = page.locator("#rows .row").first
    await row.get_by_label("Generic name").focus()
    await page.keyboard.type("para")
    await page.get_by_role("option", name="paracetamol tablet 500 mg").click()
    await row.get_by_label("How often").fill("1-1-1")
    await row.get_by_label("Days").fill("3")
    await page.get_by_text("Keep these as a set").click()
    await page.get_by_label("Name of the set").fill("Fever")
    await page.get_by_role("button", name="Save the set").click()
    await expect(page.get_by_text("The set is saved.")).to_be_visible()


async def test_after_a_wrap_up_the_next_patient_may_come(house: House, new_page: NewPage, pictures: Pictures) -> None:
    page = await new_page(locale="hi-IN", width=360)
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_label("अगला मरीज़ कब आए").select_option(value="30")
    await page.get_by_role("button", name="सहेजें").click()
    await house.after_talk()
    await page.get_by_text("बिना पर्चे के बंद करें").click()
    await page.get_by_role("button", name="केस बंद करें").click()
    await expect(page.get_by_role("heading", name="काम समेटना")).to_be_visible()
    await pictures.take(page, "wrap-up-360.png", whole=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    house.clock.advance(timedelta(seconds=30))
    await end_wrap_ups(house.clinic)
    await expect(page.get_by_role("heading", name="अगले मरीज़ की प्रतीक्षा")).to_be_visible()


async def test_a_lost_connection_loses_nothing(house: House, new_page: NewPage) -> None:
    await house.talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.context.set_offline(True)
    await page.get_by_label("Diagnosis").fill("Viral fever")
    await expect(page.locator("#draft-state")).to_contain_text("not kept yet")
    await page.get_by_role("button", name="Sign prescription").click()
    await expect(page.get_by_text("Connection lost")).to_be_visible()
    await expect(page.get_by_label("Diagnosis")).to_have_value("Viral fever")
    await page.context.set_offline(False)
    await expect(page.locator("#draft-state")).to_contain_text("Draft kept", timeout=15_000)


@pytest.mark.parametrize("path", ["/doctor", "/doctor/day", "/doctor/sets"])
@pytest.mark.parametrize("dark", [False, True])
async def test_ones_own_pages_fit_a_phone(
    clinic_with_two_opds: House, new_page: NewPage, pictures: Pictures, path: str, dark: bool
) -> None:
    house = clinic_with_two_opds
    patient = await house.patient()
    await save_set(house.clinic, house.doctor.doctor.id, "Fever", FEVER, "Rest, plenty of water.")
    await house.talk(patient)
    page = await new_page(width=360, dark=dark, locale="hi-IN" if dark else "en-IN")
    await sign_in(page, "asha", house.doctor.password)
    await page.goto(path)
    shade = "dark" if dark else "light"
    await pictures.take(page, f"own{path.replace('/', '-')}-360-{shade}.png", whole=True)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_the_first_view_is_light(house: House, new_page: NewPage) -> None:
    await house.talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    loaded = list[bytes]()
    for address_ in await page.evaluate(
        "[location.href, ...performance.getEntriesByType('resource').map((one) => one.name)]"
    ):
        if not address_.endswith("/events") and "/phone" not in address_:
            loaded.append(await (await page.request.get(address_)).body())
    assert len(loaded) >= 6
    assert sum(len(gzip.compress(body)) for body in loaded) < FIRST_VIEW
    assert await own_sets(house.clinic, house.doctor.doctor.id) == []


async def test_an_errors_page_does_not_take_the_form_away(house: House, new_page: NewPage) -> None:
    await house.talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_label("Diagnosis").fill("Viral fever")
    await page.evaluate("document.getElementById('complaint').removeAttribute('maxlength')")
    await page.get_by_label("Complaint").fill("a" * 1001)
    await page.get_by_role("button", name="Sign prescription").click()
    await expect(page.get_by_text("Nothing was changed")).to_be_visible()
    await expect(page.get_by_label("Diagnosis")).to_have_value("Viral fever")


@pytest.mark.parametrize(("width", "locale"), [(360, "hi-IN"), (1280, "en-IN")])
async def test_what_the_name_is_to_be_stands_whole_beside_it(
    house: House, new_page: NewPage, width: int, locale: str
) -> None:
    """As a placeholder it was cut off, and gone with the first letter."""
    await house.talk()
    page = await new_page(width=width, locale=locale)
    await sign_in(page, "asha", house.doctor.password)
    hint, name = page.locator("#patient_name-hint"), page.locator("#patient_name")
    await expect(name).to_have_accessible_description(await hint.inner_text())
    await expect(name).not_to_have_attribute("placeholder", re.compile("."))
    await name.fill("Sunita")
    await expect(hint).to_be_visible()
    assert await hint.evaluate("line => line.scrollWidth <= line.clientWidth")
