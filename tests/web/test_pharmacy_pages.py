"""A registered pharmacy's pages, the administration's pages about it, and a doctor's page to correct."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from core.clinic.admin.verify_pharmacy import verify_pharmacy
from core.clinic.correct_prescription import correct_prescription
from core.clinic.issue_prescription import issue_prescription
from core.clinic.pharmacy.dispense import dispense
from core.clinic.pharmacy.verify_prescription import Verified, verify_prescription
from core.clinic.sign_in import open_session
from core.rules.dispensing import Portion, Standing
from core.rules.dosage import Food
from core.rules.pharmacy import Channel
from core.rules.prescription import SignedPrescription
from core.rules.staff import Verification
from tests.forms import fields_of
from tests.web.house import Browser, House, browser, csrf_in, prescription_fields, press, sign_in
from tests.web.test_prescription_link import CONTENT


@pytest.fixture
async def signed(house: House) -> SignedPrescription:
    consultation = await house.after_talk()
    return await issue_prescription(
        house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=consultation.id, content=CONTENT
    )


@pytest.fixture
async def pharmacy(house: House) -> AsyncIterator[Browser]:
    new = await house.pharmacy()
    async with browser(house.deps()) as client:
        assert (await sign_in(client, "jan-aushadhi", new.password)).status == 303
        yield client


async def look(house: House, code: str) -> Verified:
    found = await verify_prescription(house.clinic, code, by="visitor:test", channel=Channel.WEB)
    assert found is not None
    return found


async def give(client: Browser, code: str, days: int, already: int) -> tuple[int, str]:
    fields = {"days.0": str(days), "already.0": str(already)}
    answer = await press(client, f"/pharmacy/{code}", fields)
    return answer.status, await answer.text()


async def test_its_day_begins_at_the_counter(pharmacy: Browser) -> None:
    page = await (await pharmacy.get("/")).text()
    assert "Nothing yet." in page
    assert "Jan Aushadhi Kendra" in page
    for elsewhere in ("/doctor", "/operator", "/admin", "/events", "/wallboard"):
        assert (await pharmacy.get(elsewhere)).status == 403
    assert (await press(pharmacy, "/phone/credentials")).status == 403


async def test_a_part_then_the_rest_then_nothing_more(
    house: House, pharmacy: Browser, signed: SignedPrescription
) -> None:
    answer = await pharmacy.get("/pharmacy", params={"code": f"http://duravani.test/v/{signed.code}"})
    page = await answer.text()
    assert answer.url.path == f"/pharmacy/{signed.code}"
    assert 'name="days.0" type="number" min="0" max="3" value="3"' in page
    assert (await give(pharmacy, signed.code, 2, 0))[0] == 303
    assert "1 of 3 days left to give" in await (await pharmacy.get(f"/pharmacy/{signed.code}?done=1")).text()
    status, page = await give(pharmacy, signed.code, 2, 0)  # the same form once more: a double press, another tab
    assert status == 409
    assert "Somebody has given of this medicine since you looked" in page
    assert (await give(pharmacy, signed.code, 1, 2))[0] == 303
    assert (await look(house, signed.code)).standing is Standing.DISPENSED
    status, page = await give(pharmacy, signed.code, 1, 3)
    assert status == 409
    assert "All of this medicine has been given already" in page
    today = await (await pharmacy.get("/pharmacy")).text()
    assert today.count("paracetamol tablet 500 mg") == 2


async def test_what_no_form_of_ours_sends_marks_nothing(
    house: House, pharmacy: Browser, signed: SignedPrescription
) -> None:
    for fields in ({"days.0": "-1"}, {"days.0": "1e2"}, {"days.0": "٣"}, {"days.0": "1" * 9}, {"days.0": "x"}):
        assert (await press(pharmacy, f"/pharmacy/{signed.code}", fields)).status == 400, fields
    for fields in ({}, {"days.0": "0"}, {"days.0": "4", "already.0": "0"}, {"days.5": "1", "already.5": "0"}):
        assert (await press(pharmacy, f"/pharmacy/{signed.code}", fields)).status == 409, fields
    assert (await press(pharmacy, "/pharmacy/000000000018", {"days.0": "1"})).status == 404
    answer = await pharmacy.post(f"/pharmacy/{signed.code}", data={"days.0": "3", "already.0": "0"})
    assert answer.status == 403  # no CSRF token
    assert (await look(house, signed.code)).standing is Standing.GENUINE


async def test_unverified_and_suspended_ones_look_but_do_not_mark(house: House, signed: SignedPrescription) -> None:
    new = await house.pharmacy(verified=False)
    async with browser(house.deps()) as client:
        await sign_in(client, "jan-aushadhi", new.password)
        for state, said in ((None, "has not been looked up"), (Verification.SUSPENDED, "Your pharmacy is stopped")):
            if state:
                await verify_pharmacy(house.clinic, new.pharmacy.id, "admin:1", state)
            page = await (await client.get(f"/pharmacy/{signed.code}")).text()
            assert said in page
            assert 'name="days.0"' not in page
            assert (await give(client, signed.code, 3, 0))[0] == 409
    assert (await look(house, signed.code)).standing is Standing.GENUINE


async def test_a_void_one_says_so_also_in_todays_list(
    house: House, pharmacy: Browser, signed: SignedPrescription
) -> None:
    await give(pharmacy, signed.code, 1, 0)
    await correct_prescription(house.clinic, doctor_id=signed.doctor_id, prescription_id=signed.id, content=CONTENT)
    page = await (await pharmacy.get(f"/pharmacy/{signed.code}")).text()
    assert "Not valid" in page
    assert 'name="days.0"' not in page
    assert "taken back" in await (await pharmacy.get("/pharmacy")).text()


async def test_the_administration_registers_verifies_and_lets_go(house: House, admin: Browser) -> None:
    fields = {
        "login": "jan-aushadhi", "name": "Jan Aushadhi Kendra", "licence_number": "RJ-20B-1",
        "authority": "Drugs Control Rajasthan", "phone": "12",
    }  # fmt: skip
    answer = await press(admin, "/admin/pharmacies/new", fields)
    assert answer.status == 422
    assert "not a telephone number in India" in await answer.text()
    told = await (await press(admin, "/admin/pharmacies/new", fields | {"phone": "0141 2345678"})).text()
    secrets = re.findall(r'class="secret">([^<]+)<', told)
    assert [len(secret) for secret in secrets] == [19, 6]
    assert (await press(admin, "/admin/pharmacies/new", fields | {"phone": "9812345670"})).status == 422  # the login
    async with house.clinic.ledger.read() as books:
        (shop,) = await books.pharmacies.all()
    here = f"/admin/pharmacies/{shop.id}"
    assert "Jan Aushadhi Kendra" in await (await admin.get("/admin")).text()
    assert "not verified" in await (await admin.get(f"/admin/staff/{shop.id}")).text()
    assert (await press(admin, f"{here}/verify", {"state": "verified", "note": "seen"})).status == 303
    assert re.search(r'class="secret">\d{6}<', await (await press(admin, f"{here}/pin")).text())
    changed = {name: fields[name] for name in ("name", "authority")} | {"phone": "9812345670"}
    assert (await press(admin, f"{here}/change", changed | {"licence_number": "RJ-20B-2"})).status == 303
    async with house.clinic.ledger.read() as books:
        shop = await books.pharmacies.get(shop.id)
    assert (shop.phone, shop.verification) == ("+919812345670", Verification.UNVERIFIED)
    for address in (f"/admin/staff/{shop.id}/phone", f"/admin/staff/{shop.id}/change", "/admin/pharmacies/1/pin"):
        assert (await press(admin, address, {"name": "x", "kind": "admin"})).status == 404
    assert (await press(admin, f"/admin/staff/{shop.id}/leave")).status == 303
    assert (await admin.get(here)).status == 404


async def correction(client: Browser, address: str, **changes: str) -> dict[str, str]:
    """What the form of this page would post of its first row, with changes."""
    shown = fields_of(await (await client.get(address)).text(), address)
    return dict(reversed(shown)) | {"do": "sign"} | changes


async def test_a_doctor_corrects_what_they_signed(house: House, doctor: Browser, signed: SignedPrescription) -> None:
    address = f"/doctor/prescriptions/{signed.id}/correct"
    assert f'href="{address}"' in await (await doctor.get("/doctor/day")).text()
    fields = await correction(doctor, address)
    assert (fields["generic"], fields["days"], fields["complaint"]) == ("paracetamol", "3", "बुखार")
    answer = await doctor.post(address, data=fields | {"days": "400"}, allow_redirects=False)
    assert answer.status == 422
    assert 'id="medicines.0.days-problem"' in await answer.text()
    assert (await doctor.post(address, data=fields | {"do": "more"})).status == 200
    answer = await doctor.post(address, data=fields | {"days": "5"}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/doctor/day?done=corrected")
    assert "The corrected prescription is signed" in await (await doctor.get("/doctor/day?done=corrected")).text()
    async with house.clinic.ledger.read() as books:
        new = await books.prescriptions.of_consultation(signed.consultation_id)
    assert new is not None
    assert new.version == 2
    assert new.content == replace(CONTENT, medicines=(replace(CONTENT.medicines[0], days=5, route="oral"),))
    late = await doctor.get(address)
    assert "void already" in await late.text()
    assert (await doctor.post(address, data=fields | {"days": "6"})).status == 409


async def test_what_is_not_changed_stays_as_it_was_signed(house: House, doctor: Browser) -> None:
    consultation = await house.after_talk()
    medicine = replace(CONTENT.medicines[0], repeats=2, food=Food.AFTER)
    old = await issue_prescription(
        house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=consultation.id,
        content=replace(CONTENT, medicines=(medicine,), allergies="penicillin"),
    )  # fmt: skip
    address = f"/doctor/prescriptions/{old.id}/correct"
    await doctor.post(address, data=await correction(doctor, address, days="5"))
    async with house.clinic.ledger.read() as books:
        new = await books.prescriptions.successor(old.id)
    assert new is not None
    assert new.content == replace(old.content, medicines=(replace(medicine, days=5, route="oral"),))


async def test_a_doctor_takes_it_back(house: House, doctor: Browser, signed: SignedPrescription) -> None:
    shop = (await house.pharmacy()).pharmacy
    await dispense(house.clinic, shop, signed.code, [Portion(0, 1, 0)], channel=Channel.WEB)
    address = f"/doctor/prescriptions/{signed.id}"
    page = await (await doctor.get(f"{address}/correct")).text()
    assert "A pharmacy has already given medicines" in page
    csrf = csrf_in(page)
    assert (await doctor.post(f"{address}/void", data={"csrf": csrf, "reason": "x"})).status == 422
    answer = await doctor.post(f"{address}/void", data={"csrf": csrf, "reason": "wrong patient"}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/doctor/day?done=voided")
    assert (await look(house, signed.code)).standing is Standing.VOID
    assert "Prescription taken back" in await (await doctor.get("/doctor/day")).text()


async def test_a_doctor_takes_back_what_is_too_old_to_correct(
    house: House, doctor: Browser, signed: SignedPrescription
) -> None:
    address = f"/doctor/prescriptions/{signed.id}"
    csrf = csrf_in(await (await doctor.get(f"{address}/correct")).text())
    async with house.clinic.ledger.read() as books:
        case = await books.consultations.get(signed.consultation_id)
    policy = house.clinic.policy
    house.clinic.policy = replace(policy, correction_days=0)  # the session would not last as many days
    page = await (await doctor.get(f"{address}/correct")).text()
    assert "too long ago to be corrected" in page
    assert f'action="{address}/void"' in page
    assert f'action="{address}/correct"' not in page
    fields = prescription_fields(case) | {"csrf": csrf, "do": "sign"}
    assert (await doctor.post(f"{address}/correct", data=fields)).status == 409
    house.clinic.policy = replace(policy, correction_days=0, dispensing_days=0)
    page = await (await doctor.get(f"{address}/correct")).text()
    assert "no pharmacy gives on it" in page
    assert f'action="{address}/void"' not in page
    house.clinic.policy = replace(policy, correction_days=0)
    answer = await doctor.post(f"{address}/void", data={"csrf": csrf, "reason": "it harms"}, allow_redirects=False)
    assert answer.status == 303
    assert (await look(house, signed.code)).standing is Standing.VOID


async def test_another_doctors_prescription_is_not_there(house: House, signed: SignedPrescription) -> None:
    other = await house.second_doctor()
    secret, entered = await open_session(house.clinic, other.doctor)
    async with house.clinic.ledger.read() as books:
        case = await books.consultations.get(signed.consultation_id)
    fields = prescription_fields(case) | {"csrf": entered.session.csrf}
    async with browser(house.deps()) as client:
        client.session.cookie_jar.update_cookies({"duravani": secret})
        address = f"/doctor/prescriptions/{signed.id}"
        assert (await client.get(f"{address}/correct")).status == 404
        assert (await client.post(f"{address}/correct", data=fields)).status == 404
        assert (await client.post(f"{address}/void", data=fields | {"reason": "mine now"})).status == 404
        assert (await client.get("/doctor/prescriptions/999/correct")).status == 404
    assert (await look(house, signed.code)).standing is Standing.GENUINE
