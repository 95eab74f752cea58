"""Medicines as people call them, in Latin letters and in Devanagari, in what a doctor writes down as told."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from core.rules.formulary.sound import sound

WORD = re.compile(r"(?:[^\W_]|[\u0900-\u0963\u0970-\u097f])+")
"""The vowel signs of Devanagari are no letters for Python: without them a word would fall to pieces."""
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_ENOUGH = 4
"""Consonants by which a name is known; below that other words sound alike."""
CALLED: Mapping[str, str] = {
    "sulpha": "sulfa", "sulphas": "sulfa", "sulphonamide": "sulfonamide", "sulphonamides": "sulfonamide",
    "sulpha drug": "sulfa", "सल्फा": "sulfa", "सल्फ़ा": "sulfa",
    "pain killer": "nsaid", "pain killers": "nsaid", "painkiller": "nsaid", "painkillers": "nsaid",
    "pain medicine": "nsaid", "pain medicines": "nsaid", "pain tablet": "nsaid", "pain tablets": "nsaid",
    "dard ki dawa": "nsaid", "dard ki dawai": "nsaid", "dard ki goli": "nsaid",
    "दर्द की दवा": "nsaid", "दर्द की दवाई": "nsaid", "दर्द की दवाइयाँ": "nsaid", "दर्द की गोली": "nsaid",
    "दर्द की गोलियाँ": "nsaid", "दर्द निवारक": "nsaid", "पेन किलर": "nsaid", "पेनकिलर": "nsaid",
    "steroid": "corticosteroid", "steroids": "corticosteroid",
    "स्टेरॉयड": "corticosteroid", "स्टेरायड": "corticosteroid",
    "antihistaminic": "antihistamine", "pencillin": "penicillin", "penecillin": "penicillin", "पेंसिलिन": "penicillin",
    "सल्फोनामाइड": "sulfonamide", "asprin": "aspirin", "paracitamol": "paracetamol", "पेरासिटामॉल": "paracetamol",
    "आयोडीन": "iodine", "आयोडिन": "iodine", "आयरन": "iron", "ज़िंक": "zinc", "जिंक": "zinc", "कोडीन": "codeine",
    "एटेनोलोल": "atenolol", "कैल्शियम": "calcium", "क्लोरोक्वीन": "chloroquine", "क्लोरोक्विन": "chloroquine",
    "थायरॉक्सिन": "levothyroxine",
    "thyroid tablet": "levothyroxine", "थायराइड की गोली": "levothyroxine",
}  # fmt: skip
"""What is meant, by what is said: a substance or a class."""


def spoken_words(text: str, names: frozenset[str]) -> list[str]:
    """The words of the text in small letters, with names of the formulary in the place of what they are called.

    A word in Devanagari is known by its consonants: `पैरासिटामोल` sounds like `paracetamol`.
    """
    written = [word.lower() for word in WORD.findall(text)]
    words: list[str] = []
    while written:
        length = next((size for size in range(_LONGEST, 0, -1) if " ".join(written[:size]) in CALLED), 0)
        words += CALLED[" ".join(written[:length])].split() if length else _by_sound(written[0], names)
        written = written[max(length, 1) :]
    return words


def _by_sound(word: str, names: frozenset[str]) -> Iterable[str]:
    heard = sound(word) if _DEVANAGARI.search(word) else ""
    name = _sounds(names).get(heard, word) if len(heard) >= _ENOUGH else word
    return name.split()


@lru_cache(4)
def _sounds(names: frozenset[str]) -> Mapping[str, str]:
    return {sound(name): name for name in sorted(names, reverse=True) if " " not in name}


_LONGEST = max(len(called.split()) for called in CALLED)
