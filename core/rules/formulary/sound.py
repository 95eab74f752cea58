"""How a medicine's name sounds, whether in Latin letters or in Devanagari: its consonants, alike ones made the same."""

import re
from itertools import groupby

_DEVANAGARI = {
    **dict.fromkeys("कख", "k"), **dict.fromkeys("गघ", "g"), **dict.fromkeys("चछ", "c"), **dict.fromkeys("जझ", "j"),
    **dict.fromkeys("टठतथ", "t"), **dict.fromkeys("डढदध", "d"), **dict.fromkeys("णनञङ", "n"), "प": "p", "फ": "f",
    **dict.fromkeys("बभ", "b"), "म": "m", "र": "r", "ल": "l", "व": "v", **dict.fromkeys("शषस", "s"), "ह": "h",
}  # fmt: skip
_LATIN = (
    ("ph", "f"), ("th", "t"), ("sh", "s"), ("ck", "k"), (r"ch(?=[lr])", "k"), (r"c(?=[eiy])", "s"), (r"c(?!h)", "k"),
    ("ch", "c"), (r"g(?=[eiy])", "j"), (r"^x", "j"), ("x", "ks"), ("q", "k"), ("z", "j"), ("w", "v"), ("[aeiouy]", ""),
)  # fmt: skip
_VOWELS = str.maketrans({
    "़": None, "ी": "ि", "ू": "ु", "ॉ": "ो", "ौ": "ो", "ॅ": "े", "ै": "े", "ई": "इ", "ऊ": "उ", "ऑ": "ओ", "औ": "ओ", "ऐ": "ए",
    "ँ": "ं",
})  # fmt: skip


def sound(name: str) -> str:
    """Of one word in small letters: `alprazolam` and `अल्प्राज़ोलम` are both `lprjlm`."""
    if any(char in _DEVANAGARI for char in name):
        name = re.sub(r"[ंँ](?=[पफबभम])", "म", name)
        letters = "".join("n" if char in "ंँ" else _DEVANAGARI.get(char, "") for char in name)
    else:
        letters = name
        for pattern, said in _LATIN:
            letters = re.sub(pattern, said, letters)
    return "".join(letter for letter, _ in groupby(letters))


def vowels_folded(word: str) -> str:
    """A Devanagari word with long and short vowels alike: for names too short to be known by their consonants."""
    return word.translate(_VOWELS)
