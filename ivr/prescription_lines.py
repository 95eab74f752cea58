"""What a pharmacy hears of a prescription: what it is worth, for whom, each medicine with its dose and what is left."""

from collections.abc import Iterator
from datetime import timedelta

from core.clinic.pharmacy.verify_prescription import Verified
from core.rules.dispensing import Item, Standing
from core.rules.patient import Gender
from core.rules.read_aloud import dose_lines, letter, name_lines
from core.rules.speech import LARGEST_NUMBER
from core.rules.spelled_initials import spelled_initials
from ivr.dialogue import Dialogue, Line

_GENDERS = {Gender.WOMAN: "pharmacy_woman", Gender.MAN: "pharmacy_man"}


def lines_of(dialogue: Dialogue, found: Verified) -> list[Line]:
    """Of one that was taken back nothing more than that: its medicines must not be given."""
    standing: Line = f"pharmacy_{found.standing}"
    if found.standing is Standing.VOID:
        return [standing]
    medicines = [line for item in found.items for line in (*named_item(dialogue, item), *_left(found, item))]
    return [standing, *_patient_lines(dialogue, found), *(medicines or ["pharmacy_no_medicines"])]


def named_item(dialogue: Dialogue, item: Item) -> Iterator[Line]:
    """Which medicine it is, and how it is taken: who gives it counts the tablets."""
    yield from name_lines(dialogue.phrasebook, item.place + 1, item.medicine, dialogue.has)
    yield from dose_lines(dialogue.phrasebook, item.medicine)


def item_lines(item: Item) -> Iterator[Line]:
    """What is left of it."""
    yield ("pharmacy_due", {"days": item.due}) if item.due else "pharmacy_none_left"
    if item.repeats_left:
        yield "pharmacy_repeats", {"count": min(item.repeats_left, LARGEST_NUMBER)}


def _left(found: Verified, item: Item) -> Iterator[Line]:
    if found.standing is Standing.EXPIRED:
        return iter(())
    return iter(_not_yet(found, item) or item_lines(item))


def _not_yet(found: Verified, item: Item) -> list[Line]:
    """Of a repeat that is not due yet: after how many days it is."""
    if item.due_from is None or not item.is_early(found.seen_at):
        return []
    days = -((found.seen_at - item.due_from) // timedelta(days=1))  # rounded up
    return [("pharmacy_not_yet", {"days": min(days, LARGEST_NUMBER)})]


def _patient_lines(dialogue: Dialogue, found: Verified) -> Iterator[Line]:
    """Enough to ask "are you S. D.?", too little to know who it is."""
    spelled = [letter(dialogue.phrasebook, each) for each in spelled_initials(found.patient.name or "")]
    letters = tuple(each for each in spelled if each is not None and dialogue.has(each))
    yield ("pharmacy_initials", {"letters": letters}) if letters else "pharmacy_unnamed"
    yield _GENDERS.get(found.patient.gender, "pharmacy_other"), {"age": min(found.age, LARGEST_NUMBER)}
