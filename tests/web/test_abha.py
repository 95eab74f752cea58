"""ABHA numbers at the desk: linked with a yes only, on the caller's own page, and taken back (S9, T12)."""

import json

import pytest

from core.clinic.desk.present_caller import operator_answered, operator_rung
from core.clinic.issue_prescription import issue_prescription
from core.clinic.log_call import log_call_start
from core.rules.abha import AbhaLink
from core.rules.prescription import Prescription
from tests.fhir import abdm
from tests.web.house import Browser, House, browser, press, sign_in

MOBILE = "+919876543210"
FILE = f"/operator/callers/{MOBILE}"
GOOD = {"abha": "91-1234-5678-9012", "agreed": "yes"}


async def held(house: House, patient: int) -> AbhaLink | None:
    async with house.clinic.ledger.read() as books:
        return await books.abha_links.of_patient(patient)


async def test_a_yes_links_and_may_be_taken_back(house: House, operator: Browser) -> None:
    patient = await house.patient()
    answer = await press(operator, f"{FILE}/people/{patient.id}/abha", GOOD)
    assert answer.status == 303
    page = await (await operator.get(answer.headers["Location"])).text()
    assert "ABHA 91-1234-5678-9012, agreed on 21 Nov 2026" in page
    assert "The ABHA number is linked." in page
    link = await held(house, patient.id)
    assert link is not None
    who = f"operator:{house.operator.operator.id}"
    assert (link.number, link.notice_version, link.linked_by, link.consent_call) == ("91123456789012", "1", who, who)
    answer = await press(operator, f"{FILE}/people/{patient.id}/abha/withdraw")
    assert "is not used any more" in await (await operator.get(answer.headers["Location"])).text()
    assert await held(house, patient.id) is None
    async with house.clinic.ledger.read() as books:
        actions = [entry.action for entry in await books.audit_of(f"patient:{patient.id}")]
    assert {"linked ABHA by voice", "withdrew ABHA"} <= set(actions)


async def test_the_call_on_which_they_said_it_is_kept(house: House, operator: Browser) -> None:
    patient = await house.patient()
    await log_call_start(house.clinic, "leg-1", "patient", MOBILE)
    call = await operator_rung(house.clinic, house.operator.operator.id, "leg-1", MOBILE)
    await operator_answered(house.clinic, call)
    await press(operator, f"{FILE}/people/{patient.id}/abha", GOOD)
    link = await held(house, patient.id)
    assert link is not None
    assert link.consent_call == "leg-1"


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"abha": "91-1234-5678-901"}, 422, "has 14 digits"), ({"abha": ""}, 422, "has 14 digits"),
        ({"agreed": ""}, 422, "mark that they said yes"), ({"agreed": "no"}, 422, "mark that they said yes"),
        ({"abha": "9" * 50}, 400, ""),
    ],
)  # fmt: skip
async def test_without_a_number_or_a_yes_nothing_is_linked(
    house: House, operator: Browser, changes: dict[str, str], status: int, said: str
) -> None:
    patient = await house.patient()
    answer = await press(operator, f"{FILE}/people/{patient.id}/abha", GOOD | changes)
    assert answer.status == status
    assert said in await answer.text()
    assert await held(house, patient.id) is None


async def test_nobody_elses_page_links_it_and_no_number_serves_two(house: House, operator: Browser) -> None:
    patient, other = await house.patient(), await house.patient("+919812345678")
    for action in ("abha", "abha/withdraw"):
        assert (await press(operator, f"{FILE}/people/{other.id}/{action}", GOOD)).status == 404
        assert (await press(operator, f"{FILE}/people/999/{action}", GOOD)).status == 404
    assert await held(house, other.id) is None
    await press(operator, f"{FILE}/people/{patient.id}/abha", GOOD)
    answer = await press(operator, f"/operator/callers/{other.mobile}/people/{other.id}/abha", GOOD)
    assert (answer.status, "linked to somebody else already" in await answer.text()) == (422, True)


async def test_the_doctor_takes_a_document_along_and_no_other_doctor(house: House, doctor: Browser) -> None:
    met = await house.after_talk()
    signed = await issue_prescription(
        house.clinic,
        doctor_id=met.doctor_id,
        consultation_id=met.id,
        content=Prescription("Fever", "Flu", tests=("CBC",)),
    )
    address = f"/doctor/prescriptions/{signed.id}.fhir.json"
    for query, kind in (("", "prescription"), ("?record=consultation", "consultation")):
        answer = await doctor.get(address + query)
        bundle = json.loads(await answer.read())
        assert abdm.problems(bundle) == []
        assert bundle["id"] == f"{signed.number}-{kind}"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{bundle["id"]}.fhir.json"'
        assert MOBILE[3:] not in json.dumps(bundle)
    assert (await doctor.get(f"{address}?record=other")).status == 404
    assert address in await (await doctor.get("/doctor/day")).text()
    other = await house.second_doctor()
    async with browser(house.deps()) as stranger:
        await sign_in(stranger, "vikram", other.password)
        assert (await stranger.get(address)).status == 404
        assert (await stranger.get("/doctor/prescriptions/999.fhir.json")).status == 404
