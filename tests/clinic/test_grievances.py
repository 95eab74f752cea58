"""Complaints on a real database: heard once, answered once, by a day that was promised, by somebody who works on it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.clinic.admin.let_go import let_go
from core.clinic.by_sms.receive import receive_sms
from core.clinic.desk.answer_grievance import answer_grievance
from core.clinic.desk.hear_grievance import hear_grievance, take_complaint
from core.clinic.desk.read_grievances import read_grievances
from core.clinic.desk.refused import TWICE_WITHIN, Refused
from core.clinic.desk.share_grievances import give_grievance, put_back_grievance, take_grievance
from core.clinic.desk.today import today
from core.clinic.hire import add_operator
from core.rules.grievance import About, Grievance, Shelf
from core.rules.sms import ReceivedSms
from core.rules.staff import Operator, StaffKind
from tests.web.house import House

BY = "operator:2"
MOBILE, OTHER = "+919876543210", "+919812345678"


async def _hear(house: House, text: str = "Three hours!", mobile: str = MOBILE) -> Grievance:
    return await hear_grievance(house.clinic, BY, mobile, About.WAITING, text)


async def _stored(house: House, grievance: Grievance) -> Grievance:
    async with house.clinic.ledger.read() as books:
        return await books.grievances.get(grievance.id)


async def _sms(house: House, mobile: str = MOBILE) -> list[str]:
    async with house.clinic.ledger.read() as books:
        return [sms.template for sms in reversed(await books.lookup.sms_of_mobile(mobile, 50))]


async def _deeds(house: House, grievance: Grievance) -> list[tuple[str, str, str]]:
    async with house.clinic.ledger.read() as books:
        entries = reversed(await books.audit_of(f"grievance:{grievance.id}"))
        return [(entry.actor, entry.action, entry.detail) for entry in entries]


async def _shelves(house: House, person: Operator) -> dict[Shelf, list[int]]:
    book = await read_grievances(house.clinic, person)
    return {shelf: [each.id for each in on_it] for shelf, on_it in book.open.items() if on_it}


async def _hire(house: House, login: str, kind: StaffKind = StaffKind.OPERATOR) -> Operator:
    return (await add_operator(house.clinic, login=login, name=login.title(), kind=kind)).operator


def _reasons(refused: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    return {wrong.field: wrong.reason for wrong in refused.value.wrong}


# Heard


async def test_a_complaint_gets_a_number_and_an_answer(house: House) -> None:
    patient, me = await house.patient(), house.operator.operator.id
    grievance = await hear_grievance(house.clinic, BY, MOBILE, About.WAITING, " Three hours! ", patient.id)
    assert (grievance.text, grievance.language, grievance.is_open) == ("Three hours!", "hi", True)
    assert (await today(house.clinic, me, BY)).grievances[Shelf.FREE] == 1
    await answer_grievance(house.clinic, BY, grievance.id, "We are sorry")
    with pytest.raises(Refused) as refused:
        await answer_grievance(house.clinic, BY, grievance.id, "Once more")
    assert _reasons(refused) == {"answer": "answered_already"}
    assert await _sms(house) == ["grievance_noted", "grievance_answer_1"]
    assert not any((await today(house.clinic, me, BY)).grievances.values())


async def test_a_long_answer_is_told_by_telephone(house: House) -> None:
    grievance = await hear_grievance(house.clinic, BY, OTHER, About.PRIVACY, "Erase me")
    await answer_grievance(house.clinic, BY, grievance.id, "word " * 500)
    assert await _sms(house, OTHER) == ["grievance_noted", "grievance_answered"]


@pytest.mark.parametrize(("mobile", "person"), [("+14155550100", None), ("1", None), (MOBILE, 99)])
async def test_a_complaint_of_nobody_is_refused(house: House, mobile: str, person: int | None) -> None:
    with pytest.raises(LookupError):
        await hear_grievance(house.clinic, BY, mobile, About.OTHER, "text", person)


async def test_the_same_words_are_the_same_complaint_for_a_minute(house: House) -> None:
    first = (await _hear(house)).id
    assert (await _hear(house)).id == first
    assert (await _hear(house, "late, too")).id != first
    house.clock.advance(TWICE_WITHIN + timedelta(seconds=1))
    assert (await _hear(house)).id != first


async def test_a_complaint_by_sms_and_what_is_added_to_it(house: House) -> None:
    for number, text in enumerate(("शिकायत डॉक्टर ने फ़ोन नहीं किया", "COMPLAINT still nobody")):
        await receive_sms(house.clinic, gateway_id=str(number), mobile=MOBILE, text=text)
    async with house.clinic.ledger.read() as books:
        (grievance,) = await books.grievances.open_ones()
    assert grievance.text == "शिकायत डॉक्टर ने फ़ोन नहीं किया\nCOMPLAINT still nobody"
    assert grievance.received_by == "sms:1"
    assert await _sms(house) == ["grievance_noted", "grievance_noted"]


async def test_words_that_come_after_the_answer_are_a_complaint_of_their_own(house: House) -> None:
    await receive_sms(house.clinic, gateway_id="1", mobile=MOBILE, text="COMPLAINT nobody called")
    async with house.clinic.ledger.read() as books:
        (first,) = await books.grievances.open_ones()
    await answer_grievance(house.clinic, BY, first.id, "Sorry")
    async with house.clinic.ledger.write() as books:
        assert await books.grievances.add_words(first.id, "too late") is None
        received = ReceivedSms(2, "2", MOBILE, "COMPLAINT still nobody", house.clock.now())
        second = await take_complaint(house.clinic, books, received, "en")
    answered = await _stored(house, first)
    assert (answered.text, answered.answer, second.id != first.id) == ("COMPLAINT nobody called", "Sorry", True)


# By when


async def test_an_answer_is_promised_by_a_day_which_a_later_setting_does_not_move(house: House) -> None:
    first = await _hear(house)
    house.clinic.policy = replace(house.clinic.policy, grievance_days=15)
    second = await _hear(house, "Rude!")
    assert (first.due_on, second.due_on) == (date(2026, 11, 28), date(2026, 12, 6))
    async with house.clinic.ledger.read() as books:
        newest, older = (sms.text for sms in await books.lookup.sms_of_mobile(MOBILE, 5))
    assert ("28/11/2026" in older, "06/12/2026" in newest) == (True, True)
    assert (await _stored(house, first)).due_on == first.due_on


async def test_the_day_of_one_by_sms_is_counted_in_the_clinics_time_zone(house: House) -> None:
    late = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)  # half past one in the morning of the 21st in India
    async with house.clinic.ledger.write() as books:
        received = ReceivedSms(1, "1", MOBILE, "COMPLAINT nobody called", late)
        grievance = await take_complaint(house.clinic, books, received, "en")
    assert grievance.due_on == date(2026, 11, 28)


async def test_overdue_come_first_then_mine_then_nobodys_then_others(house: House) -> None:
    me, other = house.operator.operator, await _hire(house, "ravi")
    overdue = await _hear(house, "old")
    await take_grievance(house.clinic, other, overdue.id)
    house.clock.advance(timedelta(days=1))
    others, free, mine = [await _hear(house, text) for text in ("theirs", "nobody's", "mine")]
    await take_grievance(house.clinic, other, others.id)
    await take_grievance(house.clinic, me, mine.id)
    house.clock.advance(timedelta(days=6))
    assert list((await _shelves(house, me)).items()) == [
        (Shelf.MINE, [mine.id]), (Shelf.FREE, [free.id]), (Shelf.TAKEN, [overdue.id, others.id]),
    ]  # fmt: skip
    house.clock.advance(timedelta(days=1))
    assert list((await _shelves(house, me)).items()) == [
        (Shelf.OVERDUE, [overdue.id]), (Shelf.MINE, [mine.id]), (Shelf.FREE, [free.id]), (Shelf.TAKEN, [others.id]),
    ]  # fmt: skip
    counts = (await today(house.clinic, me.id, BY)).grievances
    assert dict(counts) == dict.fromkeys(Shelf, 1)


# Who works on it


async def test_one_takes_it_and_puts_it_back_and_each_is_audited(house: House) -> None:
    me, other, grievance = house.operator.operator, await _hire(house, "ravi"), await _hear(house)
    for _ in range(2):
        await take_grievance(house.clinic, me, grievance.id)
    with pytest.raises(Refused) as refused:
        await take_grievance(house.clinic, other, grievance.id)
    assert _reasons(refused) == {"share": "with_another"}
    with pytest.raises(Refused):
        await put_back_grievance(house.clinic, other, grievance.id)
    assert (await _stored(house, grievance)).assigned_to == me.id
    await put_back_grievance(house.clinic, me, grievance.id)
    await take_grievance(house.clinic, other, grievance.id)
    assert (await _stored(house, grievance)).assigned_to == other.id
    assert await _deeds(house, grievance) == [
        (BY, "heard grievance", "waiting"), (BY, "took grievance", ""), (BY, "took grievance", ""),
        (BY, "put back grievance", ""), (f"operator:{other.id}", "took grievance", ""),
    ]  # fmt: skip


async def test_a_supervisor_gives_it_to_whoever_works_at_the_desk(house: House) -> None:
    boss, me = await _hire(house, "lata", StaffKind.SUPERVISOR), house.operator.operator
    grievance = await _hear(house)
    admin = await _hire(house, "sunil", StaffKind.ADMIN)
    for nobody in (admin.id, house.doctor.doctor.id, 99):
        with pytest.raises(LookupError):
            await give_grievance(house.clinic, boss, grievance.id, nobody)
    await take_grievance(house.clinic, me, grievance.id)
    await give_grievance(house.clinic, boss, grievance.id, boss.id)
    assert await _shelves(house, me) == {Shelf.TAKEN: [grievance.id]}
    await give_grievance(house.clinic, boss, grievance.id, me.id)
    await give_grievance(house.clinic, boss, grievance.id, None)
    assert await _shelves(house, me) == {Shelf.FREE: [grievance.id]}
    assert [deed[2] for deed in await _deeds(house, grievance)][-3:] == ["", BY, ""]
    with pytest.raises(LookupError):
        await give_grievance(house.clinic, boss, 99, me.id)


async def test_what_somebody_worked_on_who_has_left_is_with_nobody(house: House) -> None:
    gone, me, grievance = await _hire(house, "ravi"), house.operator.operator, await _hear(house)
    await take_grievance(house.clinic, gone, grievance.id)
    await let_go(house.clinic, gone.id, "admin:1")
    assert await _shelves(house, me) == {Shelf.FREE: [grievance.id]}
    await take_grievance(house.clinic, me, grievance.id)
    await answer_grievance(house.clinic, f"operator:{gone.id}", grievance.id, "Sorry")
    assert (await read_grievances(house.clinic, me)).names[gone.id] == "Ravi"


async def test_nobody_takes_what_is_answered_and_anybody_may_answer(house: House) -> None:
    me, other, grievance = house.operator.operator, await _hire(house, "ravi"), await _hear(house)
    await take_grievance(house.clinic, other, grievance.id)
    await answer_grievance(house.clinic, BY, grievance.id, "Sorry")
    for deed in (take_grievance(house.clinic, me, grievance.id), put_back_grievance(house.clinic, other, grievance.id)):
        with pytest.raises(Refused) as refused:
            await deed
        assert _reasons(refused) == {"share": "answered_already"}
