"""A second visit is a follow-up only when its doctor says that it is for the same condition (T3, T5)."""

from core.rules.consultation import Outcome
from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from tests.adapters.papers import text_of
from tests.web.house import Browser, House, prescription_fields, press

METFORMIN = {"generic": "metformin", "strength": "500 mg", "frequency": "1-0-1", "days": "30"}
PARACETAMOL = {"generic": "paracetamol"}
FOLLOW_UP, FIRST_VISIT = "फ़ॉलो-अप", "पहला"
FIRST_ONLY_BY_VIDEO, NO_REFILL = "list_a_needs_video", "not_a_refill"


async def second_visit(house: House, doctor: Browser, patient: Patient) -> dict[str, str]:
    """The form of a patient who was here before, for a fever."""
    await press(doctor, "/doctor/prescribe", prescription_fields(await house.after_talk(patient)))
    return prescription_fields(await house.after_talk(patient), **METFORMIN)


async def judged(doctor: Browser, fields: dict[str, str]) -> list[str]:
    answer = await press(doctor, "/doctor/draft", fields)
    return [line["reason"] for line in (await answer.json())["judged"].get("0", ())]


async def newest(house: House) -> tuple[SignedPrescription, bool, set[tuple[str, str]]]:
    """The paper, whether its consultation was a follow-up, and the audit."""
    async with house.clinic.ledger.read() as books:
        signed = (await books.prescriptions.of_patient(1))[0]
        case = await books.consultations.get(signed.consultation_id)
        assert case.outcome is Outcome.PRESCRIBED
        audit = await books.audit_of(f"prescription:{signed.id}")
    return signed, case.follow_up, {(entry.action, entry.detail) for entry in audit}


async def visit_on_paper(doctor: Browser, signed: SignedPrescription) -> str:
    paper = await (await doctor.get(f"/doctor/prescriptions/{signed.id}.pdf")).read()
    text = text_of(paper)
    return next((said for said in (FOLLOW_UP, FIRST_VISIT) if said in text), text)


async def test_it_is_asked_of_a_patient_who_was_here_before_and_of_no_other(house: House, doctor: Browser) -> None:
    fields = await second_visit(house, doctor, await house.patient())
    page = await (await doctor.get("/doctor")).text()
    assert 'name="visit"' in page
    assert "Viral fever" in page.split('id="visit-hint"')[1].split("</p>")[0]
    await press(doctor, "/doctor/draft", fields | {"visit": "another"})
    assert '<option value="another" selected>' in await (await doctor.get("/doctor")).text()
    await press(doctor, "/doctor/prescribe", fields | PARACETAMOL)
    await house.after_talk(await house.patient("+919876543211"))
    assert 'name="visit"' not in await (await doctor.get("/doctor")).text()


async def test_until_it_is_said_and_for_another_condition_it_is_a_first_visit(house: House, doctor: Browser) -> None:
    fields = await second_visit(house, doctor, await house.patient())
    for visit in ("", "another"):
        assert await judged(doctor, fields | {"visit": visit}) == [FIRST_ONLY_BY_VIDEO]
        assert (await press(doctor, "/doctor/prescribe", fields | {"visit": visit})).status == 422
    assert await judged(doctor, fields | {"visit": "same"}) == [NO_REFILL]
    assert await judged(doctor, fields | {"visit": "same", "current_medicines": "metformin"}) == ["taken_already"]


async def test_what_was_said_is_on_the_paper_in_the_record_and_in_the_audit(house: House, doctor: Browser) -> None:
    patient = await house.patient()
    fields = await second_visit(house, doctor, patient) | {"visit": "same", "acknowledged": "begun by the hospital"}
    key = (await (await press(doctor, "/doctor/draft", fields)).json())["judged"]["0"][0]["key"]
    assert (await press(doctor, "/doctor/prescribe", fields | {"answers": key})).status == 303
    signed, follow_up, audit = await newest(house)
    assert (signed.content.medicines[0].generic, follow_up) == ("metformin", True)
    assert ("said what the visit is", "for the same condition") in audit
    assert await visit_on_paper(doctor, signed) == FOLLOW_UP
    third = prescription_fields(await house.after_talk(patient), **METFORMIN) | {"visit": "same"}
    assert await judged(doctor, third) == []  # by now it is a refill
    another = third | PARACETAMOL | {"visit": "another"}
    assert (await press(doctor, "/doctor/prescribe", another)).status == 303
    signed, follow_up, audit = await newest(house)
    assert await visit_on_paper(doctor, signed) == FIRST_VISIT
    assert (follow_up, ("said what the visit is", "for another condition") in audit) == (False, True)


async def test_nobody_makes_a_first_visit_a_follow_up(house: House, doctor: Browser) -> None:
    fields = prescription_fields(await house.after_talk(), **METFORMIN) | {"visit": "same"}
    assert await judged(doctor, fields) == [FIRST_ONLY_BY_VIDEO]
    assert (await press(doctor, "/doctor/prescribe", fields)).status == 422
    assert (await press(doctor, "/doctor/draft", fields | {"visit": "often"})).status == 400
