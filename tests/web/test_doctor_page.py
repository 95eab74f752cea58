"""The doctor's page: state, card, prescription, closing; and what it refuses."""

import pytest

from core.clinic.doctor_ready import doctor_ready
from core.clinic.talk import end_talk
from core.rules.consultation import Outcome
from core.rules.staff import DoctorState
from core.rules.token import TokenState
from tests.web.house import Browser, House, prescription_fields, press, sign_in
from tests.web.house import browser as new_browser


async def test_ready_and_pause_move_the_line(house: House, doctor: Browser) -> None:
    assert "You are paused" in await (await doctor.get("/")).text()
    assert (await press(doctor, "/doctor/ready")).status == 303
    server = await house.clinic.line.state(house.doctor.doctor.id)
    assert server is not None
    assert server.state is DoctorState.READY
    assert "Waiting for the next patient" in await (await doctor.get("/")).text()
    await press(doctor, "/doctor/pause")
    server = await house.clinic.line.state(house.doctor.doctor.id)
    assert server is not None
    assert server.state is DoctorState.PAUSED


async def test_card_shows_the_patient_and_leaves_an_audit(house: House, doctor: Browser) -> None:
    patient = await house.patient()
    await house.talk(patient)
    page = await (await doctor.get("/")).text()
    for shown in ("34 years", "Woman", "Ajmer, Rajasthan, 305001", "First consultation", "हिन्दी", patient.code[:3]):
        assert shown in page
    assert patient.mobile not in page
    async with house.clinic.ledger.read() as books:
        looks = await books.audit_of(f"patient:{patient.id}")
    assert [(look.actor, look.action) for look in looks] == [(f"doctor:{house.doctor.doctor.id}", "saw card")]


async def test_spoken_name_is_heard_by_the_treating_doctor_only(house: House, doctor: Browser) -> None:
    consultation = await house.talk()
    address = f"/doctor/names/{consultation.id}/patient.wav"
    answer = await doctor.get(address)
    assert (answer.status, answer.content_type) == (200, "audio/wav")
    assert (await answer.read()).startswith(b"RIFF")
    other = await house.second_doctor()
    async with new_browser(house.deps()) as client:
        await sign_in(client, "vikram", other.password)
        assert (await client.get(address)).status == 404
    assert (await doctor.get(f"/doctor/names/{consultation.id}/guardian.wav")).status == 404


async def test_sign_issues_and_the_page_says_so(house: House, doctor: Browser) -> None:
    consultation = await house.after_talk()
    answer = await press(doctor, "/doctor/prescribe", prescription_fields(consultation, patient_name="सुनीता  देवी"))
    assert answer.status == 303
    page = await (await doctor.get(answer.headers["Location"])).text()
    assert "Prescription issued." in page
    async with house.clinic.ledger.read() as books:
        signed = await books.prescriptions.of_consultation(consultation.id)
        patient = await books.patients.get(consultation.patient_id)
        token = await books.tokens.get(consultation.token_id)
        causes = {sms.cause for sms in await books.outbox.latest(10)}
    assert signed is not None
    assert signed.content.medicines[0].generic == "paracetamol"
    assert (patient.name, token.state) == ("सुनीता देवी", TokenState.CONSUMED)
    assert f"prescription:{signed.id}" in causes
    paper = await doctor.get(f"/doctor/prescriptions/{signed.id}.pdf")
    assert (await paper.read()).startswith(b"%PDF")


async def test_signing_twice_issues_one(house: House, doctor: Browser) -> None:
    consultation = await house.after_talk()
    first = await press(doctor, "/doctor/prescribe", prescription_fields(consultation))
    second = await press(doctor, "/doctor/prescribe", prescription_fields(consultation, diagnosis="Something else"))
    assert (first.status, second.headers["Location"]) == (303, first.headers["Location"])


async def test_signing_while_talking_keeps_the_hang_up_button(house: House, doctor: Browser) -> None:
    consultation = await house.talk()
    answer = await press(doctor, "/doctor/prescribe", prescription_fields(consultation))
    page = await (await doctor.get(answer.headers["Location"])).text()
    assert "Prescription issued." in page
    assert 'formaction="/doctor/hang-up"' in page
    await end_talk(house.clinic, consultation)
    assert 'formaction="/doctor/hang-up"' not in await (await doctor.get("/")).text()


async def test_what_may_not_be_signed_is_said_at_its_field_and_nothing_typed_is_lost(
    house: House, doctor: Browser
) -> None:
    consultation = await house.after_talk()
    fields = prescription_fields(
        consultation, complaint="", generic="Amoxicillin", form="capsule", days="many", advice="<b>Drink</b>"
    )
    answer = await press(doctor, "/doctor/prescribe", fields)
    page = await answer.text()
    assert answer.status == 422
    assert 'id="complaint-problem"' in page
    assert "List A: at a first consultation only by video" in page
    assert 'id="medicines.0.days-problem"' in page
    assert 'value="many"' in page
    assert "&lt;b&gt;Drink&lt;/b&gt;" in page
    async with house.clinic.ledger.read() as books:
        assert await books.prescriptions.of_consultation(consultation.id) is None


async def test_problems_are_said_in_the_doctors_language(house: House, doctor: Browser) -> None:
    consultation = await house.after_talk()
    assert (await doctor.get("/language/hi", allow_redirects=False)).status == 303
    answer = await press(doctor, "/doctor/prescribe", prescription_fields(consultation, diagnosis=""))
    page = await answer.text()
    assert '<html lang="hi">' in page
    assert "(अनुमानित) रोग लिखें" in page


