"""A name's initials as they are spelt on the telephone: by the letters of the alphabet that every chemist knows."""

import re
import unicodedata
from collections.abc import Iterator

_NAMED = re.compile(r"\w+ LETTER (?:VOCALIC |SHORT |CANDRA )?([A-Z])")
"""Unicode names the letters of Indian scripts by their sound: DEVANAGARI LETTER SHA."""


def spelled_initials(name: str) -> str:
    """Of each word one capital Latin letter.

    >>> spelled_initials("Sita Devi"), spelled_initials("प्रेम लता")
    ('SD', 'PL')
    """
    return "".join(_letters(name))


def _letters(name: str) -> Iterator[str]:
    for word in name.split():
        first = unicodedata.normalize("NFD", word)[0].upper()
        if first.isascii() and first.isalpha():
            yield first
        elif found := _NAMED.match(unicodedata.name(first, "")):
            yield found[1]
