"""A doctor who cannot be Ready is told why at once, and what to do: nothing happens in silence (T9)."""

import pytest
from playwright.async_api import expect

from core.clinic.admin.verify_doctor import verify_doctor
from core.clinic.doctor_ready import doctor_ready
from core.rules.staff import DoctorState, Verification
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import Browser, House, press
from web.pages.doctor.frame import NOT_READY
from web.words import load_words


async def set_verification(house: House, state: Verification) -> None:
    await verify_doctor(house.clinic, house.doctor.doctor.id, "operator:1", state)


@pytest.mark.parametrize("state", [Verification.UNVERIFIED, Verification.SUSPENDED])
async def test_who_may_not_practise_reads_why_ready_does_nothing(
    house: House, doctor: Browser, state: Verification
) -> None:
    await set_verification(house, state)
    page = await (await doctor.get("/doctor")).text()
    assert '<button formaction="/doctor/ready" disabled aria-describedby="now-hint"' in page
    assert "Please ask them." in page.split('id="now-hint"')[1].split("</span>")[0]
    assert "Press Ready when you want" not in page
    answer = await press(doctor, "/doctor/ready")  # by another tab, which does not know it yet
    assert answer.headers["Location"] == f"/doctor?told=not_ready_{state}"
    said = (
        (await (await doctor.get(answer.headers["Location"])).text()).split('<div id="notices"')[1].split("</div>")[0]
    )
    assert "You are not Ready" in said
    server = await house.clinic.line.state(house.doctor.doctor.id)
    assert server is None or server.state is not DoctorState.READY


async def test_whose_phone_is_away_is_told_so(house: House, doctor: Browser) -> None:
    me = house.doctor.doctor.id
    await doctor_ready(house.clinic, me)
    await press(doctor, "/doctor/pause")
    await house.clinic.line.phone(me, False)
    answer = await press(doctor, "/doctor/ready")
    assert answer.headers["Location"] == "/doctor?told=not_ready_offline"
    assert "your phone is not connected" in await (await doctor.get(answer.headers["Location"])).text()
    await house.clinic.line.phone(me, True)
    assert (await press(doctor, "/doctor/ready")).headers["Location"] == "/doctor"


def test_every_reason_has_words() -> None:
    states = [state for state in Verification if state is not Verification.VERIFIED]
    assert set(NOT_READY) == {"not_ready_offline", *(f"not_ready_{state}" for state in states)}
    for language in ("en", "hi"):
        texts = load_words((language,)).tongues[language].texts
        assert {f"now.{kind}" for kind in NOT_READY} | {f"now.barred_{state}" for state in states} <= texts.keys()


@needs_chromium
async def test_the_page_says_why_at_once_and_works_when_they_are_verified(
    house: House, new_page: NewPage, pictures: Pictures
) -> None:
    me = house.doctor.doctor.id
    await doctor_ready(house.clinic, me)
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.locator("body[data-live]")).to_be_visible()
    await page.get_by_role("button", name="Pause", exact=True).click()
    await house.clinic.line.phone(me, False)
    await page.get_by_role("button", name="Ready", exact=True).click()
    await expect(page.locator("#notices")).to_contain_text("your phone is not connected")
    await pictures.take(page, "phone-away.png")

    await house.clinic.line.phone(me, True)
    await set_verification(house, Verification.UNVERIFIED)
    ready = page.get_by_role("button", name="Ready", exact=True)
    await expect(ready).to_be_disabled()
    await expect(ready).to_have_accessible_description(
        "Ready works once the administration has verified you. Please ask them."
    )
    await expect(page.get_by_text("cannot sign")).to_be_visible()
    await pictures.take(page, "not-verified.png")
    await set_verification(house, Verification.VERIFIED)
    await expect(ready).to_be_enabled()
    await expect(page.get_by_text("cannot sign")).to_have_count(0)
    await ready.click()
    await expect(page.get_by_role("heading", name="Waiting for the next patient")).to_be_visible()
