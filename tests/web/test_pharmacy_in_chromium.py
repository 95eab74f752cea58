"""At the counter in a real browser, without a script: checked, given, refused a second time; void, expired, forged."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from core.clinic.correct_prescription import correct_prescription
from core.clinic.issue_prescription import issue_prescription
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from tests.web.chromium import NewPage, Pictures, needs_chromium
from tests.web.house import House

pytestmark = needs_chromium
CONTENT = Prescription(
    "Fever", "Viral fever",
    (
        Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3, "after food"),
        Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 5, "1 लीटर पानी में", repeats=1),
    ),
    ("CBC",),
)  # fmt: skip


@pytest.fixture
async def signed(house: House) -> SignedPrescription:
    consultation = await house.after_talk()
    return await issue_prescription(
        house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=consultation.id, content=CONTENT
    )


async def test_a_pharmacy_gives_and_a_second_one_is_refused(
    house: House, new_page: NewPage, pictures: Pictures, signed: SignedPrescription
) -> None:
    new, code = await house.pharmacy(), signed.code
    page = await new_page(width=360, script=False)
    await page.goto("/login")
    await page.locator("#login").fill("jan-aushadhi")
    await page.locator("#password").fill(new.password)
    await page.locator("button.main").click()
    await page.locator("#code").fill(f"{code[:4]} {code[4:8]} {code[8:]}")
    await page.locator("main button.main").click()
    await expect(page.locator(".standing .word")).to_have_text("Genuine")
    await pictures.take(page, "pharmacy-genuine-360.png", whole=True)

    late = await page.context.new_page()  # another counter of the same shop looks at it at the same time
    await late.goto(f"/pharmacy/{code}")
    await page.locator('[id="days.1"]').fill("2")
    await page.locator("main button.main").click()
    await expect(page.locator(".notice.good")).to_have_text("It is marked.")
    await expect(page.locator(".medicines li").nth(0)).to_contain_text("All given")
    await expect(page.locator(".medicines li").nth(1)).to_contain_text("8 of 10 days left to give")

    await late.locator("main button.main").click()
    await expect(late.locator(".notice.bad")).to_contain_text("Nothing was marked.")
    await expect(late.locator('[id="days.0"]')).to_have_count(0)
    await expect(late.locator('[id="days.1"]')).to_have_value("3")
    await late.set_viewport_size({"width": 1920, "height": 1000})
    await pictures.take(late, "pharmacy-refused-1920.png", whole=True)
    await page.goto("/pharmacy")
    await expect(page.locator(".given li")).to_have_count(2)
    await pictures.take(page, "pharmacy-today-360.png", whole=True)


async def test_anybody_sees_genuine_void_expired_and_forged(
    house: House, new_page: NewPage, pictures: Pictures, signed: SignedPrescription, tmp_path: Path
) -> None:
    page = await new_page(width=360, script=False, locale="hi-IN")
    word = page.locator(".standing .word")
    await page.goto("/v")
    await page.locator("#code").fill(f"http://duravani.test/v/{signed.code}")
    await page.locator("main button.main").click()
    await expect(word).to_have_text("असली")
    await pictures.take(page, "verify-hi-360.png", whole=True)
    await page.locator('.languages a[lang="en"]').click()
    await expect(word).to_have_text("Genuine")

    async with house.clinic.ledger.read() as books:
        pdf = await books.prescriptions.pdf(signed.id)
    for name, content, said in (("as-signed", pdf, "Genuine"), ("forged", pdf + b"%%", "Forged or changed")):
        (tmp_path / f"{name}.pdf").write_bytes(content)
        await page.locator("#paper").set_input_files(tmp_path / f"{name}.pdf")
        await page.locator('form[action^="/v/paper"] button').click()
        await expect(word).to_have_text(said)
    await page.set_viewport_size({"width": 1920, "height": 1000})
    await pictures.take(page, "verify-forged-1920.png", whole=True)

    new = await correct_prescription(
        house.clinic, doctor_id=signed.doctor_id, prescription_id=signed.id,
        content=replace(CONTENT, medicines=CONTENT.medicines[:1]),
    )  # fmt: skip
    await page.goto(f"/v/{signed.code}?language=en")
    await expect(word).to_have_text("Not valid")
    house.clock.advance(timedelta(days=30))
    await page.goto(f"/v/{new.code}?language=en")
    await expect(word).to_have_text("Expired")


async def test_a_doctor_corrects(
    house: House, new_page: NewPage, pictures: Pictures, signed: SignedPrescription
) -> None:
    page = await new_page(width=1920)
    await page.goto("/login")
    await page.locator("#login").fill("asha")
    await page.locator("#password").fill(house.doctor.password)
    await page.locator("button.main").click()
    await page.goto("/doctor/day")
    await page.get_by_role("link", name=f"Correct {signed.number}").click()
    await expect(page.locator("h1")).to_contain_text(signed.number)
    await pictures.take(page, "correct-1920.png", whole=True)
    await page.set_viewport_size({"width": 360, "height": 800})
    await pictures.take(page, "correct-360.png", whole=True)
    await page.locator('[id="medicines.0.days"]').fill("5")
    await page.get_by_role("button", name="Sign the corrected version").click()
    await expect(page.locator("main .notice.good")).to_have_text("The corrected prescription is signed.")
    await expect(page.locator(".cases")).to_contain_text(f"{signed.number}B (PDF)")
    await pictures.take(page, "corrected-day-360.png", whole=True)
