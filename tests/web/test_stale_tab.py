"""A tab that has missed what happened: what was typed for one patient never reaches another one's form."""

from dataclasses import dataclass

import pytest

from core.clinic.close_case import close_case
from core.clinic.keep_draft import kept_draft
from core.clinic.medicine_sets import own_sets, save_set
from core.rules.consultation import Consultation
from core.rules.prescription import Medicine
from tests.web.house import Browser, House, prescription_fields, press
from web.pages.doctor.prescribe import BUTTONS

TYPED = {"complaint": "Bleeding gums", "generic": "ibuprofen", "patient_name": "Sunita", "set_name": "Hers"}


@dataclass
class Stale:
    """The case that the tab still shows, the one that is open now, and a set of the doctor's."""

    before: Consultation
    present: Consultation
    set_id: int


@pytest.fixture
async def stale(house: House) -> Stale:
    me = house.doctor.doctor.id
    await save_set(house.clinic, me, "Fever", (Medicine("paracetamol", "tablet", "500 mg", "1-1-1", 3),), "")
    before = await house.after_talk()
    await close_case(house.clinic, doctor_id=me, consultation_id=before.id, reason="other")
    present = await house.after_talk(await house.patient("+919812345678"))
    return Stale(before, present, (await own_sets(house.clinic, me))[0].id)


@pytest.mark.parametrize("button", BUTTONS)
async def test_no_button_carries_it_over(house: House, doctor: Browser, stale: Stale, button: str) -> None:
    fields = prescription_fields(stale.before, do=button, set=str(stale.set_id), **TYPED)
    answer = await press(doctor, "/doctor/prescribe", fields)
    page = await answer.text()
    assert answer.status == 409
    assert "The case you typed for is over" in page
    assert f'name="consultation" value="{stale.present.id}"' in page
    for typed in ("Bleeding gums", 'name="generic" value="ibuprofen"', "Sunita", "Hers"):
        assert typed not in page
    await _nothing_is_kept(house, stale)


async def test_closing_is_no_exception(house: House, doctor: Browser, stale: Stale) -> None:
    fields = {"consultation": stale.before.id, "reason": "other", "note": "", "call_back_days": "0"}
    for changes in ({}, {"call_back_days": ""}):
        answer = await press(doctor, "/doctor/close", fields | changes)
        assert answer.status == 409
        assert f'name="consultation" value="{stale.present.id}"' in await answer.text()
    await _nothing_is_kept(house, stale)


async def test_a_case_that_ends_without_a_next_one_says_so(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    fields = {"consultation": case.id, "reason": "other", "note": ""}
    assert (await press(doctor, "/doctor/close", fields)).status == 303
    for address, late in (("/doctor/close", fields), ("/doctor/prescribe", prescription_fields(case, do="more"))):
        answer = await press(doctor, address, late)
        page = await answer.text()
        assert answer.status == 409
        assert "The case you typed for is over" in page
        assert "Fever for two days" not in page


async def test_a_second_signature_finds_the_first_also_when_the_next_patient_is_there(
    house: House, doctor: Browser
) -> None:
    case = await house.after_talk()
    first = await press(doctor, "/doctor/prescribe", prescription_fields(case))
    present = await house.after_talk(await house.patient("+919812345678"))
    second = await press(doctor, "/doctor/prescribe", prescription_fields(case, diagnosis="Something else"))
    assert (first.status, second.headers["Location"]) == (303, first.headers["Location"])
    assert await kept_draft(house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=present.id) is None


async def _nothing_is_kept(house: House, stale: Stale) -> None:
    """No draft, no name, no set, and the present case is as open as it was."""
    me = house.doctor.doctor.id
    for case in (stale.before, stale.present):
        assert await kept_draft(house.clinic, doctor_id=me, consultation_id=case.id) is None
    async with house.clinic.ledger.read() as books:
        assert (await books.patients.get(stale.before.patient_id)).name is None
        assert (await books.patients.get(stale.present.patient_id)).name is None
        assert (await books.consultations.get(stale.present.id)).outcome is None
        assert await books.prescriptions.of_consultation(stale.before.id) is None
    assert [one.name for one in await own_sets(house.clinic, me)] == ["Fever"]
