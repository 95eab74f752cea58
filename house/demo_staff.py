"""The first start of a fresh home: two demo doctors, an operator, an administrator: there is somebody to call."""

from core.clinic.clinic import Clinic
from core.clinic.hire import HiredDoctor, HiredOperator, add_doctor, add_operator
from core.rules.staff import StaffKind


async def hire_demo_staff(clinic: Clinic) -> tuple[list[HiredDoctor], list[HiredOperator]]:
    """Hire them if nobody was ever hired; their passwords are told by the caller, once."""
    async with clinic.ledger.read() as books:
        if await books.staff.doctors() or await books.staff.operators() or await books.staff.left():
            return [], []
    doctors = [await _doctor(clinic, number) for number in (1, 2)]
    operator = await add_operator(clinic, login="desk1", name="Demo Operator")
    admin = await add_operator(clinic, login="admin1", name="Demo Administrator", kind=StaffKind.ADMIN)
    return doctors, [operator, admin]


async def _doctor(clinic: Clinic, number: int) -> HiredDoctor:
    return await add_doctor(
        clinic,
        login=f"demo{number}",
        name=f"Dr Demo {('One', 'Two')[number - 1]}",
        qualification="MBBS (demo)",
        registration_number=f"DEMO-{number:04}",
        council="Demo Medical Council",
        contact="demo@example.org",
        opds=clinic.policy.staffed_opds,
        languages=clinic.policy.languages,
    )
