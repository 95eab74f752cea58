"""Redis goes away, or forgets, in the middle of everything: the ledger knows the truth, and the line follows it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from core.adapters.line import RedisLine
from core.clinic.bring_together import doctor_did_not_answer
from core.clinic.cancel_token import cancel_token
from core.clinic.clinic import Clinic
from core.clinic.close_case import close_case
from core.clinic.doctor_ready import doctor_pause
from core.clinic.keep_time import sweep_line
from core.clinic.mend_line import mend_line
from core.clinic.rebuild_line import rebuild_line
from core.clinic.take_token import take_token
from core.rules.staff import DoctorState
from tests.flows.house import MOBILE, NEW_PATIENT, House


@asynccontextmanager
async def _unreachable(clinic: Clinic) -> AsyncIterator[Clinic]:
    """The same clinic, whose Redis cannot be reached."""
    line = RedisLine.open("unix:///nonexistent/valkey.sock")
    yield replace(clinic, line=line)
    await line.close()


async def _mend(house: House) -> None:
    """Two looks; whatever they agree on is mended."""
    await mend_line(house.clinic, await mend_line(house.clinic, frozenset()))
    await sweep_line(house.clinic)


async def test_a_token_that_never_reached_the_line_is_served(house: House) -> None:
    doctor, patient = await house.doctor(), await house.patient(name="name-1")
    async with _unreachable(house.clinic) as clinic:
        token = await take_token(clinic, patient, "general")
    assert await house.clinic.line.place(token.id) is None
    await _mend(house)
    (await house.exchange.ring_of(MOBILE)).refuse("refused")
    assert await house.state_of(doctor) is DoctorState.RESERVED
    assert await cancel_token(house.clinic, token, patient)


async def test_one_look_mends_nothing_as_every_step_is_in_two_places_for_a_moment(house: House) -> None:
    await house.doctor()
    patient = await house.patient(name="name-1")
    async with _unreachable(house.clinic) as clinic:
        token = await take_token(clinic, patient, "general")
    seen = await mend_line(house.clinic, frozenset())
    assert seen == {f"token {token.id} is missing"}
    assert await house.clinic.line.place(token.id) is None
    assert await cancel_token(house.clinic, token, patient)


async def test_a_line_that_agrees_is_left_alone(house: House) -> None:
    doctor, patient = await house.doctor(ready=False), await house.patient(name="name-1")
    await take_token(house.clinic, patient, "general")
    assert await mend_line(house.clinic, frozenset()) == frozenset()
    assert await house.state_of(doctor) is DoctorState.PAUSED


async def test_a_doctor_who_was_left_reserved_is_free_again(house: House) -> None:
    """The consultation was given up, and the line never heard of it."""
    doctor, patient = await house.doctor(), await house.patient(name="name-1")
    token = await take_token(house.clinic, patient, "general")
    ring = await house.exchange.ring_of(MOBILE)
    (consultation,) = await house.open_consultations()
    async with _unreachable(house.clinic) as clinic:
        await doctor_did_not_answer(clinic, consultation)
    assert await house.state_of(doctor) is DoctorState.RESERVED
    await _mend(house)
    assert await house.state_of(doctor) is DoctorState.PAUSED
    assert await house.clinic.line.place(token.id) is not None
    ring.refuse("refused")
    await house.quiet()


async def test_what_redis_has_forgotten_is_there_again_with_the_next_sweep(house: House) -> None:
    patient = await house.patient(name="name-1")
    token = await take_token(house.clinic, patient, "general")
    await house.forget_line()
    await sweep_line(house.clinic)
    assert await house.clinic.line.place(token.id) is not None


async def test_a_wish_to_pause_afterwards_survives_a_rebuilt_line(house: House) -> None:
    doctor = await house.doctor()
    call = house.dial(answers=NEW_PATIENT)
    leg = (await house.exchange.ring_of(doctor.account)).pick_up()
    await call.talks()
    await doctor_pause(house.clinic, doctor.id)
    await rebuild_line(house.clinic)
    leg.leave()
    await house.quiet()
    (consultation,) = await house.open_consultations()
    await close_case(house.clinic, doctor_id=doctor.id, consultation_id=consultation.id, reason="Advised")
    assert await house.state_of(doctor) is DoctorState.PAUSED
