"""What the doctor sees of a patient who came by SMS: names that were typed (S4), also of a minor's adult (T2)."""

from core.clinic.register_patient import Registration, register_patient
from core.rules.patient import Gender, Relation
from tests.web.house import Browser, House


async def test_typed_names_stand_on_the_card(house: House, doctor: Browser) -> None:
    patient = await register_patient(
        house.clinic,
        Registration(
            "+919876543210", Relation.SELF, Gender.WOMAN, 8, "305001", "hi", name="Gita", guardian_name="Ram <Lal>"
        ),
    )
    await house.talk(patient)
    page = await (await doctor.get("/")).text()
    assert 'value="Gita"' in page
    assert "Adult with the child: Ram &lt;Lal&gt;" in page
