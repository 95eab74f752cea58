"""Our program is killed (-9) while people are on the line, and started again: nobody has to begin anew."""

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from core.rules.staff import DoctorState
from core.rules.token import TokenState
from tests.live.audio import RATE, contains, telephone, tone_seconds, write_wav
from tests.live.instance import CHECKOUT, instance
from tests.live.prescription import PRESCRIPTION
from tests.live.town import DOCTOR_TONE, visit

pytestmark = pytest.mark.live

PROMPTS = CHECKOUT / ".build/prompts"


async def test_a_talk_goes_on(tmp_path: Path) -> None:
    async with instance() as service, visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        panel = await doctor.panel()
        token = await doctor.takes(patient)
        await patient.phone.stay(0.5)
        before = len(telephone(patient.heard))
        await service.program.end(signal.SIGKILL)
        await patient.phone.stay(1.0)
        await service.program.start()
        await patient.told("talking")  # it is adopted
        while_away = telephone(patient.heard)[before:]
        slice_ = write_wav(tmp_path / "while-away.wav", while_away)
        assert tone_seconds(slice_, DOCTOR_TONE) > 0.8 * len(while_away) / RATE

        await doctor.phone.hang_up()
        await patient.said("consult_over")
        await patient.phone.gone()
        assert await patient.token() == replace(token, state=TokenState.WRITING)
        assert await doctor.state() is DoctorState.WRITING
        await panel.post("/doctor/prescribe", PRESCRIPTION)
        assert (await patient.token()).state is TokenState.CONSUMED
        await patient.sms("token", "prescription", "medicines_3")


async def test_who_holds_keeps_their_place(tmp_path: Path) -> None:
    async with instance() as service, visit(service) as town:
        doctor, patient, stranger = await town.physician(), await town.patient(), await town.stranger()
        token = await patient.waits()
        await service.program.end(signal.SIGKILL)
        await stranger.phone.dial("104")
        await stranger.phone.gone()
        for language in ("hi", "en"):
            assert contains(stranger.heard, PROMPTS / language / "prompt/apology.wav") is not None

        await service.program.start()
        await patient.said("interrupted")
        assert await patient.token() == token
        await doctor.ready()
        await doctor.picks_up(token)
        await patient.told("talking")


async def test_who_is_in_a_menu_is_asked_again() -> None:
    async with instance() as service, visit(service) as town:
        patient = await town.patient()
        await patient.phone.dial("104")
        await patient.said("which_patient_unnamed")
        await service.program.end(signal.SIGKILL)
        await service.program.start()
        await patient.said("interrupted")
        await patient.answers("which_patient_unnamed", "1")
        await patient.answers("opd_choice_general", "1")
        await patient.told("token")


async def test_a_doctor_whose_phone_rings_is_rung_again() -> None:
    async with instance() as service, visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        token = await patient.waits()
        await doctor.ready()
        await doctor.phone.ringing()
        await service.program.end(signal.SIGKILL)
        await service.program.start()
        await patient.said("interrupted")
        await doctor.phone.gone()
        await doctor.picks_up(token)
        await patient.told("talking")
