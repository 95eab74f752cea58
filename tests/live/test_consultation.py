"""Patient and doctor are brought together, and parted again, in every way in which that happens."""

import asyncio
import re
from dataclasses import replace

import pytest

from core.rules.staff import DoctorState
from core.rules.token import TokenState
from tests.live.audio import contains, tone_present
from tests.live.instance import CHECKOUT, Instance
from tests.live.prescription import LINK, PRESCRIPTION, paper_behind
from tests.live.town import DOCTOR_TONE, PATIENT_TONE, SECOND_TONE, visit

pytestmark = pytest.mark.live

PROMPTS = CHECKOUT / ".build/prompts/en/prompt"


async def test_from_holding_to_the_prescription(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        token = await patient.waits()
        panel = await doctor.panel()
        await panel.post("/doctor/ready", {})
        await doctor.picks_up(token)
        await patient.told("talking")
        await patient.phone.stay(1.0)
        assert await doctor.state() is DoctorState.TALKING

        await doctor.phone.hang_up()
        await patient.says_goodbye()
        assert tone_present(patient.heard, DOCTOR_TONE)
        assert tone_present(doctor.heard, PATIENT_TONE)
        assert contains(patient.heard, PROMPTS / "consult_over.wav") is not None
        assert await doctor.state() is DoctorState.WRITING

        page = await panel.post("/doctor/prescribe", PRESCRIPTION)
        assert re.search(r"/doctor/prescriptions/\d+\.pdf", page)
        assert (await patient.token()).state is TokenState.CONSUMED
        sms = await patient.sms("token", "prescription", "medicines_3")
        assert "PARACETAMOL 500 mg: 1 " in sms[-1].text
        link = LINK.search(sms[1].text)
        assert link is not None
        await paper_behind(link[0], age=40)


async def test_pressing_sign_twice_issues_one(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        panel = await doctor.panel()
        await doctor.takes(patient)
        await panel.post("/doctor/hang-up", {})
        await patient.said("consult_over")
        await asyncio.gather(*(panel.post("/doctor/prescribe", PRESCRIPTION) for _ in range(2)))
        await patient.sms("token", "prescription", "medicines_3")
        assert patient.patient is not None
        async with service.clinic.ledger.read() as books:
            assert len(await books.prescriptions.of_patient(patient.patient.id)) == 1


async def test_who_went_home_is_rung(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        token = await patient.takes_token()
        await doctor.dials_ready()
        ringing = await patient.phone.ringing()
        assert ringing.detail["number"] == "104"
        await patient.phone.pick_up()
        await patient.answers("called_patient", "1")
        await doctor.picks_up(token)
        await patient.told("talking")
        await patient.phone.stay(0.5)
        await doctor.phone.hang_up()
        await patient.says_goodbye()
        assert tone_present(patient.heard, DOCTOR_TONE)


async def test_who_is_rung_may_cancel(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        await patient.takes_token()
        await doctor.ready()
        await patient.phone.ringing()
        await patient.phone.pick_up()
        await patient.answers("called_patient", "2")
        await patient.said("cancelled")
        await patient.phone.gone()
        assert (await patient.token()).state is TokenState.CANCELLED
        await patient.sms("token", "token_cancelled")
        await doctor.is_(DoctorState.READY)


async def test_a_doctor_who_does_not_pick_up_is_paused(service: Instance) -> None:
    async with visit(service) as town:
        first, second, patient = await town.physician(), await town.physician(SECOND_TONE), await town.patient()
        panel = await first.panel()
        token = await patient.waits()
        async with service.clinic.line.listen(f"doctor:{first.doctor.id}") as told:
            await first.ready()
            await first.phone.ringing()
            await first.phone.reject()
            async for _, event in told:
                if event["kind"] == "doctor_missed":
                    break
        await patient.said("doctor_not_picked")
        await first.is_(DoctorState.PAUSED)
        assert (await patient.token()).state is TokenState.WAITING
        assert 'formaction="/doctor/ready"' in await panel.page("/")  # the panel offers to be ready again

        await second.ready()
        await second.picks_up(token)
        await patient.told("talking")
        await patient.phone.stay(0.5)
        await second.phone.hang_up()
        await patient.says_goodbye()
        assert tone_present(patient.heard, SECOND_TONE)
        assert not tone_present(patient.heard, DOCTOR_TONE)


async def test_a_patient_who_is_cut_off_is_redialled_to_the_same_doctor(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        token = await doctor.takes(patient)
        await patient.phone.hang_up()  # as Asterisk sees it when a network drops a call
        await patient.phone.ringing()
        await patient.phone.pick_up()
        await patient.told("talking")
        await patient.phone.stay(0.5)
        await doctor.phone.hang_up()
        await patient.said("consult_over")
        await patient.phone.gone()
        assert tone_present(patient.phone.recordings[1], DOCTOR_TONE)
        assert len(doctor.phone.recordings) == 1  # one call on their side, all the time
        assert await patient.token() == replace(token, state=TokenState.WRITING)


async def test_a_patient_who_dials_in_again_is_put_through(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        token = await doctor.takes(patient)
        service.village.disconnect(patient.number)  # out of reach: our own redialling finds nobody
        await patient.phone.hang_up()
        await patient.told("patient_left")
        await patient.phone.dial("104")
        await patient.told("talking")
        await patient.phone.stay(0.5)
        await doctor.phone.hang_up()
        await patient.said("consult_over")
        await patient.phone.gone()
        assert tone_present(patient.phone.recordings[1], DOCTOR_TONE)
        assert await patient.token() == replace(token, state=TokenState.WRITING)


async def test_a_doctor_whose_phone_is_cut_off_is_redialled(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        token = await doctor.takes(patient)
        await service.cut(doctor.who)
        await patient.said("dropped_patient")
        await doctor.picks_up(token)
        await patient.told("talking")
        await patient.phone.stay(0.5)
        await doctor.phone.hang_up()
        await patient.says_goodbye()
        assert tone_present(doctor.phone.recordings[1], PATIENT_TONE)
        assert await patient.token() == replace(token, state=TokenState.WRITING)
