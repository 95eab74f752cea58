"""A prescription is read aloud, medicine by medicine: again, slower, next; who only listens hears one after the other.

It reads like the conversation. What the language has no words for "stands on your prescription": nothing is left out in
silence (`core.rules.read_aloud`).
"""

from datetime import date

from core.clinic.hear_prescription import hear_prescription, send_medicines_again
from core.rules.patient import Patient
from core.rules.prescription import Medicine, SignedPrescription
from core.rules.read_aloud import age_of, medicine_lines
from ivr.desk import Desk
from ivr.dialogue import Dialogue, GaveUp, Line

AGAIN, SLOWER, NEXT = "again", "slower", "next"
KEYS = {"1": AGAIN, "2": SLOWER, "3": NEXT}


async def read_prescription(desk: Desk, dialogue: Dialogue, patient: Patient, mobile: str) -> bool:
    """The last valid one of a patient of this mobile. Whether they want to see a doctor now."""
    slowly = False
    while (signed := await hear_prescription(desk.clinic, patient, mobile, dialogue.call.id)) is not None:
        slowly = await _medicines(desk, dialogue, signed, slowly)
        paper: list[Line] = ["reading_paper"] if signed.content.tests or signed.content.advice else []
        await dialogue.speak([*paper, "reading_ask"])
        choice = await _at_the_end(desk, dialogue, patient, signed)
        if choice != AGAIN:
            return choice == "doctor"
    return False


async def _medicines(desk: Desk, dialogue: Dialogue, signed: SignedPrescription, slowly: bool) -> bool:
    """All of them, from the first to the last. Whether they were read slowly in the end."""
    medicines = signed.content.medicines
    await dialogue.speak([age_of(_day(desk, signed), desk.clinic.today()), _count(len(medicines))])
    for place, medicine in enumerate(medicines, 1):
        slowly = await _medicine(dialogue, place, medicine, slowly)
    return slowly


async def _medicine(dialogue: Dialogue, place: int, medicine: Medicine, slowly: bool) -> bool:
    """One, until they go on; the keys are told with the first. Whether it was read slowly in the end."""
    lines: list[Line] = [*medicine_lines(dialogue.phrasebook, place, medicine, dialogue.has)]
    if place == 1:
        lines.append("reading_keys")
    while (wish := await dialogue.choose(lines, KEYS, slowly=slowly)) not in (NEXT, None):
        slowly = slowly or wish == SLOWER
    return slowly


async def _at_the_end(desk: Desk, dialogue: Dialogue, patient: Patient, signed: SignedPrescription) -> str:
    """Again, a doctor, or nothing more; an SMS as often as they like, which is sent once."""
    try:
        while True:
            choice = await dialogue.menu("reading_end", {"1": AGAIN, "2": "sms", "3": "doctor"})
            if choice != "sms":
                return choice
            await send_medicines_again(desk.clinic, patient, signed, dialogue.call.id)
            await dialogue.tell("reading_sent")
    except GaveUp:
        return "nothing"  # they have heard what they wanted: nobody need call them


def _count(medicines: int) -> Line:
    return "reading_one" if medicines == 1 else ("reading_count", {"count": medicines})


def _day(desk: Desk, signed: SignedPrescription) -> date:
    return signed.signed_at.astimezone(desk.clinic.policy.time_zone).date()
