"""What looks like a dose, or like a time to take it, in any words beside a medicine's name."""

import re

_NUMBER = r"(?:\d+(?:[.,/⁄]\d+)?|half|one|two|three|four|एक|आधी|आधा|दो|तीन|चार)"
_UNIT = (
    r"(?:m\.?g|mcg|[uµμ]g|gms?|g|ml|iu|units?|tab(?:let)?s?|cap(?:sule)?s?|drops?|puffs?|sprays?|inj(?:ection)?s?|"
    r"amp(?:oule)?s?|vials?|sachets?|tea ?spoons?|spoons?|tsp|suppositor(?:y|ies)|patch(?:es)?|lozenges?|pills?|"
    r"मि\.? ?ग्रा|मिलीग्राम|मि\.? ?ली|गोली|गोलियाँ|कैप्सूल|चम्मच|बूँद|सुई)(?![a-z])"
)
_MEASURED = rf"{_NUMBER} ?-?(?:an? )?{_UNIT}(?! ?/ ?d?l\b| ?%)"
"""`0.5 mg`, `half a tablet`; `40 mg/dl` and `40 mg%` are what a laboratory found, and no dose."""
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
    r"\d+(?![\w/⁄%,-])(?![.)]\s*\w)"
    r"(?! ?(?:days?|weeks?|months?|years?|hours?|hrs?|min(?:ute)?s?|oh|times)\b)(?! ?[a-z]+ ?/))"
)
"""A number right after the name, with its unit left out: `alprazolam 0.5`; no days, and no next line of a list."""
_FORM = re.compile(r" (?:tab(?:let)?|cap(?:sule)?|inj(?:ection)?|syrup|drops?|suspension|patch|cream|gel)s?\b\.?")
_BETWEEN = " \n,;:.–—=(*-"
"""What may stand between a name and its own dose without ending the clause."""
_CLAUSE_ENDS = re.compile(r"[\n,;:!?।]|\.(?!\d)|\b(?:and|but|then)\b|(?<!\w)(?:और|लेकिन|फिर)(?!\w)")
_WHEN = (
    r"(?:\b(?:at|every|in the|each|per) (?:night|bed ?time|noon|morning|evening|day)\b|"
    r"\b(?:nightly|daily|once|twice|thrice)\b|"
    r"\b(?:\w+ )?times a day\b|\b(?:roz|rozana|raat|subah|shaam|din) ?(?:ko|me|mein)?\b|(?:रोज|रात|सुबह|शाम|दिन में)|"
    r"\b(?:for|x|×) ?\d+ ?(?:days?|weeks?|din)\b|"
    r"×? ?\d+ (?:days?|din|दिन)(?! (?:ago|back|before|earlier|पहले|pehle|pahle)))"
)
_TIME = re.compile(_WHEN)
_TIME_OF = re.compile(rf"(?:{_WHEN}|(?<![\w.]){_NUMBER}) ?(?:takes?|taking|took|tab(?:let)?s?\.?|of|की|का)? ?$")
"""`daily alprazolam`, `one alprazolam`."""


def dosed(before: str, after: str, *, bare: bool = True) -> bool:
    """Whether a dose stands right before the name, right after it, or later in its clause.

    `bare`: a number without a unit is one, too.
    """
    if form := _FORM.match(after):
        after = after[form.end() :]
    at_once, clause = after.lstrip(_BETWEEN), _CLAUSE_ENDS.split(after, maxsplit=1)[0]
    found = (_DOSE_OF.search(before), bare and _BARE.match(after), _DOSE.match(at_once), _DOSE.search(clause))
    return any(found)


def timed(before: str, after: str) -> bool:
    """Whether it says when, how often or how long, right before the name or in the clause after it."""
    clause = _CLAUSE_ENDS.split(after, maxsplit=1)[0]
    return any((_TIME.search(clause), _TIME.match(after.lstrip(_BETWEEN)), _TIME_OF.search(before)))
