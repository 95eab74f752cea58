"""Who has signed or closed still speaks with the patient: card, spoken name and Hang up stay until the talk ends."""

import pytest
from playwright.async_api import expect

from core.clinic.admin.let_go import let_go
from core.clinic.close_case import close_case
from core.clinic.doctor_ready import doctor_pause
from core.clinic.issue_prescription import issue_prescription
from core.clinic.talk import begin_talk, end_talk
from core.rules.prescription import Medicine, Prescription
from core.rules.staff_fields import BadField
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import Browser, House, prescription_fields, press

FEVER = Prescription("Fever", "Viral fever", (Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3),), advice="Rest")


async def test_card_name_and_what_was_signed_stay_until_the_talk_is_over(house: House, doctor: Browser) -> None:
    patient = await house.patient()
    case = await house.talk(patient)
    signed = await press(doctor, "/doctor/prescribe", prescription_fields(case, patient_name="Sunita Devi"))
    assert signed.status == 303
    name = f"/doctor/names/{case.id}/patient.wav"
    page = await (await doctor.get("/doctor")).text()
    for shown in ("Sunita Devi", patient.code[:3], "34 years", "RX2611", "PARACETAMOL", "1-0-1", "Viral fever", name):
        assert shown in page
    assert 'id="rx"' not in page
    assert (await doctor.get(name)).status == 200
    await end_talk(house.clinic, case)
    assert "Sunita Devi" not in await (await doctor.get("/doctor")).text()
    assert (await doctor.get(name)).status == 404


async def test_a_closed_case_likewise(house: House, doctor: Browser) -> None:
    case = await house.talk()
    fields = {"consultation": case.id, "reason": "not_needed", "note": "", "call_back_days": "3"}
    assert (await press(doctor, "/doctor/close", fields)).status == 303
    page = await (await doctor.get("/doctor")).text()
    for shown in ("34 years", "Closed without a prescription", "Call back 24-11-2026"):
        assert shown in page
    await end_talk(house.clinic, case)
    assert "34 years" not in await (await doctor.get("/doctor")).text()


async def test_another_doctors_paper_is_read_as_long_as_they_talk(house: House, doctor: Browser) -> None:
    patient, other = await house.patient(), await house.second_doctor()
    before = await begin_talk(house.clinic, await house.match(patient, other), "patient-leg", "doctor-leg")
    paper = await issue_prescription(house.clinic, doctor_id=other.doctor.id, consultation_id=before.id, content=FEVER)
    await end_talk(house.clinic, before)
    await doctor_pause(house.clinic, other.doctor.id)
    case = await house.talk(patient)
    await press(doctor, "/doctor/prescribe", prescription_fields(case))
    assert (await doctor.get(f"/doctor/prescriptions/{paper.id}.pdf")).status == 200
    await end_talk(house.clinic, case)
    assert (await doctor.get(f"/doctor/prescriptions/{paper.id}.pdf")).status == 404


async def test_hang_up_is_asked_of_the_switch_and_no_second_call(house: House, doctor: Browser) -> None:
    case = await house.talk()
    await press(doctor, "/doctor/prescribe", prescription_fields(case))
    async with house.clinic.line.listen("switch") as asked:
        await press(doctor, "/doctor/call-again")  # nothing to be called again for
        await press(doctor, "/doctor/hang-up")
        assert (await anext(asked))[1] == {"kind": "hang_up", "token": case.token_id}


async def test_who_still_talks_is_not_let_go(house: House) -> None:
    case = await house.talk()
    me = house.doctor.doctor.id
    await issue_prescription(house.clinic, doctor_id=me, consultation_id=case.id, content=FEVER)
    with pytest.raises(BadField, match="has a patient now"):
        await let_go(house.clinic, me, "operator:1")
    await end_talk(house.clinic, case)
    await let_go(house.clinic, me, "operator:1")


async def test_what_is_typed_after_the_signature_is_refused_and_the_card_stays(house: House, doctor: Browser) -> None:
    case = await house.talk()
    await press(doctor, "/doctor/prescribe", prescription_fields(case))
    for button in ("more", "review", "name"):
        answer = await press(doctor, "/doctor/prescribe", prescription_fields(case, do=button, diagnosis="Dengue"))
        page = await answer.text()
        assert answer.status == 409
        assert "34 years" in page
        assert "Dengue" not in page


@needs_chromium
async def test_the_page_stays_with_the_patient_in_every_tab(
    house: House, new_page: NewPage, pictures: Pictures
) -> None:
    case = await house.talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    tab = await page.context.new_page()
    await tab.goto("/doctor")
    await expect(tab.locator("body[data-live]")).to_be_visible()
    await page.get_by_label("Name", exact=True).fill("Sunita Devi")
    await page.get_by_label("Complaint").fill("Fever")
    await page.get_by_label("Diagnosis").fill("Viral fever")
    await page.get_by_label("Advice").fill("Rest, plenty of water.")
    await page.get_by_role("button", name="Sign prescription").click()
    await expect(page.get_by_text("Prescription issued.")).to_be_visible()
    for one in (page, tab):
        await expect(one.get_by_text("You are still talking")).to_be_visible()
        await expect(one.locator(".card")).to_contain_text("Sunita Devi")
        await expect(one.get_by_text("Rest, plenty of water.")).to_be_visible()
        await expect(one.get_by_role("button", name="Hang up")).to_be_visible()
    await pictures.take(page, "signed-while-talking.png", whole=True)
    await end_talk(house.clinic, case)
    for one in (page, tab):
        await expect(one.get_by_role("heading", name="Waiting for the next patient")).to_be_visible()
        await expect(one.get_by_text("Sunita Devi")).to_have_count(0)


@needs_chromium
async def test_ones_day_is_there_after_the_hang_up(house: House, new_page: NewPage) -> None:
    case = await house.talk()
    page = await new_page()
    await sign_in(page, "asha", house.doctor.password)
    await close_case(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="Rest helps.")
    await expect(page.get_by_role("heading", name="Closed without a prescription")).to_be_visible()
    await expect(page.locator("section.between")).to_have_count(0)
    await end_talk(house.clinic, case)
    await expect(page.locator("section.between")).to_contain_text("1 served")
