"""The doctor's whole work in a real browser, with pictures for whoever wants to look at them."""

import re

import pytest
from playwright.async_api import expect

from core.clinic.bring_together import doctor_did_not_answer
from core.clinic.issue_prescription import issue_prescription
from core.clinic.note_call_back import note_call_back
from core.clinic.talk import begin_talk, end_talk
from core.rules.prescription import Medicine, Prescription
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import House

pytestmark = needs_chromium


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


async def test_enter_presses_a_fields_own_button_and_the_keyboard_stays_there(house: House, new_page: NewPage) -> None:
    """The name and the set have a button beside their field; everywhere else Enter sends nothing."""
    await house.after_talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    name, set_name = page.get_by_label("Name", exact=True), page.get_by_label("Name of the set")
    first = page.locator("#rows .row").first
    for field, value in (("Generic name", "paracetamol"), ("How often", "1-1-1"), ("Days", "3")):
        await first.get_by_label(field).fill(value)
    await first.get_by_label("Days").press("Enter")
    await page.get_by_text("Keep these as a set").press("Enter")
    await set_name.fill("Fever")
    await set_name.press("Enter")
    await expect(page.get_by_text("The set is saved.")).to_be_visible()
    await expect(page.get_by_text("Keep these as a set")).to_be_focused()
    await name.fill("Ramesh Kumar")
    async with page.expect_response("**/doctor/prescribe"):
        await name.press("Enter")
    await expect(page.locator("#content[data-case]")).to_be_visible()
    await expect(name).to_be_focused()
    async with page.expect_response("**/doctor/prescribe"):
        await page.get_by_role("button", name="Save name").press("Enter")
    await expect(page.get_by_role("button", name="Save name")).to_be_focused()
    await page.reload()
    await expect(name).to_have_value("Ramesh Kumar")


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
