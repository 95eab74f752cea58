"""Bringing the patient: holding already, or rung at home for two minutes (S19)."""

import asyncio

from core.rules.token import TokenState
from core.tasks import until_done
from ivr.call import NoAnswer
from ivr.called_patient import called_patient
from ivr.case import Case
from ivr.reception import Reception
from ivr.together import first_of
from ivr.waiting import Spot


class PatientAbsent(Exception):
    """The patient was called for two minutes and did not come, or declined, or cancelled meanwhile."""


class PatientBusy(PatientAbsent):
    """We could not even ring: somebody of the family is talking with us from this mobile (S7)."""


async def fetch_patient(reception: Reception, case: Case) -> Spot:
    """Their place on the line; dialling in meanwhile counts as coming. Raises `PatientAbsent`, `PatientBusy`."""
    waiting = reception.desk.waiting
    if (spot := waiting.spot(case.token.id)) is not None:
        return spot
    _, arrived = await first_of(
        waiting.arrival(case.token.id), _ring_home(reception, case), _cancelled(reception, case)
    )
    return arrived


async def _ring_home(reception: Reception, case: Case) -> Spot:
    """Ring until the time is over. Never returns: who answers arrives on the line, and that is awaited."""
    desk, clock = reception.desk, asyncio.get_running_loop()
    deadline = clock.time() + desk.pace.patient_comes
    try:  # who is just hearing their token will hold, or hang up and be rung
        async with asyncio.timeout(desk.pace.patient_comes):
            await desk.waiting.absence(case.patient.mobile)
    except TimeoutError:
        raise PatientBusy from None
    while (left := deadline - clock.time()) > 0 and await _is_called(reception, case):
        try:
            call = await desk.exchange.ring_number(case.patient.mobile, caller=desk.service_number, timeout=left)
        except NoAnswer:
            await asyncio.sleep(min(desk.pace.busy_pause, max(deadline - clock.time(), 0)))
            continue
        flow = called_patient(desk, call, case.token, case.patient)
        answered = reception.converse(call, "called_back", flow, case.token)
        await asyncio.wait([answered])
        break
    raise PatientAbsent


async def _cancelled(reception: Reception, case: Case) -> Spot:
    """Never returns: raises once the token has been cancelled, so that neither phone nor doctor is kept (S15)."""

    async def still_called() -> None:
        while await _is_called(reception, case):  # noqa: ASYNC110  # by SMS, so another process may have done it
            await asyncio.sleep(reception.desk.pace.cancel_seen)

    await until_done(still_called, f"watching whether token {case.token.id} is cancelled")
    raise PatientAbsent


async def _is_called(reception: Reception, case: Case) -> bool:
    """Whether the token has not been cancelled meanwhile."""
    async with reception.desk.clinic.ledger.read() as books:
        return (await books.tokens.get(case.token.id)).state is TokenState.CALLED
