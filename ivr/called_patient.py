"""We ring a patient whose turn has come: they say that they are there, and hold for the doctor (S19)."""

from core.clinic.cancel_token import cancel_token
from core.rules.patient import Patient
from core.rules.token import Token
from ivr.call import Call
from ivr.desk import Desk
from ivr.dialogue import Dialogue, GaveUp
from ivr.help import helped
from ivr.hold import hold
from ivr.reminder_wish import ask_reminder_wish


async def called_patient(desk: Desk, call: Call, token: Token, patient: Patient) -> None:
    """A key proves that somebody is there: an answering machine is never put through to a doctor."""
    with desk.waiting.present(patient.mobile):  # nobody else of the family is rung meanwhile
        await _called(desk, helped(desk, call, token.language), token, patient)


async def _called(desk: Desk, dialogue: Dialogue, token: Token, patient: Patient) -> None:
    try:
        comes = await dialogue.menu("called_patient", {"1": True, "2": False})
    except GaveUp:
        return
    if comes:
        if await hold(desk, dialogue, token):
            await dialogue.tell("consult_over")
            await ask_reminder_wish(desk, dialogue, patient.mobile)
    elif await cancel_token(desk.clinic, token, patient):
        await dialogue.tell("cancelled")
