"""A medicine typed by another name in a real browser: offered by its generic, and signed as that."""

from playwright.async_api import expect

from tests.web.chromium import NewPage, needs_chromium, sign_in
from tests.web.house import House

pytestmark = needs_chromium


async def test_another_name_finds_the_generic(house: House, new_page: NewPage) -> None:
    await house.after_talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    name = page.locator("#rows .row").first.get_by_role("combobox", name="Generic name")
    first = page.locator("#offer [role=option]").first
    for typed, offered in (
        ("acetamin", "paracetamol"), ("Tab. acetamin 500mg", "paracetamol tablet 500 mg"),
        ("ORS", "oral rehydration salts"), ("frusem", "furosemide"), ("amoxycillin", "amoxicillin"),
        ("cotrimox", "sulfamethoxazole+trimethoprim"), ("iron-folic", "iron and folic acid"),
        ("vitamin d", "vitamin d3"), ("lignocaine", "lidocaine"),
    ):  # fmt: skip
        await name.fill("")
        await name.focus()
        await page.keyboard.type(typed)
        await expect(first).to_contain_text(offered)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(name).to_have_value("lidocaine")
