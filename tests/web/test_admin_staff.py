"""Staff in the administration: hired, verified (T9), changed, given new passwords, let go; and forged fields."""

import re

import pytest

from core.clinic.doctor_ready import doctor_ready, operator_ready
from core.clinic.sign_in import open_session, session_of, sign_in
from core.rules.staff import Doctor, StaffKind, Verification
from tests.web.administration import audited, roster_line
from tests.web.house import Browser, House, browser, press
from tests.web.house import sign_in as through_the_form

DOCTOR = {
    "login": "ravi", "name": "Dr. Ravi Nair", "qualification": "MBBS", "registration_number": "RMC-77",
    "council": "Rajasthan Medical Council", "contact": "0141-555", "opds": "general", "languages": "hi",
    "outside_number": "",
}  # fmt: skip


async def doctor_of(house: House, login: str = "asha") -> Doctor:
    async with house.clinic.ledger.read() as books:
        doctor = await books.staff.doctor_by_login(login)
    assert doctor is not None
    return doctor


async def test_a_new_doctor_waits_to_be_verified_and_then_may_work(house: House, admin: Browser) -> None:
    told = await press(admin, "/admin/hire/doctor", DOCTOR)
    page = await told.text()
    assert told.status == 200
    password = re.findall(r'class="secret">([\w-]+)<', page)[0]
    doctor = await sign_in(house.clinic, "ravi", password)
    assert isinstance(doctor, Doctor)
    assert doctor.verification is Verification.UNVERIFIED
    assert not await doctor_ready(house.clinic, doctor.id)
    assert "Waiting to be verified" in await (await admin.get("/admin")).text()

    answer = await press(
        admin, f"/admin/staff/{doctor.id}/verify", {"state": "verified", "note": "seen in the register"}
    )
    assert answer.headers["Location"] == f"/admin/staff/{doctor.id}?done=verified"
    assert await doctor_ready(house.clinic, doctor.id)
    assert ("verified", "unverified -> verified: seen in the register") in await audited(house, f"doctor:{doctor.id}")


async def test_a_suspended_doctor_is_paused_and_cannot_come_back(house: House, admin: Browser) -> None:
    doctor = house.doctor.doctor
    await doctor_ready(house.clinic, doctor.id)
    await press(admin, f"/admin/staff/{doctor.id}/verify", {"state": "suspended", "note": ""})
    server = await house.clinic.line.state(doctor.id)
    assert server is not None
    assert server.state == "paused"
    assert not await doctor_ready(house.clinic, doctor.id)


async def test_another_registration_number_must_be_verified_anew(house: House, admin: Browser) -> None:
    fields = {**DOCTOR, "registration_number": "RMC-OTHER"}
    answer = await press(admin, f"/admin/staff/{house.doctor.doctor.id}/change", fields)
    assert answer.status == 303
    doctor = await doctor_of(house)
    assert (doctor.registration_number, doctor.verification) == ("RMC-OTHER", Verification.UNVERIFIED)
    assert ("changed", "registration_number: RMC-12345 -> RMC-OTHER") in await audited(house, f"doctor:{doctor.id}")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"login": "Not A Login"}, "beginning with a letter"),
        ({"login": "asha"}, "This login is taken."),
        ({"name": "  "}, "fill this in"),
        ({"council": "x" * 121}, "120 characters fit"),
        ({"outside_number": "12"}, "not a telephone number"),
        ({"opds": "eyes"}, "at least one of these"),
        ({"languages": "xx"}, "at least one of these"),
    ],
)
async def test_a_field_that_is_wrong_is_said_there_and_nothing_is_lost(
    house: House, admin: Browser, change: dict[str, str], says: str
) -> None:
    answer = await press(admin, "/admin/hire/doctor", {**DOCTOR, **change})
    page = await answer.text()
    assert answer.status == 422
    assert says in page
    assert 'value="RMC-77"' in page
    async with house.clinic.ledger.read() as books:
        assert len(await books.staff.doctors()) == 1


async def test_who_leaves_cannot_come_in_and_is_in_no_list(house: House, admin: Browser) -> None:
    doctor = house.doctor.doctor
    await press(admin, "/admin/roster/add", roster_line("2026-11-24"))
    assert (await press(admin, f"/admin/staff/{doctor.id}/leave")).headers["Location"] == "/admin?done=left"
    assert await sign_in(house.clinic, "asha", house.doctor.password) is None
    async with house.clinic.ledger.read() as books:
        assert await books.staff.doctors() == []
        assert [one.login for one in await books.staff.left()] == ["asha"]
        assert (await books.staff.doctor(doctor.id)).sip_digest != doctor.sip_digest
    assert (await admin.get(f"/admin/staff/{doctor.id}")).status == 404
    assert not await doctor_ready(house.clinic, doctor.id)
    assert "Dr. Asha Verma" not in await (await admin.get("/admin/roster?week=2026-11-24")).text()


