"""What happens because time passes: the line swept and mended, follow-ups opened to all, old tokens expired (S17),
what is due reminded of, and what was for a short time only forgotten."""

import asyncio
from datetime import timedelta

from core.clinic.admin.change_opd import leave_retired
from core.clinic.by_sms.receive import forget_sms_talks
from core.clinic.clinic import Clinic
from core.clinic.close_case import close_case
from core.clinic.issue_prescription import CaseEnded
from core.clinic.mend_line import mend_line, restore_line
from core.clinic.patient_web.enter_by_code import forget_patient_access
from core.clinic.patient_web.own_records import forget_unseen_records
from core.clinic.reminders.remind import remind_due
from core.clinic.send_sms import queue_sms
from core.clinic.spare_calls import spare_calls
from core.clinic.wrap_up import end_wrap_ups
from core.ports import Stale
from core.rules.consultation import Consultation
from core.rules.token import NotAllowed, Token, TokenState
from core.tasks import forever

SWEEP_EVERY = 2.0
"""Seconds between two sweeps: they find what a lost wake-up left, and follow-ups whose patience is over."""
MEND_EVERY = 10.0
"""Seconds between two comparisons of line and ledger."""
DAY_CHECK_EVERY = 60.0
WRAP_UP_EVERY = 1.0
FORGOTTEN_AFTER = timedelta(hours=12)
"""After the talk; a case that is neither signed nor closed by then keeps the patient from taking a new token."""


async def keep_time(clinic: Clinic) -> None:
    """Let time pass for the line and the day, until cancelled."""

    async def sweep() -> None:
        await sweep_line(clinic)
        await asyncio.sleep(SWEEP_EVERY)

    differences: frozenset[str] = frozenset()

    async def mend() -> None:
        nonlocal differences
        differences = await mend_line(clinic, differences)
        await asyncio.sleep(MEND_EVERY)

    async def day() -> None:
        await spare_calls(clinic)
        await end_of_day(clinic)
        await forget_sms_talks(clinic)
        await forget_patient_access(clinic)
        await forget_unseen_records(clinic)
        await remind_due(clinic)
        await leave_retired(clinic)
        await asyncio.sleep(DAY_CHECK_EVERY)

    async def wrap_ups() -> None:
        await end_wrap_ups(clinic)
        await asyncio.sleep(WRAP_UP_EVERY)

    async with asyncio.TaskGroup() as group:
        group.create_task(forever(wrap_ups, "ending wrap-ups"))
        group.create_task(forever(sweep, "sweeping the line"))
        group.create_task(forever(mend, "mending the line"))
        group.create_task(forever(day, "ending the day"))


async def sweep_line(clinic: Clinic) -> None:
    """Every few seconds: whatever can be matched is matched, and a line that was lost is there again."""
    await restore_line(clinic)
    await clinic.line.open_to_all(int(clinic.clock.now().timestamp() * 1000))
    await clinic.line.sweep()


async def end_of_day(clinic: Clinic) -> int:
    """End what earlier days left: unused tokens (S17), cases that nobody concluded. How many there were."""
    async with clinic.ledger.read() as books:
        unused = [token for token in await books.tokens.in_states(TokenState.WAITING) if _has_expired(clinic, token)]
        forgotten = [case for case in await books.consultations.all_open() if _is_forgotten(clinic, case)]
    ended = [await _expire(clinic, token) for token in unused] + [await _close(clinic, case) for case in forgotten]
    async with clinic.ledger.write() as books:
        await books.sessions.drop_expired(clinic.clock.now())
    return sum(ended)


def _is_forgotten(clinic: Clinic, case: Consultation) -> bool:
    return case.hung_up_at is not None and clinic.clock.now() - case.hung_up_at >= FORGOTTEN_AFTER


def _has_expired(clinic: Clinic, token: Token) -> bool:
    """At the end of its day; where the OPD is open all night, a day after it was taken."""
    if token.day >= clinic.today():
        return False
    opd = clinic.policy.known_opds.get(token.opd)
    midnight = clinic.local_now().replace(hour=0, minute=0, second=0, microsecond=0)
    never_closed = opd is not None and opd.is_open(midnight)
    return not never_closed or clinic.clock.now() - token.created_at >= timedelta(days=1)


async def _expire(clinic: Clinic, token: Token) -> bool:
    try:
        async with clinic.ledger.write() as books:
            await books.tokens.move(token, TokenState.EXPIRED)
            patient = await books.patients.get(token.patient_id)
            await queue_sms(
                books, clinic, f"expired:{token.id}", patient.mobile, "token_expired", token.language,
                token=token.number,
            )  # fmt: skip
    except (Stale, NotAllowed):
        return False
    await clinic.line.leave(token.id)
    return True


async def _close(clinic: Clinic, case: Consultation) -> bool:
    """The doctor neither signed nor closed: the patient must be able to take a new token."""
    try:
        await close_case(
            clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="not concluded in time", by="system"
        )
    except (CaseEnded, NotAllowed, Stale):
        return False
    return True
