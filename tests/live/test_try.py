"""The phone for whoever has none: a newcomer is the patient in a tab, with no trunk and no softphone anywhere."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.live.browser import CHROMIUM, BrowserDoctor, browser_doctor, tabs_of
from tests.live.instance import Instance, instance
from tests.live.town import DOCTOR_TONE, visit
from tests.live.try_phone import TryPhone, try_phone, visitor
from tests.papers_sent import pdf

TEST_SECONDS = 120.0
"""No test waits longer for what never comes."""

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's package chromium"),
]


async def registers_in_hindi(phone: TryPhone, pin_code: str) -> None:
    for prompt, keys in (("language_choice", "1"), ("notice_consent", "1"), ("for_whom", "1")):
        await phone.answers(prompt, keys)
    await phone.says_name()
    for prompt, keys in (("age", "34"), ("gender", "2"), ("pin_code", pin_code), ("opd_choice_general", "1")):
        await phone.answers(prompt, keys)


async def test_a_new_patient_registers_and_who_gives_a_missed_call_is_called_back(worker_chromium: Browser) -> None:
    async with (
        asyncio.timeout(TEST_SECONDS),
        instance(trunk="") as service,  # as `make run` gives it to a newcomer
        tabs_of(worker_chromium) as browser,
        visitor(service, browser) as context,
    ):
        phone = await try_phone(service, context)
        await phone.call("104")
        await phone.is_("talking")
        await registers_in_hindi(phone, "302001")
        await phone.said("token_spoken")
        sms = await phone.got("टोकन")
        await phone.red()
        await phone.is_("ready")
        async with service.clinic.ledger.read() as books:
            (patient,) = await books.patients.of_mobile(phone.number)
            (token,) = await books.tokens.active_of_mobile(phone.number)
        assert (patient.language, patient.age) == ("hi", 34)
        assert patient.name_recording is not None
        await expect(sms).to_contain_text(token.number)

        other = await try_phone(service, context, microphone=False)
        assert other.number != phone.number
        await other.call("105")
        await other.is_("ringing_there")
        await other.is_("ringing")
        await other.green()
        await other.is_("talking")
        await expect(other.page.locator("[data-part=mute]")).to_be_visible()
        await other.said("called_back", "called_back")
        await other.answers("language_choice", "2")
        await other.said("welcome")
        assert await other.page.locator("#messages li").count() == 0, "another's SMS"


async def shows_a_paper(phone: TryPhone, doctor: BrowserDoctor) -> None:
    """The doctor asks for it, the patient sends it by the link in the SMS, and the doctor reads it (S11)."""
    await doctor.page.get_by_role("button", name="Ask for papers by SMS").click()
    link = re.search(r"/r/[\w-]{22}", await (await phone.got("/r/")).inner_text())
    assert link is not None
    sending = await phone.page.context.new_page()
    await sending.goto(f"{link[0]}?lang=en")
    report = FilePayload(name="report.pdf", mimeType="application/pdf", buffer=pdf(2))
    await sending.locator("#file").set_input_files(report)
    await sending.get_by_role("button", name="Send to the doctor").click()
    await expect(sending.get_by_role("status")).to_contain_text("We have it.")
    await sending.close()
    await doctor.page.locator("#records .record summary").click()
    picture = doctor.page.get_by_role("img", name="Paper 1, page 1 of 2")
    await picture.evaluate("image => image.decode()")
    await doctor.phone_is("talking")


async def test_patient_in_one_tab_and_doctor_in_another(service: Instance, worker_chromium: Browser) -> None:
    """This number's calls come to the page, though there is a trunk."""
    async with visit(service) as town, tabs_of(worker_chromium) as browser, visitor(service, browser) as context:
        doctor = await browser_doctor(town, browser)
        phone = await try_phone(service, context, town.number())
        await phone.call("104")
        await registers_in_hindi(phone, town.pin_code)
        await phone.answers("hold_or_callback", "2")
        await phone.is_("ready")
        await doctor.ready()
        await phone.is_("ringing")
        await phone.page.keyboard.press("Enter")
        await phone.answers("called_patient", "1")
        await doctor.phone_is("ringing")
        await doctor.press("F2")
        await service.story.told(phone.number, "talking")
        assert await doctor.hears(DOCTOR_TONE), "the microphone of this browser"
        await shows_a_paper(phone, doctor)
        await phone.page.keyboard.press("Escape")
        await phone.is_("ready")
