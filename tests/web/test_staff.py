"""Taking people on, and what a treating doctor may see."""

import pytest

from core.clinic.hire import add_doctor, add_operator
from core.clinic.patient_card import clean_name, name_patient, patient_card
from core.clinic.sign_in import sign_in
from core.ports import Duplicate
from core.rules.staff import sip_digest
from tests.web.house import House, hire_doctor


async def test_a_new_doctor_can_sign_in_and_register_a_phone(house: House) -> None:
    hired = await hire_doctor(house.clinic, "vikram", "Dr. Vikram Rao")
    assert await sign_in(house.clinic, "vikram", hired.password) == hired.doctor
    assert hired.doctor.sip_digest == sip_digest(hired.doctor.account, hired.sip_password)
    assert hired.password != hired.sip_password


async def test_a_login_is_taken_once_over_doctors_and_operators(house: House) -> None:
    with pytest.raises(Duplicate):
        await add_operator(house.clinic, login="asha", name="Asha Devi")


@pytest.mark.parametrize("login", ["", "A", "has space", "-x-", "a" * 33, "x;y"])
async def test_a_bad_login_is_named(house: House, login: str) -> None:
    with pytest.raises(ValueError, match="login"):
        await hire_doctor(house.clinic, login, "Dr. Vikram Rao")


async def test_an_empty_field_is_named(house: House) -> None:
    with pytest.raises(ValueError, match=r"name ' '"):
        await hire_doctor(house.clinic, "vikram", " ")


async def test_a_state_that_does_not_exist_is_named(house: House) -> None:
    with pytest.raises(ValueError, match="Rajsthan"):
        await add_doctor(
            house.clinic,
            login="vikram",
            name="Dr. Vikram Rao",
            qualification="MBBS",
            registration_number="1",
            council="A council",
            contact="vikram@example.org",
            opds=("general",),
            languages=("hi",),
            states=("Rajsthan",),
        )


async def test_there_is_no_card_without_a_patient_and_none_after_the_case(house: House) -> None:
    assert await patient_card(house.clinic, house.doctor.doctor.id) is None


async def test_only_the_treating_doctor_names_a_patient(house: House) -> None:
    consultation = await house.talk()
    other = await house.second_doctor()
    assert not await name_patient(house.clinic, other.doctor.id, consultation.id, "Somebody")
    assert await name_patient(house.clinic, house.doctor.doctor.id, consultation.id, "सुनीता देवी")
    card = await patient_card(house.clinic, house.doctor.doctor.id)
    assert card is not None
    assert card.patient.name == "सुनीता देवी"


@pytest.mark.parametrize("name", ["Sunita  Devi ", "सुनीता देवी", "D'Souza-Rao", "க. முருகன்"])
def test_names_of_any_script_are_names(name: str) -> None:
    assert clean_name(name) == " ".join(name.split())


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "<b>", "98765", "a\0b", "a\u202eb"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        clean_name(name)
