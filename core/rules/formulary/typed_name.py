"""A medicine's name as doctors type it: `Tab. Paracetamol`, `paracetamol 500 mg`, `inj ceftriaxone 1g`."""

import re
from collections.abc import Iterator

_FORM = (
    r"(?:t|tabs?|tablets?|c|caps?|capsules?|syp|syr|syrups?|susp(?:ension)?|inj(?:ection)?|drops?|oint(?:ment)?|cream|gel|"
    r"lotion|powder|sachets?|inhaler)"
)
_STRENGTH = r"\d[\d.,]* ?(?:mg|mcg|µg|g|gm|ml|iu|mu|meq|mmol|%|units?)?(?: ?/ ?\d*\.?\d* ?(?:ml|g|dose|h))?"
_BEFORE = re.compile(rf"{_FORM}(?:\. ?| )(?=\S)")
_AFTER = re.compile(rf"(?: {_FORM}\.?| {_STRENGTH})$")
_STRENGTH_BEHIND = re.compile(rf" ({_STRENGTH})(?: {_FORM}\.?)?$")


def ways_to_read(plain: str) -> Iterator[str]:
    """What the name may be: as it stands, a `+` without blanks, then with less and less around it."""
    plain = re.sub(r" ?\+ ?", "+", plain)
    yield plain
    if found := _BEFORE.match(plain):
        yield (plain := plain[found.end() :])
    while found := _AFTER.search(plain):
        yield (plain := plain[: found.start()])


def agrees(name: str, strength: str) -> bool:
    """Whether a strength typed behind the name, if there is one, is this one; the unit may be left out."""
    found = _STRENGTH_BEHIND.search(" ".join(name.lower().split()))
    typed, chosen = (found[1] if found else "").replace(" ", ""), strength.lower().replace(" ", "")
    number = re.match(r"[\d.]+", chosen)
    return typed in ("", chosen) or (number is not None and typed == number[0])
