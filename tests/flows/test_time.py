"""What happens because time passes, or because we start anew; and which numbers can be called back."""

from datetime import time

import pytest

from core.clinic.bring_together import begin_consultation
from core.clinic.cancel_token import cancel_token
from core.clinic.close_case import close_case
from core.clinic.keep_time import end_of_day, sweep_line
from core.clinic.rebuild_line import rebuild_line
from core.clinic.take_token import take_token
from core.rules.consultation import Outcome
from core.rules.mobile import indian_mobile
from core.rules.opd import Opd
from core.rules.queue import Match
from core.rules.staff import Doctor, DoctorState
from core.rules.token import TokenState
from tests.flows.house import MOBILE, NEW_PATIENT, House
from tests.flows.telephone import ScriptedCall


async def _served_by(house: House, doctor: Doctor) -> None:
    """Somebody has talked with this doctor; the case is closed."""
    call = house.dial(answers=NEW_PATIENT)
    leg = (await house.exchange.ring_of(doctor.account)).pick_up()
    await call.talks()
    leg.leave()
    await house.quiet()
    (consultation,) = await house.open_consultations()
    await close_case(house.clinic, doctor_id=doctor.id, consultation_id=consultation.id, reason="Advised")


async def test_a_token_ends_with_its_day(house: House) -> None:
    house.with_policy(opds={"general": Opd("general", dict.fromkeys(range(7), (time(9), time(17))))})
    patient = await house.patient(name="name-1")
    token = await take_token(house.clinic, patient, "general")
    assert await end_of_day(house.clinic) == 0
    house.clock.pass_by(hours=13.4)  # 23:54 in Jaipur
    assert await end_of_day(house.clinic) == 0
    house.clock.pass_by(hours=0.2)
    assert await end_of_day(house.clinic) == 1
    assert (await house.token()).state is TokenState.EXPIRED
    assert await house.clinic.line.place(token.id) is None
    assert (await take_token(house.clinic, patient, "general")).id != token.id


async def test_a_follow_up_waits_for_its_own_doctor_then_for_anybody(house: House) -> None:
    asha = await house.doctor("asha")
    await _served_by(house, asha)
    (patient,) = await house.patients()
    leg = await _busy(house, asha)
    await house.doctor("bina")
    token = await take_token(house.clinic, patient, "general")
    assert token.own_doctor_id == asha.id
    house.clock.pass_by(minutes=14)
    await sweep_line(house.clinic)
    assert not house.exchange.rings_now(MOBILE)
    house.clock.pass_by(minutes=2)
    await sweep_line(house.clinic)
    await house.exchange.ring_of(MOBILE)
    leg.leave()


async def _busy(house: House, doctor: Doctor) -> ScriptedCall:
    """The doctor's leg of a talk with somebody else."""
    other = house.dial("+919876500001", NEW_PATIENT)
    leg = (await house.exchange.ring_of(doctor.account)).pick_up()
    await other.talks()
    return leg


async def test_a_consultation_with_the_same_doctor_is_a_follow_up(house: House) -> None:
    asha = await house.doctor("asha")
    await _served_by(house, asha)
    (patient,) = await house.patients()
    await take_token(house.clinic, patient, "general")
    await house.exchange.ring_of(MOBILE)
    (consultation,) = await house.open_consultations()
    assert consultation.follow_up


async def test_the_line_is_rebuilt_with_a_token_that_was_cancelled_while_called(house: House) -> None:
    """We died before anybody noticed: the next start must not."""
    doctor = await house.doctor(ready=False)
    patient = await house.patient(name="name-1")
    token = await take_token(house.clinic, patient, "general")
    assert await begin_consultation(house.clinic, Match(token.id, doctor.id))
    assert await cancel_token(house.clinic, token, patient)
    await rebuild_line(house.clinic)
    assert await house.state_of(doctor) is DoctorState.RESERVED
    async with house.clinic.ledger.write() as books:
        consultation = await books.consultations.open_of_doctor(doctor.id)
        assert consultation is not None
        await books.consultations.end(consultation, Outcome.CANCELLED, house.clock.now())
    await rebuild_line(house.clinic)


@pytest.mark.parametrize(
    ("number", "mobile"),
    [
        ("9876543210", MOBILE),
        ("09876543210", MOBILE),
        ("+919876543210", MOBILE),
        ("00919876543210", MOBILE),
        ("01412345678", None),
        ("1234567890", None),
        ("+14155550100", None),
        ("+447700900123", None),
        ("104", None),
        ("anonymous", None),
        ("", None),
    ],
)
def test_only_indian_mobiles_are_called_back(number: str, mobile: str | None) -> None:
    assert indian_mobile(number) == mobile


async def test_where_it_never_closes_midnight_ends_nothing(house: House) -> None:
    house.with_policy(opds={"general": Opd("general", dict.fromkeys(range(7), (time(0), time(0))))})
    patient = await house.patient(name="name-1")
    await take_token(house.clinic, patient, "general")
    house.clock.pass_by(hours=13.6)  # 00:06 in Jaipur
    assert await end_of_day(house.clinic) == 0
    house.clock.pass_by(hours=10.5)  # a day after it was taken
    assert await end_of_day(house.clinic) == 1
    assert "token_expired" in await house.sms_templates()


async def test_a_case_that_nobody_concludes_does_not_keep_the_patient(house: House) -> None:
    doctor = await house.doctor()
    call = house.dial(answers=NEW_PATIENT)
    leg = (await house.exchange.ring_of(doctor.account)).pick_up()
    await call.talks()
    leg.leave()
    await house.quiet()
    house.clock.pass_by(hours=11.9)
    assert await end_of_day(house.clinic) == 0
    house.clock.pass_by(hours=0.2)
    assert await end_of_day(house.clinic) == 1
    assert (await house.token()).state is TokenState.CLOSED
    assert await house.open_consultations() == []
