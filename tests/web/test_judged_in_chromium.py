"""While a doctor types: the same condition or not changes what is said at a row; what is not understood is noted."""

import pytest
from playwright.async_api import expect

from core.clinic.close_case import close_case
from tests.web.house import House
from tests.web.test_in_chromium import CHROMIUM, NewPage, Pictures, address, chromium, new_page, pictures, sign_in

__all__ = ["address", "chromium", "new_page", "pictures"]
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's package chromium")


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
