"""Supervision in a real browser: the desk's buttons, and the doctor's notice that comes and goes by itself."""

from playwright.async_api import expect

from core.clinic.hire import add_operator
from core.clinic.steer import TOPIC
from core.clinic.supervise import be_with_talk, leave, ringing_begins, ringing_ends
from core.rules.staff import StaffKind
from core.rules.supervision import ANSWERED, Manner
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import House

pytestmark = needs_chromium
LOOKS = ((1280, False, "en-IN"), (360, True, "hi-IN"), (360, False, "en-IN"), (1280, True, "hi-IN"))
LEG = "supervisor's leg"


async def test_a_supervision_as_both_see_it(house: House, new_page: NewPage, pictures: Pictures) -> None:
    hired = await add_operator(house.clinic, login="kavita", name="Kavita Rao", kind=StaffKind.SUPERVISOR)
    consultation = await house.talk()
    desk, panel = await new_page(), await new_page()
    await sign_in(desk, "kavita", hired.password)
    await sign_in(panel, "asha", house.doctor.password)
    notice = panel.locator("[data-supervised]")
    await expect(notice).to_have_count(0)

    async with house.clinic.line.listen(TOPIC) as asked:
        await desk.get_by_role("button", name="Listen").press("Enter")
        assert (await anext(asked))[1]["manner"] == "listen"
    name = await ringing_begins(house.clinic, hired.operator, consultation)
    await expect(desk.get_by_text("Your phone is ringing")).to_be_visible()
    await pictures.take(desk, "supervision-ringing.png")
    await ringing_ends(house.clinic, name, ANSWERED)

    for manner, said in (("listen", "is listening"), ("whisper", "can speak to you"), ("join", "has joined")):
        await be_with_talk(house.clinic, LEG, hired.operator, consultation, Manner(manner))
        await expect(notice).to_contain_text(said)
        await expect(desk.locator("[aria-pressed=true]")).to_have_count(1)
        await pictures.take(panel, f"supervision-doctor-{manner}.png")
        await pictures.take(desk, f"supervision-desk-{manner}.png")
    await panel.reload()
    await expect(notice).to_contain_text("has joined")
    for width, dark, locale in LOOKS:
        for login, password in (("kavita", hired.password), ("asha", house.doctor.password)):
            page = await new_page(width=width, dark=dark, locale=locale)
            await sign_in(page, login, password)
            await pictures.take(page, f"supervision-{login}-{width}-{locale}.png", whole=True)
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (login, width)
            await page.context.close()

    await leave(house.clinic, LEG, hired.operator, consultation)
    await expect(notice).to_have_count(0)
    await expect(desk.locator("[aria-pressed=true]")).to_have_count(0)


async def test_without_a_script_too(house: House, new_page: NewPage) -> None:
    hired = await add_operator(house.clinic, login="kavita", name="Kavita Rao", kind=StaffKind.SUPERVISOR)
    await house.talk()
    desk = await new_page(script=False)
    await sign_in(desk, "kavita", hired.password)
    async with house.clinic.line.listen(TOPIC) as asked:
        await desk.get_by_role("button", name="Whisper to the doctor").click()
        assert (await anext(asked))[1]["manner"] == "whisper"
    await desk.wait_for_url("**/operator")
