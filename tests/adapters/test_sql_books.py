"""What is written comes back as it was, and the database itself refuses what must not be, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from core.adapters.sql import SqlLedger
from core.adapters.sql.books import SqlBooks
from core.ports import NEW, Duplicate, Stale
from core.rules.audit_action import AuditAction
from core.rules.consultation import Consultation, Outcome
from core.rules.patient import Caller, Patient
from core.rules.prescription import SignedPrescription
from core.rules.records import AuditEntry, CallBack, CallBackReason, CallEvent, CallRecord, WebSession
from core.rules.staff import Doctor, Operator, StaffKind
from core.rules.token import ACTIVE, NotAllowed, Token, TokenState

INDIA = timezone(timedelta(hours=5, minutes=30))


async def _chain(books: SqlBooks, patient: Patient, doctor: Doctor, token: Token) -> tuple[Patient, Doctor, Token]:
    """One patient with a token, and a doctor."""
    return await books.patients.add(patient), await books.staff.add_doctor(doctor), await books.tokens.add(token)


async def test_a_patient_comes_back_as_stored(ledger: SqlLedger, patient: Patient) -> None:
    async with ledger.write() as books:
        stored = await books.patients.add(patient)
        child = await books.patients.add(replace(patient, code="200000007", age=0, name="गुड़िया"))
    assert stored == replace(patient, id=stored.id)
    async with ledger.read() as books:
        assert await books.patients.get(stored.id) == stored
        assert await books.patients.by_code("200000007") == child
        assert await books.patients.of_mobile(patient.mobile) == [stored, child]
        assert await books.patients.of_mobile("+910000000000") == []


async def test_times_come_back_in_utc_to_the_microsecond(ledger: SqlLedger, patient: Patient, now: datetime) -> None:
    async with ledger.write() as books:
        stored = await books.patients.add(replace(patient, created_at=now.astimezone(INDIA)))
    assert stored.created_at == now
    assert stored.created_at.tzinfo is UTC or stored.created_at.utcoffset() == timedelta(0)


async def test_a_time_without_a_zone_is_refused(ledger: SqlLedger, patient: Patient) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        async with ledger.write() as books:
            await books.patients.add(replace(patient, created_at=datetime(2026, 1, 1)))


async def test_a_patient_is_changed_but_never_the_code(ledger: SqlLedger, patient: Patient) -> None:
    async with ledger.write() as books:
        stored = await books.patients.add(patient)
        await books.patients.save(replace(stored, name="Radha", code="999999999"))
    async with ledger.read() as books:
        assert await books.patients.get(stored.id) == replace(stored, name="Radha")


async def test_what_is_not_there_is_a_lookup_error(ledger: SqlLedger, patient: Patient) -> None:
    async with ledger.write() as books:
        with pytest.raises(LookupError):
            await books.patients.get(404)
        with pytest.raises(LookupError):
            await books.patients.save(replace(patient, id=404))
        with pytest.raises(LookupError):
            await books.staff.doctor(404)
        with pytest.raises(LookupError):
            await books.prescriptions.pdf(404)


async def test_a_caller_is_inserted_or_replaced(ledger: SqlLedger, now: datetime) -> None:
    caller = Caller("+919876543210", "hi", "1", now, "call-1")
    async with ledger.write() as books:
        await books.callers.save(caller)
        await books.callers.save(replace(caller, language="en"))
        assert await books.callers.get(caller.mobile) == replace(caller, language="en")
        assert await books.callers.get("+910000000000") is None


async def test_a_token_number_is_given_once_a_day(
    ledger: SqlLedger, patient: Patient, doctor: Doctor, token: Token
) -> None:
    async with ledger.write() as books:
        await _chain(books, patient, doctor, token)
        other = await books.patients.add(replace(patient, code="200000007"))
        with pytest.raises(Duplicate):
            await books.tokens.add(replace(token, patient_id=other.id))
        again = await books.tokens.add(replace(token, patient_id=other.id, day=token.day + timedelta(days=1)))
    assert again.number == token.number


@pytest.mark.parametrize("state", sorted(TokenState))
async def test_a_patient_has_one_active_token(
    ledger: SqlLedger, patient: Patient, token: Token, state: TokenState
) -> None:
    """S16."""
    async with ledger.write() as books:
        await books.patients.add(patient)
        first = await books.tokens.add(replace(token, state=state))
        second = replace(token, number="4712")
        if state in ACTIVE:
            with pytest.raises(Duplicate):
                await books.tokens.add(second)
            assert await books.tokens.active_of_patient(1) == first
        else:
            assert await books.tokens.active_of_patient(1) is None
            assert await books.tokens.active_of_mobile(patient.mobile) == []
            second = await books.tokens.add(second)
            assert await books.tokens.active_of_mobile(patient.mobile) == [second]


async def test_a_duplicate_does_not_spoil_the_transaction(ledger: SqlLedger, patient: Patient, token: Token) -> None:
    async with ledger.write() as books:
        await books.patients.add(patient)
        await books.tokens.add(token)
        with pytest.raises(Duplicate):
            await books.tokens.add(token)
        await books.patients.add(replace(patient, code="200000007"))
    async with ledger.read() as books:
        assert len(await books.patients.of_mobile(patient.mobile)) == 2


async def test_a_move_is_compare_and_set(ledger: SqlLedger, patient: Patient, token: Token, now: datetime) -> None:
    async with ledger.write() as books:
        await books.patients.add(patient)
        waiting = await books.tokens.add(token)
        called = await books.tokens.move(waiting, TokenState.CALLED)
        assert called == replace(waiting, state=TokenState.CALLED)
        with pytest.raises(Stale):
            await books.tokens.move(waiting, TokenState.CANCELLED)
        with pytest.raises(NotAllowed):
            await books.tokens.move(called, TokenState.CONSUMED)
        back = await books.tokens.move(called, TokenState.WAITING, turns=1, joined_at=now + timedelta(minutes=2))
        assert await books.tokens.get(waiting.id) == back
    assert (back.turns, back.joined_at) == (1, now + timedelta(minutes=2))


async def test_tokens_by_state_and_those_served(
    ledger: SqlLedger, patient: Patient, doctor: Doctor, token: Token
) -> None:
    async with ledger.write() as books:
        await _chain(books, patient, doctor, replace(token, state=TokenState.CONSUMED, number="1"))
        closed = await books.tokens.add(replace(token, state=TokenState.CLOSED, number="2"))
        await books.tokens.add(replace(token, state=TokenState.MISSED, number="3"))
        waiting = await books.tokens.add(replace(token, number="4", own_doctor_id=1))
    async with ledger.read() as books:
        assert await books.tokens.in_states(TokenState.WAITING, TokenState.CLOSED) == [closed, waiting]
        assert await books.tokens_served_on(token.day) == 2
        assert await books.tokens_served_on(token.day + timedelta(days=1)) == 0


async def test_one_open_consultation_a_token_and_a_doctor(
    ledger: SqlLedger, patient: Patient, doctor: Doctor, token: Token, consultation: Consultation
) -> None:
    async with ledger.write() as books:
        await _chain(books, patient, doctor, token)
        second = await books.staff.add_doctor(replace(doctor, login="ravi", account="doctor-ravi"))
        other = await books.patients.add(replace(patient, code="200000007"))
        other_token = await books.tokens.add(replace(token, patient_id=other.id, number="2"))
        first = await books.consultations.add(consultation)
        with pytest.raises(Duplicate):
            await books.consultations.add(replace(consultation, doctor_id=second.id))
        with pytest.raises(Duplicate):
            await books.consultations.add(replace(consultation, token_id=other_token.id, patient_id=other.id))
        assert await books.consultations.open_of_token(first.token_id) == first
        assert await books.consultations.open_of_doctor(first.doctor_id) == first
        assert await books.consultations.open_of_doctor(second.id) is None
        assert await books.consultations.all_open() == [first]


async def test_a_doctor_has_a_patient_until_case_and_talk_are_over(
    ledger: SqlLedger, patient: Patient, doctor: Doctor, token: Token, consultation: Consultation, now: datetime
) -> None:
    async with ledger.write() as books:
        await _chain(books, patient, doctor, token)
        case = await books.consultations.add(consultation)
        assert await books.consultations.present_of_doctor(case.doctor_id) == case
        await books.consultations.save(replace(case, talked_at=now))
        ended = await books.consultations.end(case, Outcome.PRESCRIBED, now)
        assert await books.consultations.present_of_doctor(case.doctor_id) == ended
        await books.consultations.save(replace(ended, hung_up_at=now))
        assert await books.consultations.present_of_doctor(case.doctor_id) is None
        again = await books.consultations.add(replace(consultation, hung_up_at=None))
        assert await books.consultations.present_of_doctor(case.doctor_id) == again


async def test_a_consultation_ends_once_and_stays_ended(
    ledger: SqlLedger, patient: Patient, doctor: Doctor, token: Token, consultation: Consultation, now: datetime
) -> None:
    async with ledger.write() as books:
        await _chain(books, patient, doctor, token)
        open_one = await books.consultations.add(consultation)
        talked = replace(open_one, talked_at=now, patient_call="call-1")
        await books.consultations.save(talked)
        ended = await books.consultations.end(open_one, Outcome.CLOSED, now + timedelta(minutes=4))
        assert ended == replace(talked, outcome=Outcome.CLOSED, ended_at=now + timedelta(minutes=4))
        with pytest.raises(Stale):
            await books.consultations.end(open_one, Outcome.PRESCRIBED, now)
        await books.consultations.save(replace(talked, hung_up_at=now))  # an older copy, still without an outcome
        assert await books.consultations.get(ended.id) == replace(ended, hung_up_at=now)
        assert await books.consultations.all_open() == []


async def test_past_consultations_and_how_long_they_take(
    ledger: SqlLedger, patient: Patient, doctor: Doctor, token: Token, consultation: Consultation, now: datetime
) -> None:
    """Only those in which they talked are shown (S22); only those completed are measured."""
    async with ledger.write() as books:
        await _chain(books, patient, doctor, token)
        assert await books.consultations.last_talk(1, 1) is None
        for minutes in range(1, 7):
            at = now + timedelta(hours=minutes)
            stored = await books.consultations.add(replace(consultation, claimed_at=at, talked_at=at))
            await books.consultations.end(stored, Outcome.PRESCRIBED, at + timedelta(minutes=minutes))
            if minutes == 4:
                assert await books.consultations.usual_duration(50) is None
        absent = await books.consultations.add(replace(consultation, claimed_at=now))
        await books.consultations.end(absent, Outcome.PATIENT_ABSENT, now + timedelta(hours=20))
    async with ledger.read() as books:
        assert await books.consultations.usual_duration(5) == timedelta(minutes=4)
        assert await books.consultations.usual_duration(50) == timedelta(minutes=3, seconds=30)
        assert await books.consultations.last_talk(1, 1) == now + timedelta(hours=6)
        shown = await books.consultations.of_patient(1)
        assert [one.claimed_at for one in shown] == [now + timedelta(hours=hour) for hour in range(6, 0, -1)]


async def test_a_prescription_is_stored_once_with_its_paper(
    ledger: SqlLedger,
    patient: Patient,
    doctor: Doctor,
    token: Token,
    consultation: Consultation,
    prescription: SignedPrescription,
) -> None:
    async with ledger.write() as books:
        await _chain(books, patient, doctor, token)
        await books.consultations.add(consultation)
        stored = await books.prescriptions.add(prescription, b"%PDF\x00\xff")
        with pytest.raises(Duplicate):
            await books.prescriptions.add(replace(prescription, number="other", link_hash="b" * 64), b"")
    assert stored == replace(prescription, id=stored.id)
    async with ledger.read() as books:
        assert await books.prescriptions.pdf(stored.id) == b"%PDF\x00\xff"
        assert await books.prescriptions.get(stored.id) == stored
        assert await books.prescriptions.of_consultation(1) == stored
        assert await books.prescriptions.of_patient(1) == [stored]
        assert await books.prescriptions.by_link_hash("a" * 64) == stored
        assert await books.prescriptions.by_link_hash("b" * 64) is None


async def test_logins_and_accounts_are_unique_over_doctors_and_operators(
    ledger: SqlLedger, doctor: Doctor, operator: Operator
) -> None:
    async with ledger.write() as books:
        asha = await books.staff.add_doctor(doctor)
        desk = await books.staff.add_operator(operator)
        with pytest.raises(Duplicate):
            await books.staff.add_operator(replace(operator, login=doctor.login, account="free"))
        with pytest.raises(Duplicate):
            await books.staff.add_doctor(replace(doctor, login="free", account=operator.account))
        assert (asha, desk) == (replace(doctor, id=asha.id), replace(operator, id=desk.id))
        assert await books.staff.doctors() == [asha]
        assert await books.staff.operators() == [desk]
        assert await books.staff.doctor_by_login("asha") == asha
        assert await books.staff.doctor_by_account("operator-desk") is None
        assert await books.staff.operator_by_account("operator-desk") == desk
        assert await books.staff.operator_by_login("asha") is None
    with pytest.raises(Duplicate):
        async with ledger.write() as books:
            await books.staff.save_doctor(replace(asha, login="desk"))


async def test_staff_are_saved_as_what_they_are(ledger: SqlLedger, doctor: Doctor, operator: Operator) -> None:
    async with ledger.write() as books:
        asha = await books.staff.add_doctor(doctor)
        desk = await books.staff.add_operator(operator)
        changed = replace(asha, available=True, states=("RJ", "GJ"), name="Asha K")
        await books.staff.save_doctor(changed)
        await books.staff.save_operator(replace(desk, available=True))
        with pytest.raises(LookupError):
            await books.staff.save_operator(replace(operator, id=asha.id))
        assert await books.staff.doctor(asha.id) == changed
        assert (await books.staff.operator(desk.id)).available
        with pytest.raises(LookupError):
            await books.staff.operator(asha.id)


async def test_a_call_is_written_once_and_changed(ledger: SqlLedger, now: datetime) -> None:
    call = CallRecord("1700000000.1", "patient", "+919876543210", now)
    async with ledger.write() as books:
        await books.calls.start(call)
        await books.calls.start(replace(call, purpose="adopted"))
        await books.calls.update(call.id, ended_at=now, outcome="token")
        assert await books.calls.get(call.id) == replace(call, ended_at=now, outcome="token")
        assert await books.calls.get("other") is None


async def test_events_come_back_in_order_even_of_a_call_nobody_wrote_down(ledger: SqlLedger, now: datetime) -> None:
    events = [CallEvent("stray", now, "said", "welcome"), CallEvent("stray", now, "pressed", "1")]
    async with ledger.write() as books:
        await books.calls.add_events(iter(events))
        await books.calls.add_events([])
        await books.calls.add_events([CallEvent("other", now, "gone")])
        assert await books.calls.events("stray") == events


async def test_a_call_back_is_owed_once_a_mobile_and_reason(ledger: SqlLedger, now: datetime) -> None:
    wish = CallBack(NEW, "+919876543210", CallBackReason.OPERATOR, "hi", now)
    async with ledger.write() as books:
        owed = await books.calls.add_call_back(wish)
        assert owed is not None
        assert await books.calls.add_call_back(wish) is None
        missed = await books.calls.add_call_back(replace(wish, reason=CallBackReason.MISSED_CALL))
        assert await books.calls.owed_call_backs() == [owed, missed]
        await books.calls.finish_call_back(owed.id, now, "operator:2")
        await books.calls.finish_call_back(owed.id, now + timedelta(1), "operator:3")
        assert await books.calls.owed_call_backs() == [missed]
        again = await books.calls.add_call_back(wish)
        assert again is not None
        assert again.id > owed.id


async def test_the_machine_owes_one_call_at_a_time_and_claims_what_is_due(ledger: SqlLedger, now: datetime) -> None:
    later, lease = now + timedelta(seconds=30), timedelta(minutes=2)
    missed = CallBack(NEW, "+919876543210", CallBackReason.MISSED_CALL, "hi", now, due_at=later)
    async with ledger.write() as books:
        owed = await books.calls.add_call_back(missed)
        assert owed is not None
        assert await books.calls.add_call_back(replace(missed, reason=CallBackReason.CUT_OFF)) is None
        assert await books.calls.renew_call_back(missed.mobile, later)
        assert await books.calls.renew_call_back(missed.mobile, now)  # an older call, noticed late, takes nothing back
        assert not await books.calls.renew_call_back("+919876500000", later)
        assert await books.calls.add_call_back(replace(missed, reason=CallBackReason.OPERATOR, due_at=None))
        assert await books.calls.claim_call_backs(now, 5, lease) == []
        (claimed,) = await books.calls.claim_call_backs(later, 5, lease)
        assert claimed == replace(owed, requested_at=later, due_at=later + lease, attempts=1)
        assert await books.calls.claim_call_backs(later, 5, lease) == []
        await books.calls.postpone_call_back(owed.id, later)
        assert len(await books.calls.claim_call_backs(later, 0, lease)) == 0
        assert len(await books.calls.claim_call_backs(later, 1, lease)) == 1
        await books.calls.finish_call_back(owed.id, now, "machine")
        assert await books.calls.claim_call_backs(later + lease, 5, lease) == []
        counts = [await books.calls.call_backs_since(now, mobile) for mobile in (None, missed.mobile, "+919876500000")]
        assert counts == [1, 1, 0]
        assert await books.calls.call_backs_since(later) == 0


async def test_what_was_said_and_heard_on_a_mobile_before(ledger: SqlLedger, now: datetime) -> None:
    mobile, later = "+919876543210", now + timedelta(minutes=1)
    async with ledger.write() as books:
        assert await books.calls.last_language(mobile) is None
        for call_id, at, language, purpose in (("a", now, "hi", "patient"), ("b", later, "en", "called_back")):
            await books.calls.start(CallRecord(call_id, purpose, mobile, at, language=language))
        assert await books.calls.last_language(mobile) == "en"
        assert not await books.calls.called_since(mobile, now)
        assert await books.calls.called_since(mobile, now - timedelta(seconds=1))
        await books.calls.update("a", ended_at=later)
        assert [call.id for call in await books.calls.unended()] == ["b"]


async def test_a_phone_is_lent_to_a_session_while_it_lives(ledger: SqlLedger, doctor: Doctor, now: datetime) -> None:
    hour = timedelta(hours=1)
    async with ledger.write() as books:
        asha = await books.staff.add_doctor(doctor)
        for hours, name in enumerate("abc"):
            await books.sessions.add(WebSession(name, StaffKind.DOCTOR, asha.id, "csrf", now, now + hours * hour))
        for seconds, name in enumerate("cba"):
            assert await books.sessions.lend_phone(name, f"digest {name}", now + timedelta(seconds=seconds))
        assert not await books.sessions.lend_phone("nobody's", "digest", now)

        async def lent(at: datetime) -> list[tuple[str, str | None]]:
            return [(one.id_hash, one.phone_digest) for one in await books.sessions.with_phone(at)]

        assert await lent(now) == [("c", "digest c"), ("b", "digest b")]
        assert await lent(now + hour) == [("c", "digest c")]
        await books.sessions.drop("c")
        assert await lent(now + hour) == []


async def test_sessions_are_dropped_by_id_person_and_age(ledger: SqlLedger, doctor: Doctor, now: datetime) -> None:
    async with ledger.write() as books:
        asha = await books.staff.add_doctor(doctor)
        sessions = [
            WebSession(name, StaffKind.DOCTOR, asha.id, "csrf", now, now + timedelta(hours=hours))
            for hours, name in enumerate("abcd")
        ]
        for session in sessions:
            await books.sessions.add(session)

        async def alive() -> list[str]:
            return [one.id_hash for one in sessions if await books.sessions.get(one.id_hash) == one]

        await books.sessions.drop_expired(now)
        assert await alive() == ["b", "c", "d"]
        await books.sessions.drop("b")
        await books.sessions.drop_of(StaffKind.OPERATOR, asha.id)
        assert await alive() == ["c", "d"]
        assert await books.sessions.alive(StaffKind.DOCTOR, asha.id, now)
        assert not await books.sessions.alive(StaffKind.DOCTOR, asha.id, now + timedelta(hours=3))
        assert not await books.sessions.alive(StaffKind.OPERATOR, asha.id, now)
        assert not await books.sessions.alive(StaffKind.DOCTOR, asha.id + 1, now)
        assert [one.id_hash for one in await books.sessions.of(StaffKind.DOCTOR, asha.id, now)] == ["c", "d"]
        assert await books.sessions.of(StaffKind.DOCTOR, asha.id, now + timedelta(hours=2)) == [sessions[3]]
        assert await books.sessions.of(StaffKind.OPERATOR, asha.id, now) == []
        await books.sessions.drop_of(StaffKind.DOCTOR, asha.id, but="d")
        assert await alive() == ["d"]
        await books.sessions.drop_of(StaffKind.DOCTOR, asha.id)
        assert await alive() == []
        assert not await books.sessions.alive(StaffKind.DOCTOR, asha.id, now)


async def test_the_audit_is_newest_first(ledger: SqlLedger, now: datetime) -> None:
    actions: tuple[AuditAction, ...] = ("saw", "signed")
    entries = [AuditEntry(now, "doctor:1", action, "patient:1") for action in actions]
    async with ledger.write() as books:
        for entry in entries:
            await books.audit(entry)
        await books.audit(AuditEntry(now, "doctor:1", "saw", "patient:2"))
        assert await books.audit_of("patient:1") == entries[::-1]


@pytest.mark.parametrize("change", [{"patient_id": 99}, {"own_doctor_id": 99}])
async def test_nothing_refers_to_what_is_not_there(
    ledger: SqlLedger, patient: Patient, token: Token, change: dict[str, Any]
) -> None:
    async def write() -> None:
        async with ledger.write() as books:
            await books.patients.add(patient)
            await books.tokens.add(replace(token, **change))

    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        await write()
    async with ledger.read() as books:
        assert await books.patients.of_mobile(patient.mobile) == []
