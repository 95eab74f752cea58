"""The SMS that carry a prescription's medicines themselves, for phones without internet: template and variables.

A medicine's words (name, strength, dose, days) are one text, cut between words into DLT variables of at most 30
characters (T11). Whole medicines share a message while there is room: none is ever cut from its dose.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain

from core.rules.dose_words import DoseWords, course_words, dose_words, tells_unit, written_words
from core.rules.medicine_words import STANDARD
from core.rules.prescription import Medicine
from core.rules.sms_template import MAX_VARIABLE, length

MOST_PIECES = 8
"""Variables of a message: the templates are `medicines_1` to `medicines_8`."""
PIECES_TOGETHER = 6
"""Up to so many, several medicines share a message: four segments, which the plainest phone puts together."""
_BREAKS = "+/-,"
"""After one of these a word that is too long for a variable may go on in the next."""
_PLAIN_FORMS = frozenset({"tablet", "capsule", "syrup"})
"""Not said where the dose says it: `1 tablet`."""
_PLAIN = {"¼": Fraction(1, 4), "½": Fraction(1, 2), "¾": Fraction(3, 4)}
"""Signs that an English SMS does not have in its alphabet (GSM-7): with one of them it would cost twice as much."""


def medicine_messages(
    number: str, every: Sequence[Medicine], words: DoseWords | None
) -> Iterator[tuple[str, dict[str, str]]]:
    """Template and variables of each message of the prescription of this number, in these words."""
    messages = list(_together([medicine_text(medicine, words) for medicine in every]))
    for part, text in enumerate(messages, 1):
        pieces = cut(text)
        values = {f"text{place}": piece for place, piece in enumerate(pieces, 1)}
        yield f"medicines_{len(pieces)}", {"number": number, "part": f"{part}/{len(messages)}", **values}


def cut(text: str) -> list[str]:
    """The words in pieces that fit into variables; joined by blanks they are the text again.

    Only a word that fits into none gets a blank of its own, after one of its signs if it can be.
    """
    pieces = [""]
    for part in chain.from_iterable(map(_parts, text.split())):
        longer = f"{pieces[-1]} {part}".strip()
        if len(longer) <= MAX_VARIABLE:
            pieces[-1] = longer
        else:
            pieces.append(part)
    return pieces


def medicine_text(medicine: Medicine, words: DoseWords | None) -> str:
    """`PARACETAMOL 500 mg: 1 tablet, twice a day (in the morning, at night), after food, 5 days, with water`.

    What the doctor wrote beside it stands there where it leaves room for others, else that the paper says more. Where
    there is no room for the dose in words it stands as the doctor wrote it.
    """
    name = _name(medicine, words)
    if words is None:
        return f"{name}: {medicine.frequency.strip()}, {medicine.days}"
    days, note = course_words(medicine, words), medicine.instructions.strip()
    full = _in_plain_fractions(f"{name}: {dose_words(medicine, words)}, {days}")
    if note and _has_room(full, note):
        return f"{full}, {note}"
    more = f", {words.more}" if note else ""
    return next(
        (text for text in (f"{full}{more}", full) if len(cut(text)) <= MOST_PIECES),
        f"{name}: {written_words(medicine, words)}, {days}{more}",
    )


def _name(medicine: Medicine, words: DoseWords | None) -> str:
    """Cream, powder or mouth paint is said; a tablet's dose says what it is."""
    generic, form, strength = medicine.generic.strip(), medicine.form, medicine.strength
    told = form in _PLAIN_FORMS and (words is None or tells_unit(medicine))
    said = [generic.upper(), "" if told or form in generic else form, "" if strength == STANDARD else strength]
    return " ".join(filter(None, said))


def _has_room(text: str, note: str) -> bool:
    """Without a character that would make the message longer than its letters, or change its alphabet."""
    counted, alone = length(f"{text}, {note}"), length(text)
    plain = counted.encoding == alone.encoding and counted.units == len(f"{text}, {note}")
    return note.isprintable() and plain and len(cut(f"{text}, {note}")) <= PIECES_TOGETHER


def _together(texts: Sequence[str]) -> Iterator[str]:
    """Messages of whole medicines, as few as there can be in this order."""
    message = ""
    for text in texts:
        longer = f"{message}; {text}" if message else text
        if message and len(cut(longer)) > PIECES_TOGETHER:
            yield message
            longer = text
        message = longer
    if message:
        yield message


def _parts(word: str) -> Iterator[str]:
    while len(word) > MAX_VARIABLE:
        at = max((word.rfind(sign, 0, MAX_VARIABLE) for sign in _BREAKS), default=-1) + 1 or MAX_VARIABLE
        yield word[:at]
        word = word[at:]
    yield word


def _in_plain_fractions(text: str) -> str:
    for sign, fraction in _PLAIN.items():
        text = "".join(
            f"{' ' if before.isdecimal() else ''}{fraction}" if character == sign else character
            for before, character in zip(f" {text}", text, strict=False)
        )
    return text
