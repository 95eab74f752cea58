"""A name's initials: enough for a pharmacy to ask "are you S. D.?", too little to know who it is."""

import unicodedata

_JOINS = 9
"""Unicode's combining class of a virama, which ties the next letter to the one before."""


def initials(name: str) -> str:
    """`Sita Devi` → `S. D.`, `प्रेम लता` → `प्रे. ल.`: of each word the first letter with everything that sits on it."""
    return " ".join(f"{_first_letter(word)}." for word in unicodedata.normalize("NFC", name).split())


def _first_letter(word: str) -> str:
    end = 1
    while end < len(word) and (unicodedata.category(word[end])[0] == "M" or _is_joined(word[end - 1])):
        end += 1
    return word[:end].upper()


def _is_joined(before: str) -> bool:
    return unicodedata.combining(before) == _JOINS
