"""Beside the signature: drafts, repeating, sets, the preview, the day; each for its own doctor only."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from io import BytesIO

import pypdf
import pytest

from core.clinic.know_caller import give_consent
from core.clinic.medicine_sets import own_sets, save_set
from core.clinic.take_token import take_token
from core.clinic.wrap_up import set_wrap_up
from core.rules.dosage import Food
from core.rules.opd import Opd
from core.rules.prescription import Medicine, Mode
from core.rules.staff import DoctorState
from tests.forms import fields_of
from tests.web.house import Browser, House, prescription_fields, press, sign_in
from tests.web.house import browser as new_browser
from web.prescription_form import COLUMNS
from web.words import load_words

AMOXICILLIN = Medicine("amoxicillin", "capsule", "500 mg", "1-1-1", 5)


@pytest.fixture
async def colleague(house: House) -> AsyncIterator[Browser]:
    """Another doctor's browser."""
    other = await house.second_doctor()
    async with new_browser(house.deps()) as client:
        assert (await sign_in(client, "vikram", other.password)).status == 303
        yield client


async def test_a_draft_is_found_on_another_computer_and_gone_when_signed(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    fields = prescription_fields(case, diagnosis="Dengue?", patient_name="Sunita")
    answer = await press(doctor, "/doctor/draft", fields)
    assert (answer.status, await answer.json()) == (200, {"kept": "15:00", "judged": {}})
    async with new_browser(house.deps()) as elsewhere:
        await sign_in(elsewhere, "asha", house.doctor.password)
        page = await (await elsewhere.get("/doctor")).text()
        assert "Dengue?" in page
        assert 'value="Sunita"' in page
        await press(elsewhere, "/doctor/prescribe", prescription_fields(case))
    assert (await press(doctor, "/doctor/draft", fields)).status == 409


async def test_another_doctors_draft_is_neither_read_nor_written(
    house: House, doctor: Browser, colleague: Browser
) -> None:
    case = await house.after_talk()
    await press(doctor, "/doctor/draft", prescription_fields(case, diagnosis="Dengue?"))
    assert (await press(colleague, "/doctor/draft", prescription_fields(case, diagnosis="Mine"))).status == 409
    assert (await colleague.get("/doctor/preview.pdf")).status == 404
    assert "Dengue?" in await (await doctor.get("/doctor")).text()


async def test_without_a_script_every_button_keeps_the_draft(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    await press(doctor, "/doctor/prescribe", prescription_fields(case, do="more", diagnosis="Dengue?"))
    assert "Dengue?" in await (await doctor.get("/doctor")).text()


async def test_last_times_medicines_come_back_and_what_is_forbidden_is_said(
    house: House, doctor: Browser, colleague: Browser
) -> None:
    patient = await house.patient()
    assert 'value="repeat"' not in await (await doctor.get("/doctor")).text()
    await press(doctor, "/doctor/prescribe", prescription_fields(await house.after_talk(patient)))
    again = await house.after_talk(patient)
    assert 'value="repeat"' in await (await doctor.get("/doctor")).text()
    empty = dict.fromkeys(COLUMNS, "")
    answer = await press(doctor, "/doctor/prescribe", prescription_fields(again, do="repeat", **empty))
    page = await answer.text()
    assert 'value="paracetamol"' in page
    assert 'value="after food"' in page
    assert "Please check each line" in page
    twice = await press(doctor, "/doctor/prescribe", prescription_fields(again, do="repeat"))
    assert (await twice.text()).count('value="paracetamol"') == 2  # the row, and the list that is offered
    assert (await press(colleague, "/doctor/prescribe", prescription_fields(again, do="repeat"))).status == 409


async def test_a_set_is_saved_inserted_and_judged_by_todays_rules(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    saved = await press(
        doctor, "/doctor/prescribe", prescription_fields(case, do="keep_set", set_name="Fever", advice="Rest")
    )
    assert "The set is saved" in await saved.text()
    await save_set(house.clinic, house.doctor.doctor.id, "Infection", (AMOXICILLIN,), "Finish the course")
    fever, infection = await own_sets(house.clinic, house.doctor.doctor.id)
    assert (fever.name, fever.advice, fever.medicines[0].generic) == ("Fever", "Rest", "paracetamol")
    fields = prescription_fields(case, do="insert", set=str(infection.id), advice="Rest", complaint="")
    page = await (await press(doctor, "/doctor/prescribe", fields)).text()
    assert 'id="medicines.1.list_a_needs_video"' in page
    assert "Not lawful (T3):" in page
    assert "Meet by video and say so in the form" in page
    assert "Rest\nFinish the course" in page
    assert "complaint-problem" not in page


async def test_another_doctors_set_is_nobodys(house: House, doctor: Browser, colleague: Browser) -> None:
    await save_set(house.clinic, house.doctor.doctor.id, "Infection", (AMOXICILLIN,), "")
    (one,) = await own_sets(house.clinic, house.doctor.doctor.id)
    assert "Infection" not in await (await colleague.get("/doctor/sets")).text()
    theirs = {"set": one.id, "set_name": "Stolen"}
    assert (await press(colleague, "/doctor/sets/rename", theirs)).status == 404
    assert (await press(colleague, "/doctor/sets/delete", {"set": one.id})).status == 404
    case = await house.after_talk()
    inserted = await press(doctor, "/doctor/prescribe", prescription_fields(case, do="insert", set="999"))
    assert inserted.status == 422
    assert (await press(doctor, "/doctor/sets/rename", theirs | {"set_name": "Bacterial"})).status == 303
    assert "Bacterial" in await (await doctor.get("/doctor/sets")).text()
    assert (await press(doctor, "/doctor/sets/delete", {"set": one.id})).status == 303
    assert await own_sets(house.clinic, house.doctor.doctor.id) == []


async def test_a_preview_shows_what_the_patient_will_get_and_signs_nothing(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    page = await (await press(doctor, "/doctor/prescribe", prescription_fields(case, do="review"))).text()
    assert 'id="review"' in page
    assert "PARACETAMOL 500 mg: 1 गोली, दिन में दो बार (सुबह, रात), 3 दिन" in page
    paper = await doctor.get("/doctor/preview.pdf")
    text = "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(await paper.read())).pages)
    assert "DRAFT" in text
    assert "not valid" in text
    assert re.search(r"RX\d", text) is None
    async with house.clinic.ledger.read() as books:
        assert await books.prescriptions.of_consultation(case.id) is None
        assert [sms.template for sms in await books.outbox.latest(5)] == ["token"]


async def test_what_cannot_be_signed_has_no_preview(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    refused = await press(doctor, "/doctor/prescribe", prescription_fields(case, do="review", diagnosis=""))
    assert refused.status == 422
    assert (await doctor.get("/doctor/preview.pdf", allow_redirects=False)).status == 303


@pytest.mark.parametrize("days", ["0", "181", "soon", "-1"])
async def test_a_call_back_out_of_range_is_said_at_its_field(house: House, doctor: Browser, days: str) -> None:
    case = await house.after_talk()
    answer = await press(doctor, "/doctor/prescribe", prescription_fields(case, call_back_days=days))
    assert answer.status == 422
    assert "Write the days as a number" in await answer.text()


async def test_the_patient_is_sent_on_and_the_day_says_so(house: House, doctor: Browser) -> None:
    always = dict.fromkeys(range(7), (time(0), time(0)))
    opds = {key: Opd(key, always) for key in ("general", "speciality")}
    house.clinic.policy = replace(house.clinic.policy, opds=opds)
    case = await house.after_talk()
    assert '<option value="speciality">' in await (await doctor.get("/doctor")).text()
    signed = await press(
        doctor, "/doctor/prescribe", prescription_fields(case, refer_to="speciality", call_back_days="3")
    )
    assert signed.status == 303
    page = await (await doctor.get("/doctor/day")).text()
    for shown in ("Sent on: Speciality OPD", "Call back 24-11-2026", "RX2611"):
        assert shown in page
    async with house.clinic.ledger.read() as books:
        token = await books.tokens.active_of_patient(case.patient_id)
    assert token is not None
    assert token.opd == "speciality"


async def test_the_pace_is_chosen_and_the_bar_tells_the_wrap_up(house: House, doctor: Browser) -> None:
    assert (await press(doctor, "/doctor/wrap-up", {"wrap_up": "30"})).status == 303
    await press(doctor, "/doctor/prescribe", prescription_fields(await house.after_talk()))
    page = await (await doctor.get("/doctor")).text()
    assert "Wrapping up" in page
    assert 'data-wrap="30"' in page
    assert (await press(doctor, "/doctor/ready")).status == 303
    server = await house.clinic.line.state(house.doctor.doctor.id)
    assert server is not None
    assert server.state is DoctorState.READY
    await set_wrap_up(house.clinic, house.doctor.doctor.id, None)
    await press(doctor, "/doctor/pause")
    assert "Next patient" in await (await doctor.get("/doctor/now")).text()


async def test_the_bar_counts_ones_own_queues(house: House, doctor: Browser) -> None:
    await take_token(house.clinic, await house.patient(), "general")
    bar = await (await doctor.get("/doctor/now")).text()
    assert "General OPD: 1 patient waits" in bar


async def test_the_card_says_whether_the_patient_agreed(house: House, doctor: Browser) -> None:
    patient = await house.patient()
    await house.talk(patient)
    assert "not recorded" in await (await doctor.get("/doctor")).text()
    await give_consent(house.clinic, patient.mobile, "hi", "call-1")
    assert "agreed on 21 Nov 2026, 15:00" in await (await doctor.get("/doctor")).text()


def test_what_is_shown_by_its_name_has_a_text() -> None:
    texts = load_words(("en",)).tongues["en"].texts
    endings = {f"day.{ending}" for ending in ("open", "prescribed", "advised", "closed")}
    refused = {"after.bad_refer_to", "after.bad_call_back_days"}
    assert endings | refused | {"sets.saved", "sets.inserted"} <= texts.keys()


def first_row(fields: list[tuple[str, str]]) -> dict[str, str]:
    """Of the medicines in a form."""
    return {name: value for name, value in reversed(fields) if name in COLUMNS}


async def test_a_warning_wants_a_reason_which_is_signed(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    fields = prescription_fields(case, strength="650 mg", frequency="2-2-2-2")
    kept = await (await press(doctor, "/doctor/draft", fields)).json()
    (said,) = kept["judged"]["0"]
    assert (said["decision"], said["rule"]) == ("warned", "T8")
    refused = await press(doctor, "/doctor/prescribe", fields)
    page = await refused.text()
    assert refused.status == 422
    assert "5200 mg a day is above the maximum of 4000 mg" in page
    assert 'class="field col-acknowledged">' in page
    assert "Write below why." in page
    blind = fields | {"acknowledged": "82 kg, two days"}  # written by somebody who has not seen the warning
    page = await (await press(doctor, "/doctor/prescribe", blind)).text()
    shown = first_row(fields_of(page, "/doctor/prescribe"))
    assert shown["acknowledged"] == "82 kg, two days"
    more = await press(doctor, "/doctor/prescribe", fields | shown | {"frequency": "3-3-3-3"})  # it was for less
    assert more.status == 422
    assert (await press(doctor, "/doctor/prescribe", fields | shown)).status == 303
    async with house.clinic.ledger.read() as books:
        signed = await books.prescriptions.of_consultation(case.id)
    assert signed is not None
    assert signed.content.medicines[0].acknowledged == "82 kg, two days"
    assert signed.content.medicines[0].answers == tuple(shown["answers"].split()) == (said["key"],)
    assert signed.formulary_version == house.clinic.policy.formulary.version


async def test_who_met_by_video_says_so_and_it_is_in_the_audit(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    fields = prescription_fields(case, generic="Amoxicillin", form="capsule", food="after", repeats="2")
    assert (await press(doctor, "/doctor/prescribe", fields)).status == 422
    assert (await press(doctor, "/doctor/prescribe", fields | {"mode": "video"})).status == 303
    async with house.clinic.ledger.read() as books:
        signed = await books.prescriptions.of_consultation(case.id)
        assert signed is not None
        said = {(entry.action, entry.detail) for entry in await books.audit_of(f"prescription:{signed.id}")}
    assert (signed.mode, ("said how they met", "video") in said) == (Mode.VIDEO, True)
    assert (signed.content.medicines[0].food, signed.content.medicines[0].repeats) == (Food.AFTER, 2)


async def test_what_was_told_last_time_is_there_again_and_no_reason_is(house: House, doctor: Browser) -> None:
    patient = await house.patient()
    told = {"allergies": "penicillin", "current_medicines": "paracetamol at night", "acknowledged": "she asks for it"}
    first = prescription_fields(await house.after_talk(patient), **told)
    page = await (await press(doctor, "/doctor/prescribe", first)).text()
    shown = first_row(fields_of(page, "/doctor/prescribe"))
    assert (await press(doctor, "/doctor/prescribe", first | shown)).status == 303
    again = await house.after_talk(patient)
    page = await (await doctor.get("/doctor")).text()
    assert ">penicillin</textarea>" in page
    assert ">paracetamol at night</textarea>" in page
    empty = prescription_fields(again, do="repeat", **dict.fromkeys(COLUMNS, ""), **{"allergies": "penicillin"})
    page = await (await press(doctor, "/doctor/prescribe", empty)).text()
    assert 'value="paracetamol"' in page
    assert "she asks for it" not in page


async def test_a_brand_name_becomes_its_generic(house: House, doctor: Browser) -> None:
    formulary = replace(house.clinic.policy.formulary, aliases={"our brand": "paracetamol"})
    house.clinic.policy = replace(house.clinic.policy, formulary=formulary)
    names = (await (await doctor.get("/doctor/formulary.json")).json())["drugs"]["paracetamol"]["names"]
    assert names == ["our brand"]
    case = await house.after_talk()
    assert (await press(doctor, "/doctor/prescribe", prescription_fields(case, generic="Our Brand"))).status == 303
    async with house.clinic.ledger.read() as books:
        signed = await books.prescriptions.of_consultation(case.id)
    assert signed is not None
    assert signed.content.medicines[0].generic == "paracetamol"


async def test_without_an_adult_nothing_is_prescribed_to_a_child(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    async with house.clinic.ledger.write() as books:
        child = replace(await books.patients.get(case.patient_id), age=7)
        await books.patients.save(child)
    syrup = prescription_fields(case, form="syrup", strength="250 mg/5 ml")
    page = await (await press(doctor, "/doctor/prescribe", syrup)).text()
    assert 'id="medicines.0.minor_alone"' in page
    async with house.clinic.ledger.write() as books:
        await books.patients.save(replace(child, guardian_name="Kamla"))
    assert (await press(doctor, "/doctor/prescribe", syrup)).status == 303


async def test_what_was_told_and_is_not_understood_is_noted_and_keeps_nothing_back(
    house: House, doctor: Browser
) -> None:
    case = await house.after_talk()
    fields = prescription_fields(case, allergies="penicillin, a white tablet", current_medicines="कुछ नहीं")
    said = await (await press(doctor, "/doctor/draft", fields)).json()
    assert list(said["unread"]) == ["allergies"]
    assert "in: a white tablet." in said["unread"]["allergies"]
    page = await (await doctor.get("/doctor")).text()
    assert "a white tablet. Nothing" in page.split('id="allergies-unread"')[1].split("</p>")[0]
    assert "unread" not in await (await press(doctor, "/doctor/draft", fields | {"allergies": "penicillin"})).json()
    assert (await press(doctor, "/doctor/prescribe", fields)).status == 303


async def test_half_a_tablet_may_be_written_with_its_sign(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    assert (await press(doctor, "/doctor/prescribe", prescription_fields(case, frequency="½-0-½"))).status == 303
    async with house.clinic.ledger.read() as books:
        signed = await books.prescriptions.of_consultation(case.id)
    assert signed is not None
    assert signed.content.medicines[0].frequency == "1/2-0-1/2"


async def test_the_draft_hears_what_is_refused_of_its_texts_and_not_what_is_missing(
    house: House, doctor: Browser
) -> None:
    case = await house.after_talk()
    fields = prescription_fields(
        case, complaint="", diagnosis="", days="", tests="CBC\nmorphine 10 mg", history="☠ bones"
    )
    said = (await (await press(doctor, "/doctor/draft", fields | {"frequency": "1-0-1 zinc"})).json())["refused"]
    assert set(said) == {"tests", "history", "medicines.0.frequency"}
    assert "morphine is never prescribed" in said["tests"]
    await doctor.get("/language/hi")
    said = (await (await press(doctor, "/doctor/draft", fields)).json())["refused"]
    assert "morphine" in said["tests"]
    assert "never" not in said["tests"]
    assert "refused" not in await (await press(doctor, "/doctor/draft", prescription_fields(case))).json()
