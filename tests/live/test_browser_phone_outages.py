"""Parts die while a doctor talks in the browser: the talk goes on, or is taken up again without anybody's doing."""

import os
import signal

import pytest
from playwright.async_api import Browser

from tests.live.audio import tone_present
from tests.live.browser import CHROMIUM, Ear, browser_doctor, tabs_of
from tests.live.instance import instance, process_of
from tests.live.town import DOCTOR_TONE, PATIENT_TONE, visit

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's package chromium"),
]


async def test_redis_is_killed(worker_chromium: Browser) -> None:
    async with instance() as service, visit(service) as town, tabs_of(worker_chromium) as browser:
        doctor, patient = await browser_doctor(town, browser), await town.patient()
        await doctor.takes(patient)
        os.kill(process_of(service.home, "valkey.sock"), signal.SIGKILL)
        await patient.phone.stay(2.0)
        assert await doctor.hears(PATIENT_TONE)
        assert await Ear(patient).tone(DOCTOR_TONE)
        await doctor.phone_is("talking")
        await doctor.press("F9")
        await patient.phone.gone()


async def test_our_program_is_killed(worker_chromium: Browser) -> None:
    """The page's signalling went through it: the talk is taken up again, in a page that was never loaded anew."""
    async with instance() as service, visit(service) as town, tabs_of(worker_chromium) as browser:
        doctor, patient = await browser_doctor(town, browser), await town.patient()
        await doctor.takes(patient)
        await service.program.end(signal.SIGKILL)
        await service.program.start()
        await patient.told("doctors_page_left")
        await patient.told("talking")
        await doctor.phone_is("talking")
        assert await doctor.hears(PATIENT_TONE)
        assert await Ear(patient).tone(DOCTOR_TONE)
        await doctor.press("F9")
        await patient.said("consult_over")
        await patient.phone.gone()
        assert tone_present(patient.heard, DOCTOR_TONE)
        assert len(patient.phone.recordings) == 1
