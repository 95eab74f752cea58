"""No prohibited medicine of the whole formulary ever leaves, by any path, on a real ledger: typed, preview, draft, set,
repeated from last time, by a correction, in any text; whatever the mode, the visit and the doctor's reason."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.clinic.admin.formularies import import_formulary, use_formulary
from core.clinic.admin.renew_policy import renew_policy
from core.clinic.close_case import close_case
from core.clinic.correct_prescription import correct_prescription
from core.clinic.issue_prescription import CannotSign, issue_prescription
from core.clinic.judge_medicines import encounter_of, judge_medicines
from core.clinic.keep_draft import kept_draft
from core.clinic.medicine_sets import own_sets, save_set
from core.clinic.patient_card import patient_card
from core.clinic.preview_prescription import preview_paper, preview_sms
from core.rules.consultation import Consultation, Visit
from core.rules.formulary.drug import Drug, DrugList
from core.rules.formulary.table import BadFormulary, version_of
from core.rules.formulary.version import FormularyVersion
from core.rules.prescribing.finding import Reason
from core.rules.prescription import Medicine, Mode, Prescription
from tests.answered import answered
from tests.web.administration import set_up
from tests.web.house import House, open_house
from web.prescription_form import Draft, draft_of

PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3)
WHY = "the patient insists"
SAME = Visit.SAME_CONDITION
WORDS = {
    **dict.fromkeys(("complaint", "history", "allergies", "current_medicines"), Reason.PROHIBITED_WITH_DOSE),
    **dict.fromkeys(("findings", "diagnosis", "advice", "last_period"), Reason.PROHIBITED_IN_TEXT),
}
"""Every text of a prescription, but those of its tests and medicines, and why a prohibited dose is refused there."""


@pytest.fixture
async def house(tmp_path: Path, model: House, valkey_url: str) -> AsyncIterator[House]:
    async with open_house(tmp_path, model, valkey_url) as opened:
        await set_up(opened)
        yield opened


def prohibited(house: House) -> list[Drug]:
    found = [drug for drug in house.clinic.policy.formulary.values() if drug.drug_list is DrugList.PROHIBITED]
    assert len(found) > 40
    return found


def never(house: House) -> list[str]:
    """Every name of what is never prescribed that can be written in plain letters."""
    found = sorted(name for name in house.clinic.policy.formulary.never if name.isascii())
    assert len(found) > 150
    return found


def said_of(house: House, name: str) -> Reason:
    """Why a row of it is refused."""
    return Reason.PROHIBITED if name in house.clinic.policy.formulary else Reason.PROHIBITED_IN_TEXT


def table_of(drugs: list[Drug], list_name: str) -> str:
    """A formulary of these alone, all in one list."""
    lines = [
        f"{drug.generic},{list_name},{product.form},{';'.join(product.strengths)}"
        for drug in drugs
        for product in drug.products
    ]
    return "\n".join(["generic,list,form,strengths", *lines, ""])


def every_product(drugs: list[Drug]) -> list[Medicine]:
    return [
        Medicine(drug.generic, product.form, strength, "1-0-1", 3)
        for drug in drugs
        for product in drug.products
        for strength in product.strengths
    ]


def of(*medicines: Medicine) -> Prescription:
    return Prescription("Pain", "Pain", medicines, advice="Rest")


def worded(field: str, text: str) -> Prescription:
    return replace(of(PARACETAMOL), **{field: text})  # type: ignore[arg-type]


async def reasoned(house: House, case: Consultation, content: Prescription, mode: Mode) -> Prescription:
    async with house.clinic.ledger.read() as books:
        patient = await books.patients.get(case.patient_id)
    return answered(
        content, WHY, judge_medicines(house.clinic, content, encounter_of(house.clinic, content, mode, case, patient))
    )


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
    """Of any name there is, in the formulary or not, with its dose."""
    case = await house.after_talk()
    for place, name in enumerate(never(house)):
        text = f"Take {name.upper()} 10 mg at night"
        ways = [(worded(field, text), why) for field, why in WORDS.items()] + [
            (replace(of(PARACETAMOL), tests=("CBC", text)), Reason.PROHIBITED_IN_TEXT),
            (of(replace(PARACETAMOL, instructions=text)), Reason.PROHIBITED_IN_TEXT),
            (of(replace(PARACETAMOL, frequency=name)), Reason.MEDICINE_IN_FREQUENCY),
            (of(replace(PARACETAMOL, generic=name)), said_of(house, name)),
        ]
        content, reason = ways[place % len(ways)]
        await refused(house, case, content, Mode.VIDEO, reason)
    await nothing_left(house, case)


@pytest.mark.parametrize("field", WORDS)
async def test_none_is_written_into_any_field(house: House, field: str) -> None:
    """What an audit once signed: `Insomnia. Tab Alprazolam 0.5 mg HS x 10 days`."""
    case = await house.after_talk()
    for text in ("Tab Alprazolam 0.5 mg HS x 10 days", "अल्प्राज़ोलम 0.5 mg", "alprazo-lam HS"):
        await refused(house, case, worded(field, text), Mode.AUDIO, WORDS[field])
    await nothing_left(house, case)


async def test_none_is_said_by_how_often(house: House) -> None:
    case = await house.after_talk()
    zinc = Medicine("zinc sulfate", "dispersible tablet", "20 mg", "Alprazolam 0.5 HS", 10)
    await refused(house, case, of(zinc), Mode.AUDIO, Reason.MEDICINE_IN_FREQUENCY)
    await nothing_left(house, case)


async def test_none_comes_by_a_correction(house: House) -> None:
    """The paper that was signed stays as it is, and valid, whatever its correction tries."""
    case = await house.after_talk()
    signed = await issue_prescription(
        house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=of(PARACETAMOL), mode=Mode.VIDEO
    )
    tried = [(of(PARACETAMOL, medicine), Reason.PROHIBITED) for medicine in every_product(prohibited(house))]
    tried += [(worded(field, "Morphine 10 mg BD"), why) for field, why in WORDS.items()]
    tried.append((of(replace(PARACETAMOL, instructions="with morphine")), Reason.PROHIBITED_IN_TEXT))
    tried.append((of(replace(PARACETAMOL, frequency="morphine BD")), Reason.MEDICINE_IN_FREQUENCY))
    for content, reason in tried:
        content = await reasoned(house, case, content, Mode.VIDEO)
        with pytest.raises(CannotSign) as found:
            await correct_prescription(
                house.clinic, doctor_id=case.doctor_id, prescription_id=signed.id, content=content
            )
        assert reason in {problem.reason for problem in found.value.problems}
    async with house.clinic.ledger.read() as books:
        assert await books.prescriptions.of_patient(case.patient_id) == [signed]


async def test_no_table_that_allows_one_comes_in(house: House) -> None:
    before = house.clinic.policy.formulary.version
    for drug in prohibited(house):
        made = drug.products[0]
        for list_name in "OAB":
            table = f"generic,list,form,strengths\n{drug.generic},{list_name},{made.form},{made.strengths[0]}\n"
            with pytest.raises(BadFormulary, match="line 2, list"):
                await import_formulary(house.clinic, table, "admin:1")
    assert house.clinic.policy.formulary.version == before


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


async def test_a_table_of_before_that_allows_one_is_not_served_again(house: House) -> None:
    """It was kept when nothing looked at it: it can be looked up, and is not put in force, nor served if it was."""
    text = table_of(prohibited(house)[:3], "O")
    lax = FormularyVersion(version_of(text), text, "admin:1", house.clinic.clock.now())
    before = house.clinic.policy.formulary.version
    async with house.clinic.ledger.write() as books:
        assert await books.formularies.keep(lax)
    with pytest.raises(BadFormulary, match="line 2, list"):
        await use_formulary(house.clinic, lax.version, "admin:1")
    async with house.clinic.ledger.write() as books:
        assert await books.formularies.in_force() is None
        await books.formularies.use(lax.version)
    await renew_policy(house.clinic)
    assert house.clinic.policy.formulary.version == before


async def test_none_is_repeated_that_was_lawful_last_time(house: House) -> None:
    """A formulary that knew no better, then a stricter one: what it let through is not repeated."""
    drugs = [drug for drug in house.clinic.policy.formulary.values() if drug.drug_list is DrugList.A][:10]
    lenient = await import_formulary(house.clinic, table_of(drugs, "O"), "admin:1")
    patient = await house.patient()
    medicines = tuple(Medicine(one.generic, one.forms[0], one.products[0].strengths[0], "1-0-1", 3) for one in drugs)
    first = await house.after_talk(patient)
    content = await reasoned(house, first, of(*medicines), Mode.AUDIO)
    signed = await issue_prescription(
        house.clinic, doctor_id=first.doctor_id, consultation_id=first.id, content=content
    )
    assert signed.formulary_version == lenient.version
    strict = await import_formulary(house.clinic, table_of(drugs, "prohibited"), "admin:1")
    assert house.clinic.policy.formulary.version == strict.version
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
