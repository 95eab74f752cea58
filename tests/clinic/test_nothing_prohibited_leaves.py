"""No prohibited medicine of the whole formulary ever leaves, by any path, on a real ledger: typed, preview, draft, set,
repeated from last time, in the free text; whatever the mode, the visit and the doctor's reason."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.clinic.admin.formularies import import_formulary, use_formulary
from core.clinic.close_case import close_case
from core.clinic.issue_prescription import CannotSign, issue_prescription
from core.clinic.judge_medicines import judge_medicines
from core.clinic.keep_draft import kept_draft
from core.clinic.medicine_sets import own_sets, save_set
from core.clinic.patient_card import patient_card
from core.clinic.preview_prescription import preview_paper, preview_sms
from core.rules.consultation import Consultation, Visit
from core.rules.formulary.drug import Drug, DrugList
from core.rules.prescribing.finding import Reason
from core.rules.prescription import Medicine, Mode, Prescription
from tests.answered import answered
from tests.web.administration import set_up
from tests.web.house import House, open_house
from web.prescription_form import Draft, draft_of

PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3)
WHY = "the patient insists"
SAME = Visit.SAME_CONDITION


@pytest.fixture
async def house(tmp_path: Path, valkey_url: str) -> AsyncIterator[House]:
    async with open_house(tmp_path, redis_url=valkey_url) as opened:
        await set_up(opened)
        yield opened


def prohibited(house: House) -> list[Drug]:
    found = [drug for drug in house.clinic.policy.formulary.values() if drug.drug_list is DrugList.PROHIBITED]
    assert len(found) > 40
    return found


def every_product(drugs: list[Drug]) -> list[Medicine]:
    return [
        Medicine(drug.generic, product.form, strength, "1-0-1", 3)
        for drug in drugs
        for product in drug.products
        for strength in product.strengths
    ]


def of(*medicines: Medicine) -> Prescription:
    return Prescription("Pain", "Pain", medicines, advice="Rest")


async def reasoned(house: House, case: Consultation, content: Prescription, mode: Mode) -> Prescription:
    async with house.clinic.ledger.read() as books:
        patient = await books.patients.get(case.patient_id)
    return answered(content, WHY, judge_medicines(house.clinic, content, mode, case, patient))


async def refused(
    house: House, case: Consultation, content: Prescription, mode: Mode, why: Reason = Reason.PROHIBITED
) -> None:
    """By every door: the signature and both previews; a reason against each warning does not open them."""
    clinic, doctor = house.clinic, case.doctor_id
    content = await reasoned(house, case, content, mode)
    for attempt in (
        issue_prescription(clinic, doctor_id=doctor, consultation_id=case.id, content=content, mode=mode, visit=SAME),
        preview_sms(clinic, doctor_id=doctor, consultation_id=case.id, content=content, mode=mode, visit=SAME),
        preview_paper(clinic, doctor_id=doctor, consultation_id=case.id, content=content, mode=mode, visit=SAME),
    ):
        with pytest.raises(CannotSign) as found:
            await attempt
        assert why in {problem.reason for problem in found.value.problems}


async def nothing_left(house: House, case: Consultation) -> None:
    async with house.clinic.ledger.read() as books:
        assert await books.prescriptions.of_patient(case.patient_id) == []
        assert {sms.template for sms in await books.outbox.latest(50)} == {"token"}


@pytest.mark.parametrize("follow_up", [False, True])
async def test_none_is_signed_or_shown_as_if_it_could_be(house: House, follow_up: bool) -> None:
    case = await house.after_talk(patient := await house.patient())
    if follow_up:
        await close_case(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="no need")
        case = await house.after_talk(patient)
    assert case.follow_up is follow_up
    medicines = every_product(prohibited(house))
    for number, medicine in enumerate(medicines):
        modes = list(Mode)
        await refused(house, case, of(PARACETAMOL, medicine), modes[number % len(modes)])
    for mode in Mode:
        await refused(house, case, of(*medicines[:12]), mode)
    await nothing_left(house, case)


async def test_none_is_written_into_a_text(house: House) -> None:
    case = await house.after_talk()
    for drug in prohibited(house):
        text = f"Take {drug.generic.upper()} {drug.strengths[0]} at night"
        for content in (
            replace(of(PARACETAMOL), advice=text),
            replace(of(PARACETAMOL), tests=("CBC", text)),
            of(replace(PARACETAMOL, instructions=text)),
        ):
            await refused(house, case, content, Mode.VIDEO, Reason.MEDICINE_IN_TEXT)
    await nothing_left(house, case)


async def test_none_comes_by_a_set_or_a_draft_of_before(house: House) -> None:
    case = await house.after_talk()
    for medicine in every_product(prohibited(house)):
        medicine = replace(medicine, acknowledged=WHY, answers=("pregnancy-0",))
        await save_set(house.clinic, case.doctor_id, "Once", (medicine,), "")
        (one,) = await own_sets(house.clinic, case.doctor_id)
        draft = Draft().with_medicines(one.medicines, one.advice)
        again = draft_of(draft.as_text())  # as it is found on another computer
        content = again.prescription(house.clinic.policy.formulary)
        assert [kept.generic for kept in content.medicines] == [medicine.generic]
        assert (content.medicines[0].acknowledged, content.medicines[0].answers) == ("", ())
        typed = replace(content, complaint="Pain", diagnosis="Pain")
        with pytest.raises(CannotSign):
            await issue_prescription(
                house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=typed, mode=Mode.VIDEO
            )
    assert await kept_draft(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id) is None
    await nothing_left(house, case)


async def test_none_is_repeated_that_was_lawful_last_time(house: House) -> None:
    """A formulary that knew no better, then the right one: what it let through is not repeated."""
    lax = "generic,list,form,strengths\n" + "".join(
        f"{drug.generic},O,{product.form},{';'.join(product.strengths)}\n"
        for drug in prohibited(house)[:10]
        for product in drug.products
    )
    drugs = prohibited(house)[:10]
    files = house.clinic.policy.formulary.version
    lenient = await import_formulary(house.clinic, lax, "admin:1")
    patient = await house.patient()
    medicines = tuple(Medicine(one.generic, one.forms[0], one.products[0].strengths[0], "1-0-1", 3) for one in drugs)
    first = await house.after_talk(patient)
    content = await reasoned(house, first, of(*medicines), Mode.AUDIO)
    signed = await issue_prescription(
        house.clinic, doctor_id=first.doctor_id, consultation_id=first.id, content=content
    )
    assert signed.formulary_version == lenient.version
    await use_formulary(house.clinic, None, "admin:1")
    assert house.clinic.policy.formulary.version == files
    again = await house.after_talk(patient)
    card = await patient_card(house.clinic, again.doctor_id)
    assert card is not None
    assert len(card.last_medicines) == len(drugs)
    for medicine in card.last_medicines:
        await refused(house, again, of(medicine), Mode.VIDEO)
    async with house.clinic.ledger.read() as books:
        assert await books.prescriptions.of_patient(patient.id) == [signed]


async def test_two_signatures_at_once_are_both_refused(house: House) -> None:
    case = await house.after_talk()
    content = of(every_product(prohibited(house))[0])
    pressed = [
        issue_prescription(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=content)
        for _ in range(2)
    ]
    assert [type(one) for one in await asyncio.gather(*pressed, return_exceptions=True)] == [CannotSign, CannotSign]
    await nothing_left(house, case)
