"""The telephone in the panel: real Chromium, real Asterisk, and tones that tell who hears whom."""

from dataclasses import replace

import pytest
from playwright.async_api import Browser, expect

from core.clinic.doctor_ready import doctor_ready, operator_ready
from core.clinic.hire import add_operator
from core.rules.staff import DoctorState
from tests.live.audio import tone_present
from tests.live.browser import CHROMIUM, BrowserPhone, Ear, browser_doctor, chromium, signed_in, tabs_of
from tests.live.instance import Instance
from tests.live.sip import Account, Phone, Refused
from tests.live.town import DOCTOR_TONE, PATIENT_TONE, SECOND_TONE, visit

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's package chromium"),
]


async def test_a_patient_and_a_doctor_with_nothing_but_a_browser(service: Instance) -> None:
    async with visit(service) as town, chromium(town.folder) as browser:  # the whole one, as people have it
        doctor, patient = await browser_doctor(town, browser), await town.patient()
        await doctor.takes(patient)
        await doctor.phone_is("talking")
        await doctor.page.get_by_role("link", name="हिन्दी").click()
        await expect(doctor.page.locator("html")).to_have_attribute("lang", "hi")
        assert await doctor.hears(PATIENT_TONE)  # the page that talks is still the same
        await patient.phone.stay(1.0)
        await doctor.press("F9")
        await patient.says_goodbye()
        await doctor.phone_is("ready")
        assert tone_present(patient.heard, DOCTOR_TONE, 0.8)
        assert await doctor.state() is DoctorState.WRITING


async def test_a_page_that_is_loaded_again_goes_on_with_the_same_patient(
    service: Instance, worker_chromium: Browser
) -> None:
    async with visit(service) as town, tabs_of(worker_chromium) as browser:
        doctor, patient = await browser_doctor(town, browser), await town.patient()
        await doctor.takes(patient)
        assert await doctor.hears(PATIENT_TONE)

        await doctor.page.reload()
        await patient.said("doctor_returns")
        await patient.told("talking")
        await doctor.phone_is("talking")  # nobody has pressed anything
        assert await doctor.hears(PATIENT_TONE)
        await patient.phone.stay(1.0)
        await doctor.press("F9")
        await patient.says_goodbye()
        assert tone_present(patient.heard, DOCTOR_TONE)
        assert tone_present(patient.heard, SECOND_TONE, 0.8)
        assert len(patient.phone.recordings) == 1
        async with service.clinic.ledger.read() as books:
            assert patient.patient is not None
            assert len(await books.consultations.of_patient(patient.patient.id)) == 1


async def test_an_operators_page_that_is_loaded_again_goes_on_with_the_same_caller(
    service: Instance, worker_chromium: Browser
) -> None:
    async with visit(service) as town, tabs_of(worker_chromium) as browser:
        hired = await add_operator(service.clinic, login=f"op-{town.number()[1:]}", name="Meena Town")
        operator = BrowserPhone(await signed_in(town, browser, hired.operator.login, hired.password))
        await operator.phone_is("ready")
        await operator_ready(service.clinic, hired.operator.id, available=True)
        caller = await town.stranger()
        await caller.phone.dial("104")
        await caller.answers("language_choice", "0")
        await operator.phone_is("ringing")
        await operator.press("F2")
        await operator.phone_is("talking")
        assert await operator.hears(PATIENT_TONE)

        await operator.page.reload()
        await caller.said("operator_returns")
        await operator.phone_is("talking")  # nobody has pressed anything
        assert await operator.hears(PATIENT_TONE)
        assert await Ear(caller).tone(SECOND_TONE)
        await operator.press("F9")
        await operator.phone_is("ready")
        await operator_ready(service.clinic, hired.operator.id, available=False)
        await caller.said("language_choice")
        await caller.phone.hang_up()


