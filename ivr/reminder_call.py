"""We ring somebody who agreed to be reminded by a call: what of, and what they can do about it at once (T12)."""

from collections.abc import Awaitable, Callable, Sequence

from core.clinic.know_caller import know_caller
from core.clinic.reminders.wish import say_wish
from core.rules.records import CallBack
from core.rules.reminder import Reminder, Way
from ivr.call import Call
from ivr.desk import Desk
from ivr.dialogue import Dialogue, GaveUp, Line
from ivr.help import helped
from ivr.patient_call import serve

Reader = Callable[[Desk, Dialogue, int], Awaitable[None]]
"""Reads a patient's medicines aloud, by the prescription's id."""


async def reminder_call(desk: Desk, call: Call, owed: CallBack, read: Reader | None = None) -> None:
    """They have picked up. Without a `read` nothing is offered to be heard."""
    with desk.waiting.present(owed.mobile):
        dialogue = helped(desk, call, owed.language or desk.default_language)
        async with desk.clinic.ledger.read() as books:
            reminders = await books.reminders.of_call_back(owed.id)
        wants_doctor = await _remind(desk, dialogue, owed, reminders, read)
    if wants_doctor:
        await serve(desk, dialogue, await know_caller(desk.clinic, owed.mobile))


async def _remind(
    desk: Desk, dialogue: Dialogue, owed: CallBack, reminders: Sequence[Reminder], read: Reader | None
) -> bool:
    """Whether they want to talk with a doctor now; who presses nothing has heard it, which is enough."""
    courses = [reminder.prescription_id for reminder in reminders if reminder.prescription_id is not None]
    hears: list[Line] = ["reminder_hear"] if read and courses else []
    choices = {"1": "doctor", "3": "stop"} | ({"2": "hear"} if hears else {})
    lines: list[Line] = [*dict.fromkeys(f"reminder_{each.kind}" for each in reminders)]
    try:
        while True:
            choice = await dialogue.menu(["reminder_hello", *lines, "reminder_talk", *hears, "reminder_stop"], choices)
            if choice != "hear" or read is None:
                break
            for prescription_id in courses:
                await read(desk, dialogue, prescription_id)
    except GaveUp:
        return False
    if choice == "stop":
        await say_wish(desk.clinic, owed.mobile, Way.NOT, dialogue.call.id)
        await dialogue.tell("reminders_stopped", "goodbye")
    return choice == "doctor"
