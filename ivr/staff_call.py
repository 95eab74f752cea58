"""A doctor or an operator dials the service from their own phone: ready, pause, and what they should know."""

from contextlib import suppress

from core.clinic.doctor_ready import doctor_pause, doctor_ready, operator_ready
from core.rules.phone import owner_of
from core.rules.speech import LARGEST_NUMBER
from core.rules.staff import Doctor, DoctorState, Operator
from ivr.call import Call, Hangup
from ivr.desk import Desk
from ivr.dialogue import GaveUp
from ivr.help import helped


async def staff_call(desk: Desk, call: Call, account: str) -> None:
    """`account` is the phone's SIP account, which the switch has authenticated: at the desk, or in the browser."""
    account = owner_of(account)
    async with desk.clinic.ledger.read() as books:
        doctor = await books.staff.doctor_by_account(account)
        operator = await books.staff.operator_by_account(account)
    await call.answer()
    if doctor is not None:
        await _doctor(desk, call, doctor)
    elif operator is not None:
        await _operator(desk, call, operator)


async def _doctor(desk: Desk, call: Call, doctor: Doctor) -> None:
    dialogue = helped(desk, call, _language(desk, doctor.languages))
    if not doctor.may_practise:
        await dialogue.tell("doctor_not_verified")
        return
    waiting = min((await desk.clinic.line.counts()).waiting, LARGEST_NUMBER)
    state = "doctor_menu_ready" if doctor.available else "doctor_menu_paused"
    try:
        ready = await dialogue.menu((state, {"waiting": waiting}), {"1": True, "2": False})
    except GaveUp:
        return
    if ready:
        with suppress(Hangup):  # who presses and hangs up means it
            await dialogue.tell("doctor_must_finish" if await _writes(desk, doctor) else "doctor_now_ready")
        await call.hangup()  # first said, then done: their phone must be free to ring
        await doctor_ready(desk.clinic, doctor.id)
    else:
        await doctor_pause(desk.clinic, doctor.id)
        await dialogue.tell("doctor_now_paused")


async def _operator(desk: Desk, call: Call, operator: Operator) -> None:
    dialogue = helped(desk, call, desk.default_language)
    state = "operator_menu_ready" if operator.available else "operator_menu_paused"
    try:
        ready = await dialogue.menu(state, {"1": True, "2": False})
    except GaveUp:
        return
    await operator_ready(desk.clinic, operator.id, available=ready)
    await dialogue.tell("operator_now_ready" if ready else "operator_now_paused")


async def _writes(desk: Desk, doctor: Doctor) -> bool:
    server = await desk.clinic.line.state(doctor.id)
    return server is not None and server.state is DoctorState.WRITING


def _language(desk: Desk, languages: tuple[str, ...]) -> str:
    return next((language for language in languages if language in desk.clinic.policy.languages), desk.default_language)
