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