async def test_signing_before_they_talked_is_refused_and_keeps_what_was_typed(house: House, doctor: Browser) -> None:
    consultation = await house.match(await house.patient())
    answer = await press(doctor, "/doctor/prescribe", prescription_fields(consultation))
    page = await answer.text()
    assert answer.status == 409
    assert "You have not talked with this patient yet" in page
    assert "Viral fever" in page


async def test_more_rows_and_the_name_keep_what_was_typed(house: House, doctor: Browser) -> None:
    consultation = await house.after_talk()
    more = await (await press(doctor, "/doctor/prescribe", prescription_fields(consultation, do="more"))).text()
    assert more.count('name="generic"') == 4
    assert "Viral fever" in more
    named = await press(
        doctor, "/doctor/prescribe", prescription_fields(consultation, do="name", patient_name="Sunita")
    )
    assert "Viral fever" in await named.text()
    bad = await press(doctor, "/doctor/prescribe", prescription_fields(consultation, do="name", patient_name="<3>"))
    assert bad.status == 422
    assert "Please write a name" in await bad.text()
    async with house.clinic.ledger.read() as books:
        assert (await books.patients.get(consultation.patient_id)).name == "Sunita"


async def test_closing_without_a_prescription(house: House, doctor: Browser) -> None:
    consultation = await house.after_talk()
    fields = {"consultation": consultation.id, "reason": "in_person", "note": "rash must be seen"}
    answer = await press(doctor, "/doctor/close", fields)
    assert "Case closed" in await (await doctor.get(answer.headers["Location"])).text()
    async with house.clinic.ledger.read() as books:
        ended = await books.consultations.get(consultation.id)
    assert ended.outcome is Outcome.CLOSED
    late = await press(doctor, "/doctor/prescribe", prescription_fields(consultation))
    assert late.status == 409
    assert "The case you typed for is over" in await late.text()


async def test_earlier_consultations_are_on_the_card(house: House, doctor: Browser) -> None:
    patient = await house.patient()
    await press(doctor, "/doctor/prescribe", prescription_fields(await house.after_talk(patient)))
    async with house.clinic.ledger.read() as books:
        signed = (await books.prescriptions.of_patient(patient.id))[0]
    await house.match(patient)
    page = await (await doctor.get("/")).text()
    assert "Seen by you before" in page
    assert "PARACETAMOL 500 mg" in page
    assert signed.number in page


async def test_another_doctors_case_stays_closed(house: House, doctor: Browser) -> None:
    consultation = await house.after_talk()
    signed = await press(doctor, "/doctor/prescribe", prescription_fields(consultation))
    paper = signed.headers["Location"].split("=")[1]
    other = await house.second_doctor()
    async with new_browser(house.deps()) as client:
        await sign_in(client, "vikram", other.password)
        assert (await press(client, "/doctor/prescribe", prescription_fields(consultation))).status == 409
        assert (
            await press(client, "/doctor/close", {"consultation": consultation.id, "reason": "other", "note": ""})
        ).status == 409
        assert (await client.get(f"/doctor/prescriptions/{paper}.pdf")).status == 404


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/doctor/prescribe", {"consultation": "x"}),
        ("/doctor/prescribe", {"consultation": "1", "do": "burn"}),
        ("/doctor/prescribe", {"complaint": "a" * 1001}),
        ("/doctor/prescribe", {"complaint": "nul\0"}),
        ("/doctor/prescribe", {"generic": "one\ntwo"}),
        ("/doctor/close", {"consultation": "1", "reason": "bored", "note": ""}),
        ("/doctor/close", {"consultation": "-1", "reason": "other", "note": ""}),
        ("/doctor/close", {"consultation": "1", "reason": "other"}),
    ],
)
async def test_forged_fields_change_nothing(
    house: House, doctor: Browser, address: str, fields: dict[str, str]
) -> None:
    consultation = await house.after_talk()
    good = prescription_fields(consultation) if address == "/doctor/prescribe" else {}
    answer = await press(doctor, address, good | fields)
    assert answer.status == 400
    assert "Nothing was changed" in await answer.text()
    async with house.clinic.ledger.read() as books:
        assert (await books.consultations.get(consultation.id)).outcome is None


async def test_steering_asks_the_switch(house: House, doctor: Browser) -> None:
    await house.talk()
    async with house.clinic.line.listen("switch") as asked:
        await press(doctor, "/doctor/hang-up")
        assert (await anext(asked))[1]["kind"] == "hang_up"
        await press(doctor, "/doctor/call-again")
        assert (await anext(asked))[1]["kind"] == "call_again"


async def test_formulary_tells_forms_strengths_and_list(doctor: Browser) -> None:
    drugs = await (await doctor.get("/doctor/formulary.json")).json()
    assert drugs["drugs"]["paracetamol"]["list"] == "O"
    assert drugs["drugs"]["hydrocortisone"]["lists"] == {"cream": "A", "injection": "B"}
    assert "tablet" in drugs["drugs"]["paracetamol"]["forms"]
    assert drugs["used"] == []


@pytest.mark.parametrize(
    ("age", "first"), [("34", "tablet"), ("0", "drops"), ("", "tablet"), ("x", "tablet"), ("-1", "tablet")]
)
async def test_formulary_says_what_somebody_of_this_age_takes(doctor: Browser, age: str, first: str) -> None:
    drugs = await (await doctor.get("/doctor/formulary.json", params={"age": age})).json()
    assert min(drugs["drugs"]["paracetamol"]["made"], key=lambda made: int(made[2]))[0] == first


async def test_the_bar_alone_names_the_case(house: House, doctor: Browser) -> None:
    await doctor_ready(house.clinic, house.doctor.doctor.id)
    assert 'data-case="0"' in await (await doctor.get("/doctor/now")).text()
    consultation = await house.talk()
    bar = await (await doctor.get("/doctor/now")).text()
    assert f'data-case="{consultation.id}"' in bar
    assert "34" not in bar
