"""The operator's desk and the outbox."""

from core.clinic.doctor_ready import doctor_ready
from core.clinic.note_call_back import note_call_back
from tests.web.house import Browser, House, press


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
