"""Names in the doctor's form: other ones become the generic; what may never be prescribed is refused at its field."""

import re

import pytest

from tests.web.house import Browser, House, prescription_fields, press

NEVER = "Tab Alprazolam HS"
OWN_WORDS = ("diagnosis", "findings", "advice", "last_period", "instructions")
AS_TOLD = ("complaint", "history", "allergies", "current_medicines")


async def test_another_name_with_form_and_strength_becomes_its_generic(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    fields = prescription_fields(case, generic="Tab. Acetaminophen 500 mg", strength="500 mg")
    assert (await press(doctor, "/doctor/prescribe", fields)).status == 303
    async with house.clinic.ledger.read() as books:
        signed = await books.prescriptions.of_consultation(case.id)
    assert signed is not None
    assert signed.content.medicines[0].generic == "paracetamol"


async def test_a_name_that_says_another_strength_is_not_understood(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    fields = prescription_fields(case, generic="paracetamol 650 mg", strength="500 mg")
    page = await (await press(doctor, "/doctor/prescribe", fields)).text()
    assert "Not in the formulary" in page


@pytest.mark.parametrize(("field", "said"), [
    *((field, "alprazolam is never prescribed by tele-consultation") for field in OWN_WORDS),
    *((field, "the name is enough here") for field in AS_TOLD),
    ("frequency", "How often names a medicine (alprazolam)"),
])  # fmt: skip
async def test_what_may_never_be_prescribed_is_refused_at_its_field(
    house: House, doctor: Browser, field: str, said: str
) -> None:
    case = await house.after_talk()
    page = await (await press(doctor, "/doctor/prescribe", prescription_fields(case, **{field: NEVER}))).text()
    (problem,) = re.findall(rf'id="(?:medicines\.0\.)?{field}-words"[^>]*>(.*?)</p>', page)
    assert said in problem
    async with house.clinic.ledger.read() as books:
        assert await books.prescriptions.of_consultation(case.id) is None


async def test_a_row_of_a_name_that_no_formulary_has_is_refused_by_law(house: House, doctor: Browser) -> None:
    case = await house.after_talk()
    page = await (await press(doctor, "/doctor/prescribe", prescription_fields(case, generic="temazepam"))).text()
    (problem,) = re.findall(r'id="medicines\.0\.generic-words">(.*?)</p>', page)
    assert "temazepam is never prescribed by tele-consultation" in problem
