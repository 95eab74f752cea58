"""A medicine with its dose in the doctor's free text: prescribed where no rule would look at it (T3, T6).

Only what goes out to the patient is read: advice, tests, and each medicine's instructions. A name alone is a mention
("stop alprazolam"); a name and a dose is a prescription.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from core.rules.formulary.drug import Formulary
from core.rules.prescribing.finding import Problem, Reason
from core.rules.prescription import Prescription

_NUMBER = r"(?:\d+(?:[.,/⁄]\d+)?|half|one|two|three|four|एक|आधी|आधा|दो|तीन|चार)"
_UNIT = (
    r"(?:m\.?g|mcg|[uµμ]g|gms?|g|ml|iu|units?|tab(?:let)?s?|cap(?:sule)?s?|drops?|puffs?|sprays?|inj(?:ection)?s?|"
    r"amp(?:oule)?s?|vials?|sachets?|tea ?spoons?|spoons?|tsp|suppositor(?:y|ies)|patch(?:es)?|lozenges?|pills?|"
    r"मि\.? ?ग्रा|मिलीग्राम|मि\.? ?ली|गोली|गोलियाँ|कैप्सूल|चम्मच|बूँद|सुई)(?![a-z])"
)
_MEASURED = rf"{_NUMBER} ?-?(?:an? )?{_UNIT}(?! ?/ ?d?l\b)"
"""`0.5 mg`, `half a tablet`; `40 mg/dl` is what a laboratory found, and no dose."""
_OFTEN = (
    r"\d(?:[/⁄]\d)?(?: ?[-–] ?\d(?:[/⁄]\d)?){2,}|\b(?:od|bd|bid|tds|tid|qid|qds|hs|sos|prn|stat|q ?\d+ ?h)\b|"
    r"\b\d+ ?-?hourly\b|\bevery \d+ ?h|\b(?:once|twice|thrice|\d times) (?:a |per |in a )?(?:day|daily)\b|"
    rf"{_NUMBER} (?:at|in the) (?:night|bed ?time|noon|morning|evening)|दिन में \S+ बार"
)
_DOSE = re.compile(rf"(?<![\w.]){_MEASURED}|{_OFTEN}")
_DOSE_OF = re.compile(rf"(?<![\w.]){_MEASURED}\.? ?(?:of |का |की )?$")
"""A dose that ends where the name begins: `1 tablet alprazolam`."""
_BARE = re.compile(
    r" ?[:=(-]? ?(?:\d+\.\d+(?! ?[a-z]+ ?/)|"
    r"\d+(?![\w/⁄%,-])(?![.)]\s*\w)(?! ?(?:days?|weeks?|months?|years?|hours?|hrs?|oh|times)\b)(?! ?[a-z]+ ?/))"
)
"""A number right after the name, with its unit left out: `alprazolam 0.5`; no days, and no next line of a list."""
_FORM = re.compile(r" (?:tab(?:let)?|cap(?:sule)?|inj(?:ection)?|syrup|drops?|suspension|patch|cream|gel)s?\b\.?")
_BETWEEN = " \n,;:.–—=(*-"
"""What may stand between a name and its own dose without ending the clause."""
_CLAUSE_ENDS = re.compile(r"[\n,;:!?।]|\.(?!\d)|\b(?:and|but|then)\b|(?<!\w)(?:और|लेकिन|फिर)(?!\w)")


def free_text_problems(prescription: Prescription, formulary: Formulary) -> Iterator[Problem]:
    """Every text in which a medicine is prescribed, at its field: refused, whatever the medicine's list."""
    names = _written(formulary.substances | formulary.brands)
    for field, text in _texts(prescription):
        if name := _prescribed(text, names):
            yield Problem(field, Reason.MEDICINE_IN_TEXT, {"told": name})


def _texts(prescription: Prescription) -> Iterator[tuple[str, str]]:
    yield "advice", prescription.advice
    yield from ((f"tests.{place}", test) for place, test in enumerate(prescription.tests))
    for place, medicine in enumerate(prescription.medicines):
        yield f"medicines.{place}.instructions", medicine.instructions


@lru_cache(maxsize=2)
def _written(names: frozenset[str]) -> re.Pattern[str]:
    """Any of these names in a text, the longest first: made once for each formulary."""
    plain = sorted(filter(None, map(_plain, names)), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(map(re.escape, plain))})(?![^\W\d_])" if plain else r"(?!)")


def _prescribed(text: str, names: re.Pattern[str]) -> str:
    """The first name that has a dose; empty when none has."""
    plain = _plain(text)
    return next(
        (found[0] for found in names.finditer(plain) if _dosed(plain[: found.start()], plain[found.end() :])), ""
    )


def _dosed(before: str, after: str) -> bool:
    """Whether a dose stands right before the name, right after it, or later in its clause."""
    if form := _FORM.match(after):
        after = after[form.end() :]
    at_once, clause = after.lstrip(_BETWEEN), _CLAUSE_ENDS.split(after, maxsplit=1)[0]
    return any((_DOSE_OF.search(before), _BARE.match(after), _DOSE.match(at_once), _DOSE.search(clause)))


def _plain(text: str) -> str:
    """Small letters, single blanks, lines kept; what cannot be seen, and other shapes of a letter, hide no name."""
    seen = (char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return re.sub(r"[^\S\n]+", " ", "".join(seen).lower())
