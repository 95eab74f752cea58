"""What a patient told of allergies and medicines, in anybody's words: which names of the formulary are in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from core.rules.formulary.drug import Drug, Formulary

_WORD = re.compile(r"[^\W_]+")
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
    """Classes of a medicine or class that was named."""

    def concerns(self, drug: Drug) -> str:
        """The substance or class of the drug that was told; empty when none was."""
        classes = set(drug.classes)
        found = (drug.substances & self.substances, classes & self.classes, classes & self.related)
        return next((min(names) for names in found if names), "")


def read_told(text: str, formulary: Formulary) -> Told:
    """Names are found in any words around them, in the plural, and slightly mistyped."""
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return Told(frozenset(), frozenset(), frozenset())
    begins = _places(words)
    heard = {name for name in formulary.substances | formulary.classes if _told(name, words, begins)}
    named = [drug for drug in formulary.values() if heard & drug.substances or heard.intersection(drug.classes)]
    substances = {name for drug in named for name in drug.substances if name in heard}
    for alias in formulary.brands:
        if _told(alias, words, begins):
            named.append(meant := formulary[formulary.aliases[alias]])
            substances |= meant.substances
    related = frozenset(one for drug in named for one in drug.classes)
    return Told(frozenset(substances), related & heard, related)


def _places(words: list[str]) -> Mapping[str, Sequence[int]]:
    """Where words begin with each letter: a name can only be told where one begins as it does."""
    places: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        places.setdefault(word[0], []).append(at)
    return places


def _told(name: str, words: list[str], begins: Mapping[str, Sequence[int]]) -> bool:
    """Whether the words say this name: all its words, one after the other."""
    parts = _parts(name)
    starts = begins.get(parts[0][0], ()) if parts else ()
    return any(all(map(_same, parts, words[at:])) for at in starts if at + len(parts) <= len(words))


@cache
def _parts(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(name.lower()))


def _same(name: str, word: str) -> bool:
    if word in (name, f"{name}s"):
        return True
    if min(len(name), len(word)) < _TYPED or name[0] != word[0] or abs(len(name) - len(word)) > _MISSED:
        return False
    likeness = SequenceMatcher(None, name, word)
    # The quick ones are upper bounds, and spare nearly every whole look.
    return likeness.quick_ratio() >= _LIKENESS and likeness.ratio() >= _LIKENESS