async def test_a_doctor_with_a_patient_does_not_leave(house: House, admin: Browser) -> None:
    await house.talk()
    answer = await press(admin, f"/admin/staff/{house.doctor.doctor.id}/leave")
    assert answer.status == 422
    assert "have a patient now" in await answer.text()
    assert (await doctor_of(house)).left_at is None


async def test_the_last_administrator_stays_one(house: House, admin: Browser) -> None:
    async with house.clinic.ledger.read() as books:
        me = next(one for one in await books.staff.operators() if one.kind is StaffKind.ADMIN)
    for deed, fields in (("leave", {}), ("change", {"name": "Sunil", "kind": "operator"})):
        answer = await press(admin, f"/admin/staff/{me.id}/{deed}", fields)
        assert answer.status == 422
        assert "last administrator" in await answer.text()
    await press(admin, "/admin/hire/operator", {"login": "rekha", "name": "Rekha", "kind": "admin"})
    assert (await press(admin, f"/admin/staff/{me.id}/leave")).status == 303


async def test_a_new_password_ends_the_sessions_and_the_old_password(house: House, admin: Browser) -> None:
    person = house.operator.operator
    secret, _ = await open_session(house.clinic, person)
    page = await (await press(admin, f"/admin/staff/{person.id}/password")).text()
    assert await session_of(house.clinic, secret) is None
    assert await sign_in(house.clinic, "meena", house.operator.password) is None
    assert await sign_in(house.clinic, "meena", re.findall(r'class="secret">([\w-]+)<', page)[0]) is not None
    assert "secret" not in await (await admin.get(f"/admin/staff/{person.id}")).text()


async def test_no_caller_is_put_through_to_an_administrator(house: House, admin: Browser) -> None:
    person = house.operator.operator
    await operator_ready(house.clinic, person.id, available=True)
    await press(admin, f"/admin/staff/{person.id}/change", {"name": "Meena Joshi", "kind": "admin"})
    await operator_ready(house.clinic, person.id, available=True)
    async with house.clinic.ledger.read() as books:
        assert not (await books.staff.operator(person.id)).available


async def test_an_operator_becomes_a_supervisor(house: House, admin: Browser) -> None:
    person = house.operator.operator
    await press(admin, f"/admin/staff/{person.id}/change", {"name": "Meena Joshi", "kind": "supervisor"})
    async with house.clinic.ledger.read() as books:
        assert (await books.staff.operator(person.id)).kind is StaffKind.SUPERVISOR


async def test_forged_fields_change_nothing(house: House, admin: Browser) -> None:
    person, doctor = house.operator.operator.id, house.doctor.doctor.id
    for address, fields, status in (
        (f"/admin/staff/{person}/change", {"name": "Meena", "kind": "doctor"}, 400),
        (f"/admin/staff/{doctor}/change", {"name": "only a name"}, 400),
        (f"/admin/staff/{doctor}/verify", {"state": "blessed", "note": ""}, 400),
        (f"/admin/staff/{person}/verify", {"state": "verified", "note": ""}, 404),
        ("/admin/staff/99999/password", {}, 404),
        ("/admin/staff/abc/password", {}, 400),
        ("/admin/hire/admin", DOCTOR, 404),
        ("/admin/roster/drop", {"duty": "7", "week": ""}, 404),
        ("/admin/hours/weekday", {"opd": "eyes", "day": "mon", "opens": "", "closes": ""}, 400),
        ("/admin/hours/restore", {"key": "clinic_name"}, 400),
        ("/admin/settings", {"key": "database_url", "value": "sqlite:////tmp/x"}, 400),
        ("/admin/settings", {"key": "opd.general.mon", "value": "closed"}, 400),
        ("/admin/sms", {"key": "token", "language": "xx", "dlt_id": "1"}, 400),
    ):
        answer = await press(admin, address, fields)
        assert answer.status == status, (address, fields)
    async with house.clinic.ledger.read() as books:
        assert await books.settings_changed.all() == []


async def test_a_doctor_who_is_not_verified_is_told_why_no_patients_come(house: House, admin: Browser) -> None:
    await press(admin, f"/admin/staff/{house.doctor.doctor.id}/verify", {"state": "suspended", "note": ""})
    async with browser(house.deps()) as doctor:
        await through_the_form(doctor, "asha", house.doctor.password)
        assert "The administration has stopped you" in await (await doctor.get("/doctor")).text()
