"""THE PHARMACIES' LINE: key a prescription's code, hear what it is worth and what is left, mark what is given.

Anybody may ask, as whoever holds the paper has the code. What is given is marked by a registered pharmacy that calls
from its own telephone and keys its PIN. It is stored before it is said to be.
"""

from dataclasses import dataclass

from core.clinic.pharmacy.attempts import TooManyAttempts
from core.clinic.pharmacy.dispense import CannotDispense, NotRegistered, dispense
from core.clinic.pharmacy.pharmacy_by_phone import pharmacy_by_phone
from core.clinic.pharmacy.verify_by_telephone import verify_by_telephone
from core.clinic.pharmacy.verify_prescription import Verified
from core.rules.dispensing import Item, Portion
from core.rules.pharmacy import PIN_DIGITS, Channel, Pharmacy
from core.rules.prescription import CODE_DIGITS
from ivr.call import Call
from ivr.desk import Desk
from ivr.dialogue import TRIES, Dialogue, GaveUp
from ivr.help import helped
from ivr.prescription_lines import item_lines, lines_of, named_item

ALL, THIS, NEXT = "all", "this", "next"


@dataclass(slots=True)
class Counter:
    """A telephone on a shop's counter, and whose it has proved to be."""

    desk: Desk
    dialogue: Dialogue
    number: str
    pharmacy: Pharmacy | None = None


async def pharmacy_call(desk: Desk, call: Call) -> None:
    """One call to the pharmacies' line, from the first ring to the last word."""
    await call.answer()
    dialogue = helped(desk, call, desk.default_language)
    try:
        await dialogue.choose_language(desk.clinic.policy.languages)
        await dialogue.say("pharmacy_welcome")
        await _serve(Counter(desk, dialogue, call.caller))
        await dialogue.tell("goodbye")
    except TooManyAttempts:
        await dialogue.tell("pharmacy_too_many")
    except GaveUp:
        await dialogue.tell("give_up_hidden")


async def _serve(counter: Counter) -> None:
    """One prescription after the other."""
    while (found := await _ask_code(counter)) is not None:
        if not await _look_after(counter, found):
            return


async def _ask_code(counter: Counter) -> Verified | None:
    """The prescription of a keyed code; None when it was none of ours so often that nobody will find it."""
    for _ in range(TRIES):
        code = await counter.dialogue.ask("pharmacy_code", CODE_DIGITS, str, secret=True)
        pharmacy_id = counter.pharmacy.id if counter.pharmacy else None
        found = await verify_by_telephone(counter.desk.clinic, code, number=counter.number, pharmacy_id=pharmacy_id)
        if found is not None:
            _note(counter, "verified", f"{found.prescription.number} {found.standing}")
            return found
        await counter.dialogue.tell("pharmacy_unknown")
    await counter.dialogue.tell("pharmacy_no_more")
    return None


async def _look_after(counter: Counter, found: Verified) -> bool:
    """Tell what it is worth, and mark what is given of it. Whether there is another prescription."""
    dialogue = counter.dialogue
    await dialogue.speak(lines_of(dialogue, found))
    while True:
        try:
            choice = await dialogue.menu("pharmacy_keys", {"1": "again", "2": "give", "3": "other"})
        except GaveUp:
            return False  # they have heard what they wanted
        if choice == "other":
            return True
        if choice == "give" and (pharmacy := await _sign_in(counter)) is not None:
            found = await _give(counter, pharmacy, found)
        elif choice == "again":
            await dialogue.speak(lines_of(dialogue, found))


async def _sign_in(counter: Counter) -> Pharmacy | None:
    """Telephone and PIN together, once a call; None when they are nobody's, or may not dispense."""
    for _ in range(TRIES if counter.pharmacy is None else 0):
        pin = await counter.dialogue.ask("pharmacy_pin", PIN_DIGITS, str, secret=True)
        pharmacy = await pharmacy_by_phone(counter.desk.clinic, counter.number, pin)
        if pharmacy is not None and not pharmacy.may_dispense:
            await counter.dialogue.tell("pharmacy_not_registered")
            return None
        if pharmacy is not None:
            counter.pharmacy = pharmacy
            _note(counter, "pharmacy", pharmacy.login)
            break
        await counter.dialogue.tell("pharmacy_pin_wrong")
    return counter.pharmacy


async def _give(counter: Counter, pharmacy: Pharmacy, found: Verified) -> Verified:
    """Medicine by medicine, of those of which something is due; what the prescription is worth afterwards."""
    dialogue, place = counter.dialogue, 0
    if not found.due:
        return await _mark(counter, pharmacy, found, _more_than_is_due(found))
    while (item := next((item for item in found.due if item.place >= place), None)) is not None:
        lines = [*item_lines(item), *named_item(dialogue, item), "pharmacy_give"]
        choice = await dialogue.menu(lines, {"1": ALL, "2": THIS, "3": NEXT})
        place = item.place + 1
        if choice == ALL:
            rest = [each.whole for each in found.due if each.place >= item.place]
            return await _mark(counter, pharmacy, found, rest)
        if choice == THIS:
            found = await _mark(counter, pharmacy, found, [item.whole])
    await dialogue.tell("pharmacy_ready")
    return found


async def _mark(counter: Counter, pharmacy: Pharmacy, found: Verified, portions: list[Portion]) -> Verified:
    """Store it, or say why not; then what the prescription is worth."""
    try:
        found = await dispense(counter.desk.clinic, pharmacy, found.prescription.code, portions, channel=Channel.PHONE)
    except CannotDispense as refused:
        await counter.dialogue.tell(f"refused_{refused.refusal}")
        return refused.found
    except NotRegistered:  # suspended while they were on the line
        counter.pharmacy = None
        await counter.dialogue.tell("pharmacy_not_registered")
        return found
    _note(counter, "dispensed", found.prescription.number)
    await counter.dialogue.tell("pharmacy_stored")
    return found


def _more_than_is_due(found: Verified) -> list[Portion]:
    """What they would give where nothing is due: so that one rule says why not, and the refusal is audited."""
    with_some_left = [item for item in found.items if item.left]
    return [_whole_course(item) for item in (with_some_left or found.items)[:1]]


def _whole_course(item: Item) -> Portion:
    return Portion(item.place, item.medicine.days, item.given)


def _note(counter: Counter, kind: str, detail: str) -> None:
    counter.desk.clinic.timeline.note(counter.dialogue.call.id, kind, detail)
