"""We ring somebody who agreed to be reminded by a call: what of, and what they can do about it at once (T12)."""

from collections.abc import Sequence

from core.clinic.know_caller import know_caller
from core.clinic.reminders.unwanted import still_wanted
from core.clinic.reminders.wish import say_wish
from core.rules.patient import Patient
from core.rules.records import CallBack
from core.rules.reminder import Kind, Reminder, Way
from ivr.call import Call
from ivr.desk import Desk
from ivr.dialogue import Dialogue, GaveUp, Line
from ivr.help import helped
from ivr.patient_call import serve
from ivr.read_prescription import read_prescription


async def reminder_call(desk: Desk, call: Call, owed: CallBack) -> None:
    """They have picked up."""
    with desk.waiting.present(owed.mobile):
        dialogue = helped(desk, call, owed.language or desk.default_language)
        async with desk.clinic.ledger.read() as books:
            reminders = await still_wanted(desk.clinic, books, owed)
        if not reminders:  # they said STOP, or the doctor took it back, while their phone rang
            return await dialogue.tell("goodbye")
        wants_doctor = await _remind(desk, dialogue, owed, reminders)
    if wants_doctor:
        await serve(desk, dialogue, await know_caller(desk.clinic, owed.mobile))


async def _remind(desk: Desk, dialogue: Dialogue, owed: CallBack, reminders: Sequence[Reminder]) -> bool:
    """Whether they want to talk with a doctor now; who presses nothing has heard it, which is enough."""
    courses = {reminder.patient_id for reminder in reminders if reminder.kind is Kind.COURSE}
    hears: list[Line] = ["reminder_hear"] if courses else []
    choices = {"1": "doctor", "3": "stop"} | ({"2": "hear"} if hears else {})
    lines = [line for reminder in reminders for line in await _lines(desk, reminder)]
    try:
        while True:
            choice = await dialogue.menu(["reminder_hello", *lines, "reminder_talk", *hears, "reminder_stop"], choices)
            if choice != "hear":
                break
            for patient_id in courses:
                if await read_prescription(desk, dialogue, await _patient(desk, patient_id), owed.mobile):
                    return True
    except GaveUp:
        return False
    if choice == "stop":
        await say_wish(desk.clinic, owed.mobile, Way.NOT, dialogue.call.id)
        await dialogue.tell("reminders_stopped", "goodbye")
    return choice == "doctor"


async def _lines(desk: Desk, reminder: Reminder) -> list[Line]:
    """Of whom, by the name they spoke (several share a mobile, S7), and of what."""
    name = (await _patient(desk, reminder.patient_id)).name_recording
    who: list[Line] = [("reminder_of", {"name": str(desk.recordings / name)})] if name else []
    return [*who, f"reminder_{reminder.kind}"]


async def _patient(desk: Desk, patient_id: int) -> Patient:
    async with desk.clinic.ledger.read() as books:
        return await books.patients.get(patient_id)
