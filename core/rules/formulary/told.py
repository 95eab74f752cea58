"""What a patient told of allergies and medicines, in anybody's words: which names of the formulary are in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from core.rules.formulary.drug import Drug, Formulary

_WORD = re.compile(r"[^\W_]+")
_LIKENESS = 0.88
"""From here on two words of 6 letters and more are the same word, mistyped: `penicilin`."""
_TYPED = 6


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
    named = {drug.generic: drug for drug in formulary.values() if any(_told(n, words) for n in _names(drug))}
    for alias, generic in formulary.aliases.items():
        if generic in formulary and _told(alias, words):
            named[generic] = formulary[generic]
    substances = {one for drug in formulary.values() for one in drug.substances if _told(one, words)}
    substances |= {one for generic in formulary.aliases.values() if generic in named for one in generic.split("+")}
    related = frozenset(one for drug in named.values() for one in drug.classes)
    return Told(frozenset(substances), frozenset(one for one in related if _told(one, words)), related)


def _names(drug: Drug) -> Iterator[str]:
    yield from drug.substances
    yield from drug.classes


def _told(name: str, words: list[str]) -> bool:
    """Whether the words say this name: all its words, one after the other."""
    parts = _WORD.findall(name.lower())
    return any(all(map(_same, parts, words[at:])) for at in range(len(words) - len(parts) + 1))


def _same(name: str, word: str) -> bool:
    if word in (name, f"{name}s"):
        return True
    if min(len(name), len(word)) < _TYPED or name[0] != word[0]:
        return False
    likeness = SequenceMatcher(None, name, word)
    return likeness.real_quick_ratio() >= _LIKENESS and likeness.ratio() >= _LIKENESS
