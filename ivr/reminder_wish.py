"""After the consultation, once: whether they want to be reminded, and how; agreed by a key (T12)."""

from core.clinic.reminders.wish import has_said, say_wish
from core.rules.reminder import Way
from ivr.desk import Desk
from ivr.dialogue import Dialogue, GaveUp

KEYS = {"1": Way.CALL, "2": Way.SMS, "3": Way.NOT}


async def ask_reminder_wish(desk: Desk, dialogue: Dialogue, mobile: str) -> None:
    """Of whoever has not said yet. No answer is no agreement, and they are asked again after the next consultation."""
    if await has_said(desk.clinic, mobile):
        return
    try:
        way = await dialogue.menu("reminder_wish", KEYS)
    except GaveUp:
        return
    await say_wish(desk.clinic, mobile, way, dialogue.call.id)
    await dialogue.tell("reminder_wish_stored")
