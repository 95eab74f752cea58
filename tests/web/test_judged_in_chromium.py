"""While a doctor types: the same condition or not changes what is said at a row; what is not understood is noted."""

import re

from playwright.async_api import expect

from core.clinic.close_case import close_case
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import House

pytestmark = needs_chromium


async def test_what_is_said_follows_what_is_typed(house: House, new_page: NewPage, pictures: Pictures) -> None:
    patient = await house.patient()
    before = await house.after_talk(patient)
    await close_case(house.clinic, doctor_id=before.doctor_id, consultation_id=before.id, reason="advice only")
    await house.after_talk(patient)
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_label("Generic name").first.fill("metformin")
    judged = page.locator("#rows .row").first.locator(".judged")
    await expect(judged).to_contain_text("at a first consultation only by video")
    await page.get_by_label("The same condition as before?").select_option("same")
    await expect(judged).to_contain_text("is only a refill")
    await page.get_by_label("Medicines taken already").fill("metformin 500")
    await expect(judged).to_contain_text("takes this already")
    await expect(judged).not_to_contain_text("is only a refill")
    await page.get_by_label("Allergies").fill("पेनिसिलिन, a white tablet")
    note = page.locator("#allergies-unread")
    await expect(note).to_contain_text("in: a white tablet.")
    await pictures.take(page, "judged-while-typing.png", whole=True)
    await page.get_by_label("Allergies").fill("पेनिसिलिन")
    await expect(note).to_be_empty()


async def test_the_list_that_is_shown_is_the_forms(house: House, new_page: NewPage) -> None:
    await house.after_talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await page.get_by_label("Generic name").first.press_sequentially("hydrocort inj")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    row = page.locator("#rows .row").first
    await expect(row.get_by_label("Form")).to_have_value("injection")
    await expect(row.locator(".col-generic > .list")).to_have_text("B")
    await expect(row.locator(".judged")).to_contain_text("List B")


async def test_what_is_refused_of_a_text_is_said_beside_it_and_goes_with_it(
    house: House, new_page: NewPage, pictures: Pictures
) -> None:
    await house.after_talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    advice, said = page.get_by_label("Advice"), page.locator("#advice-words")
    await expect(said).to_be_empty()
    await advice.press_sequentially("Alprazolam at night")
    await expect(said).to_contain_text("alprazolam is never prescribed by tele-consultation")
    await expect(advice).to_be_focused()
    await expect(advice).to_have_attribute("aria-invalid", "true")
    await expect(advice).to_have_accessible_description(re.compile("never prescribed"))
    await expect(page.locator("[aria-invalid]")).to_have_count(1)  # what is missing yet is not said

    row = page.locator("#rows .row").nth(1)  # the server, which counts what stands there, calls it the first
    await row.get_by_label("Generic name").fill("cetirizine")
    await row.get_by_label("Instructions").fill("with paracetamol 500 mg")
    await expect(row.locator(".words")).to_contain_text("Instructions: A medicine stands in the text (paracetamol)")
    await expect(row.get_by_label("Instructions")).to_have_accessible_description(re.compile("A medicine stands"))
    await pictures.take(page, "words-while-typing.png", whole=True)
    await page.reload()
    await expect(said).to_contain_text("never prescribed")
    row = page.locator("#rows .row").first
    await expect(row.locator(".words")).to_contain_text("Instructions: A medicine stands in the text (paracetamol)")
    await page.get_by_role("button", name="Add medicine").click()
    await expect(page.locator("#rows .row").last.locator(".words")).to_be_empty()

    await page.get_by_role("button", name="Sign prescription").click()
    await expect(page.locator("#problems")).to_be_focused()
    await expect(page.get_by_text("A medicine stands in the text (paracetamol)")).to_have_count(1)  # said once
    await advice.fill("Rest at night")
    await row.get_by_label("Instructions").fill("at night")
    await expect(said).to_be_empty()
    await expect(row.locator(".words p")).to_have_count(0)
    await expect(advice).not_to_have_attribute("aria-invalid", "true")
    await expect(row.get_by_label("Instructions")).not_to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#diagnosis-problem")).to_be_visible()  # of the signature, and not mended yet
