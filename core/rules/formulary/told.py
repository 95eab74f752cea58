"""What a patient told of allergies and medicines, in anybody's words: which names of the formulary are in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from core.rules.formulary.drug import Drug, Formulary
from core.rules.formulary.spoken import WORD, spoken_words

_APART = re.compile(r"[,;\n।]|\band\b|(?<!\w)और(?!\w)", re.IGNORECASE)
_NOTHING = re.compile(
    r"(no|none|nil|nka|nkda|na|n/a|nothing|not (known|any|taken|told)\b.*|no .*|denies .*|"
    r"(कोई |कुछ |पता )?नहीं.*|कोई .* नहीं.*)[.!]?",
    re.IGNORECASE,
)
"""That there is none: nothing need be recognised in it."""
PARENTS: Mapping[str, str] = {"penicillin": "beta-lactam", "cephalosporin": "beta-lactam"}
"""The labels of either class ask about an allergy to the other."""
_LIKENESS = 0.88
"""From here on two words of 6 letters and more are the same word, mistyped: `penicilin`."""
_TYPED = 6
_MISSED = 3
"""Letters that may be missing; whole looks are costly, and this is asked while a doctor types."""


@dataclass(frozen=True, slots=True)
class Told:
    """What was told, understood: names of the formulary only."""

    substances: frozenset[str]
    classes: frozenset[str]
    """Those that were named themselves."""
    related: frozenset[str]
    """Classes of a medicine of one substance, or of a brand, that was named; of a class only what its labels ask."""

    def concerns(self, drug: Drug) -> str:
        """The substance or class of the drug that was told; empty when none was."""
        classes = set(drug.classes)
        found = (drug.substances & self.substances, classes & self.classes, classes & self.related)
        return next((min(names) for names in found if names), "")


def read_told(text: str, formulary: Formulary) -> Told:
    """Names are found in any words around them, in the plural, and slightly mistyped."""
    names = formulary.told_names
    words = spoken_words(text, names)
    if not words:
        return Told(frozenset(), frozenset(), frozenset())
    begins = _places(words, names | formulary.brands)
    heard = frozenset(name for name in names if _told(name, words, begins))
    named = [drug for drug in formulary.values() if drug.single and drug.substances & heard]
    named += [formulary[formulary.aliases[alias]] for alias in formulary.brands if _told(alias, words, begins)]
    classes = heard & formulary.classes
    meant = (drug.substances for drug in named if drug.generic in heard or not drug.substances & heard)
    substances = (heard - classes).union(*meant)
    related = {one for drug in named for one in drug.classes} | {PARENTS[one] for one in classes if one in PARENTS}
    return Told(substances, classes, frozenset(related))


def unread(text: str, formulary: Formulary) -> tuple[str, ...]:
    """The parts of what was told in which no name of the formulary is recognised: nothing can be reminded of there."""
    parts = (" ".join(part.split()).strip(" .-") for part in _APART.split(text))
    return tuple(part for part in parts if part and not _NOTHING.fullmatch(part) and not _anything(part, formulary))


def _anything(text: str, formulary: Formulary) -> bool:
    told = read_told(text, formulary)
    return bool(told.substances or told.classes or told.related)


def _places(words: list[str], names: frozenset[str]) -> Mapping[str, Sequence[int]]:
    """Where words begin with each letter: a name can only be told where one begins as it does.

    What is a name itself is told as that one alone: cotrimoxazole is no mistyped clotrimazole.
    """
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word if word in names else word[0], []).append(at)
    return places


def _told(name: str, words: list[str], begins: Mapping[str, Sequence[int]]) -> bool:
    """Whether the words say this name: all its words, one after the other."""
    parts = _parts(name)
    starts = [*begins.get(parts[0], ()), *begins.get(parts[0][0], ())] if parts else []
    return any(all(map(_same, parts, words[at:])) for at in starts if at + len(parts) <= len(words))


@cache
def _parts(name: str) -> tuple[str, ...]:
    return tuple(WORD.findall(name.lower()))


def _same(name: str, word: str) -> bool:
    if word in (name, f"{name}s"):
        return True
    if min(len(name), len(word)) < _TYPED or name[0] != word[0] or abs(len(name) - len(word)) > _MISSED:
        return False
    likeness = SequenceMatcher(None, name, word)
    # The quick ones are upper bounds, and spare nearly every whole look.
    return likeness.quick_ratio() >= _LIKENESS and likeness.ratio() >= _LIKENESS
