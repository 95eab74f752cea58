"""The list of medicines while a doctor types: what this patient takes comes first, all of it is seen, focus goes on."""

from dataclasses import replace

import pytest
from playwright.async_api import Locator, Page, expect

from core.clinic.issue_prescription import issue_prescription
from core.rules.patient import Patient
from core.rules.prescription import Medicine, Prescription
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import House

pytestmark = needs_chromium
IN_SIGHT = """list => {
  const { top, bottom } = list.getBoundingClientRect();
  const bar = document.getElementById("now").getBoundingClientRect().bottom;
  return top >= bar && bottom <= innerHeight;
}"""


async def aged(house: House, patient: Patient, years: int) -> Patient:
    """The same patient, of this age, with an adult."""
    async with house.clinic.ledger.write() as books:
        changed = replace(patient, age=years, guardian_name="Kamla")
        await books.patients.save(changed)
    return changed


async def at_the_form(house: House, new_page: NewPage) -> Page:
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.locator("#rows [role=combobox]").first).to_be_visible()
    return page


def name_in(page: Page, row: int) -> Locator:
    return page.locator("#rows .row").nth(row).get_by_label("Generic name")


@pytest.mark.parametrize(
    ("years", "first", "second"),
    [(34, "tablet 500 mg", "tablet 650 mg"), (7, "syrup 125 mg", "syrup 250 mg"), (0, "drops 100 mg", "syrup 125 mg")],
)
async def test_what_this_patient_takes_comes_first(
    house: House, new_page: NewPage, years: int, first: str, second: str
) -> None:
    await house.after_talk(await aged(house, await house.patient(), years))
    page = await at_the_form(house, new_page)
    await name_in(page, 0).press_sequentially("paracetamol")
    offered = page.locator("#offer [role=option]")
    await expect(offered.nth(0)).to_contain_text(f"paracetamol {first}")
    await expect(offered.nth(1)).to_contain_text(f"paracetamol {second}")


async def test_then_what_this_doctor_used_last(house: House, new_page: NewPage) -> None:
    patient = await house.patient()
    case = await house.after_talk(patient)
    used = tuple(Medicine("paracetamol", form, strength, "1-0-1", 3)
                 for form, strength in (("syrup", "250 mg/5 ml"), ("tablet", "650 mg")))  # fmt: skip
    await issue_prescription(
        house.clinic,
        doctor_id=case.doctor_id,
        consultation_id=case.id,
        content=Prescription("Fever", "Fever", used[:1]),
    )
    again = await house.after_talk(patient)
    await issue_prescription(
        house.clinic,
        doctor_id=case.doctor_id,
        consultation_id=again.id,
        content=Prescription("Fever", "Fever", used[1:]),
    )
    await house.after_talk(patient)
    page = await at_the_form(house, new_page)
    await name_in(page, 0).press_sequentially("para")
    offered = page.locator("#offer [role=option]")
    await expect(offered.nth(0)).to_contain_text("tablet 650 mg · used last")
    await expect(offered.nth(1)).to_contain_text("tablet 500 mg")
    await expect(offered.filter(has_text="syrup").first).to_contain_text("250 mg/5 ml · used last")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 640), (1280, 420)])
async def test_the_list_is_seen_where_the_screen_ends(
    house: House, new_page: NewPage, pictures: Pictures, width: int, height: int
) -> None:
    await house.after_talk()
    page = await at_the_form(house, new_page)
    await page.set_viewport_size({"width": width, "height": height})
    name = name_in(page, 1)
    await name.evaluate("input => scrollTo(0, scrollY + input.getBoundingClientRect().bottom - innerHeight + 4)")
    await name.press_sequentially("a")
    listed = page.locator("#offer")
    await expect(listed.get_by_role("option")).to_have_count(8)
    assert await listed.evaluate(IN_SIGHT)
    await pictures.take(page, f"offer-at-the-end-{width}-{height}.png")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#rows .row").nth(1).get_by_label("Strength")).not_to_have_value("")


async def test_after_removing_a_row_the_keyboard_goes_on_there(house: House, new_page: NewPage) -> None:
    await house.after_talk()
    page = await at_the_form(house, new_page)
    await name_in(page, 0).fill("zinc sulfate")
    await name_in(page, 1).fill("cetirizine")
    remove = page.get_by_role("button", name="Remove this medicine")
    await remove.nth(0).press("Enter")
    await expect(name_in(page, 0)).to_have_value("cetirizine")
    await expect(name_in(page, 0)).to_be_focused()
    await page.get_by_role("button", name="Add medicine").click()
    await remove.nth(1).press("Enter")
    await expect(page.get_by_role("button", name="Add medicine")).to_be_focused()
    await remove.nth(0).press("Enter")
    await expect(name_in(page, 0)).to_have_value("")
    await expect(name_in(page, 0)).to_be_focused()
    await expect(page.locator("#offer")).to_have_count(0)