async def test_a_second_window_takes_the_telephone_over(service: Instance, worker_chromium: Browser) -> None:
    async with visit(service) as town, tabs_of(worker_chromium) as browser:
        doctor, patient = await browser_doctor(town, browser), await town.patient()
        await doctor.takes(patient)
        first, doctor.page = doctor.page, await doctor.page.context.new_page()
        await doctor.page.goto("/doctor")
        await expect(first.locator("#phone")).to_have_attribute("data-state", "elsewhere")
        await patient.said("doctor_returns")
        await doctor.phone_is("ringing")  # it was not this window that talked: nobody is overheard by surprise
        await doctor.press("F2")
        await patient.told("talking")
        assert await doctor.hears(PATIENT_TONE)
        await doctor.press("F9")
        await patient.says_goodbye()


async def test_mute_hold_and_the_keypad(service: Instance, worker_chromium: Browser) -> None:
    async with visit(service) as town, tabs_of(worker_chromium) as browser:
        doctor, patient = await browser_doctor(town, browser), await town.patient()
        await doctor.takes(patient)
        assert await doctor.hears(PATIENT_TONE)
        heard = Ear(patient)
        assert await heard.tone(DOCTOR_TONE)
        await doctor.press("F4")
        assert await heard.no_tone(DOCTOR_TONE)
        await doctor.press("F4")
        assert await heard.tone(DOCTOR_TONE)

        await doctor.press("F8")
        await doctor.phone_is("held")
        assert await doctor.page.locator("#phone audio").evaluate("speaker => speaker.muted")
        assert await heard.no_tone(DOCTOR_TONE)  # music
        await doctor.press("F8")
        await doctor.phone_is("talking")
        assert await doctor.hears(PATIENT_TONE)

        await doctor.page.locator("#phone summary").click()
        await doctor.page.get_by_role("button", name="*", exact=True).click()
        await doctor.page.get_by_role("button", name="0", exact=True).click()  # *0 ends a talk
        await patient.says_goodbye()


async def test_the_echo_test_before_duty(service: Instance, worker_chromium: Browser) -> None:
    async with visit(service) as town, tabs_of(worker_chromium) as browser:
        doctor = await browser_doctor(town, browser)
        await doctor.page.get_by_role("button", name="Test the sound").click()
        await doctor.phone_is("testing")
        assert await doctor.hears(DOCTOR_TONE)
        assert float(await doctor.page.locator("#phone meter").evaluate("bar => bar.value")) > 0.5
        await doctor.press("F9")
        await doctor.phone_is("ready")


async def test_the_credentials_are_void_after_signing_out(service: Instance, worker_chromium: Browser) -> None:
    async with visit(service) as town, tabs_of(worker_chromium) as browser:
        doctor = await browser_doctor(town, browser)
        lent = await doctor.page.evaluate(
            """async () => (await fetch("/phone/credentials", { method: "POST",
               body: new URLSearchParams({ csrf: document.getElementById("phone").dataset.csrf }) })).json()"""
        )
        host, port = service.sip.split(":")
        async with Phone((host, int(port)), Account(lent["account"], lent["password"])) as thief:
            await thief.register()
            await doctor.page.locator('form[action="/logout"] button').click()
            await doctor.page.wait_for_url("**/login**")
            await doctor.is_(DoctorState.OFFLINE)
            with pytest.raises(Refused, match="401"):
                await thief.register()


async def test_a_doctor_without_any_phone_is_rung_outside(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient, mobile = await town.hire(), await town.patient(), await town.stranger()
        async with service.clinic.line.listen(f"doctor:{doctor.doctor.id}") as told:
            async with service.clinic.ledger.write() as books:
                await books.staff.save_doctor(replace(doctor.doctor, outside_number=mobile.number))
            await service.clinic.line.publish("staff", {"changed": doctor.doctor.account})
            await anext(told)
        await patient.waits()
        assert await doctor_ready(service.clinic, doctor.doctor.id)
        ringing = await mobile.phone.ringing()
        assert ringing.detail["number"] == "104"
        await mobile.phone.pick_up()
        await patient.told("talking")
        await mobile.phone.stay(0.5)
        await mobile.phone.hang_up()
        await patient.says_goodbye()
