"""A session that reaches its end in the middle of a call keeps its telephone until the call is over."""

from datetime import timedelta

from core.clinic.keep_time import end_of_day
from core.clinic.lend_phone import holds_phone, lend_phone
from core.clinic.sign_in import LONGEST_EXTENSION, SESSION_LASTS, open_session, session_of
from core.clinic.spare_calls import spare_calls
from core.rules.phone import browser_account
from core.rules.records import CallRecord
from core.rules.supervision import PURPOSE, Manner
from tests.web.house import House

MINUTE = timedelta(minutes=1)


async def test_the_telephone_is_kept_until_the_call_is_over(house: House) -> None:
    clinic, clock, doctor = house.clinic, house.clock, house.doctor.doctor
    secret, signed_in = await open_session(clinic, doctor)
    idle_secret, idle = await open_session(clinic, house.operator.operator)
    await lend_phone(clinic, signed_in, secret)
    await lend_phone(clinic, idle, idle_secret)
    clock.advance(SESSION_LASTS - 2 * MINUTE)
    account = browser_account(doctor.account)
    async with clinic.ledger.write() as books:
        await books.calls.start(CallRecord("leg-1", "doctor_rung", account, clock.now()))

    for _ in range(20):
        await spare_calls(clinic)
        await end_of_day(clinic)
        clock.advance(MINUTE)
    assert await holds_phone(clinic, secret)
    assert await session_of(clinic, idle_secret) is None

    async with clinic.ledger.write() as books:
        await books.calls.update("leg-1", ended_at=clock.now())
    for _ in range(6):
        await spare_calls(clinic)
        clock.advance(MINUTE)
    assert await session_of(clinic, secret) is None


async def test_who_supervises_a_talk_stays_signed_in_until_it_is_over(house: House) -> None:
    """Their leg is in the call log under the softphone's account, whichever phone it is."""
    clinic, clock, supervisor = house.clinic, house.clock, house.operator.operator
    secret, signed_in = await open_session(clinic, supervisor)
    await lend_phone(clinic, signed_in, secret)
    clock.advance(SESSION_LASTS - 2 * MINUTE)
    async with clinic.ledger.write() as books:
        await books.calls.start(CallRecord("leg-1", PURPOSE[Manner.LISTEN], supervisor.account, clock.now()))
    for _ in range(20):
        await spare_calls(clinic)
        clock.advance(MINUTE)
    assert await session_of(clinic, secret) is not None


async def test_a_call_that_is_never_ended_does_not_keep_a_session_for_ever(house: House) -> None:
    clinic, clock, doctor = house.clinic, house.clock, house.doctor.doctor
    secret, signed_in = await open_session(clinic, doctor)
    await lend_phone(clinic, signed_in, secret)
    async with clinic.ledger.write() as books:
        await books.calls.start(CallRecord("leg-1", "doctor_rung", browser_account(doctor.account), clock.now()))
    clock.advance(SESSION_LASTS - MINUTE)
    minutes = 0
    while await session_of(clinic, secret) is not None:
        await spare_calls(clinic)
        clock.advance(MINUTE)
        minutes += 1
    assert minutes * MINUTE == LONGEST_EXTENSION + MINUTE
