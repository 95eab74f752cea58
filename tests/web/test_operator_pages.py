"""The operator's desk and the outbox."""

from core.clinic.doctor_ready import doctor_ready
from core.clinic.issue_prescription import issue_prescription
from core.clinic.note_call_back import note_call_back
from core.rules.prescription import Medicine, Prescription
from core.rules.story import is_private
from tests.web.house import Browser, House, press

FEVER = Prescription("fever", "viral fever", (Medicine("paracetamol", "tablet", "500 mg", "1-1-1", 3),))


async def test_desk_shows_who_works_and_whom_we_owe_a_call(house: House, operator: Browser) -> None:
    await doctor_ready(house.clinic, house.doctor.doctor.id)
    await note_call_back(house.clinic, "+919812345678", "hi")
    page = await (await operator.get("/")).text()
    assert "Dr. Asha Verma" in page
    assert "+919812345678" in page
    async with house.clinic.ledger.read() as books:
        owed = await books.calls.owed_call_backs()
        assert [look.actor for look in await books.audit_of("call_backs")] == ["operator:2"]
    assert (await press(operator, "/operator/called-back", {"call_back": owed[0].id})).status == 303
    assert "Nobody waits for a call" in await (await operator.get("/")).text()


async def test_own_phone_is_switched(house: House, operator: Browser) -> None:
    await press(operator, "/operator/ready")
    async with house.clinic.ledger.read() as books:
        assert (await books.staff.operator(house.operator.operator.id)).available
    await press(operator, "/operator/pause")
    async with house.clinic.ledger.read() as books:
        assert not (await books.staff.operator(house.operator.operator.id)).available


async def test_outbox_shows_what_went_out_and_leaves_an_audit(house: House, operator: Browser) -> None:
    consultation = await house.talk()
    async with house.clinic.ledger.read() as books:
        token = await books.tokens.get(consultation.token_id)
    page = await (await operator.get("/operator/outbox")).text()
    assert token.number in page
    assert "waiting" in page
    async with house.clinic.ledger.read() as books:
        assert [look.action for look in await books.audit_of("outbox")] == ["read"]


async def test_outbox_keeps_what_a_doctor_wrote_and_the_link_to_it(house: House, operator: Browser) -> None:
    case = await house.talk()
    await issue_prescription(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=FEVER)
    async with house.clinic.ledger.read() as books:
        private = [sms for sms in await books.outbox.latest(10) if is_private(sms.template)]
    assert {sms.template.partition("_")[0] for sms in private} == {"prescription", "medicines"}
    page = await (await operator.get("/operator/outbox")).text()
    assert page.count("not shown here") == len(private)
    assert "/p/" not in page
    assert "PARACETAMOL" not in page
