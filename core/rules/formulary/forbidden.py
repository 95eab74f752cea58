"""Names of what is never prescribed by tele-consultation (T3), found in any text: mistyped, broken, in Devanagari."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from core.rules.formulary.sound import sound, vowels_folded

TYPED = 7
"""Letters from which on a name is recognised with one letter wrong, and at the beginning of a longer word."""
SOUNDS = 5
"""Consonants from which on a Devanagari word is recognised by them alone."""
PIECES = 16
_MARKS = r"\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963"
_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
_BREAK = re.compile(r"[-–.·*_/+'’`~ ]{1,2}|-\n")
"""What may break a name and leave it readable."""
_GLUED = re.compile(r"(?:tablets?|tab|capsules?|cap|inj|syp)(?=[a-z])")
_DEVANAGARI = re.compile(r"[\u0900-\u097f]")
_DIGITS = str.maketrans("0135", "oles")
_DIGIT = re.compile(r"(?<=[a-z])[0135](?=[a-z])")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a name stands, and whose it is."""

    start: int
    end: int
    name: str


class Forbidden:
    """Looks for such names. Made once for each formulary."""

    def __init__(self, names: Mapping[str, str], lawful: Collection[str] = ()) -> None:
        """`names`: the name to tell, by each way to write it. A word of `lawful` is never taken for a mistyped one."""
        self._exact: dict[str, str] = {}
        self._sounds: dict[str, str] = {}
        self._vowels: dict[str, str] = {}
        for written, name in names.items():
            if _DEVANAGARI.search(written):
                self._vowels[vowels_folded(plain(written))] = name
            else:
                letters = "".join(_WORD.findall(plain(written)))
                self._exact[letters] = name
                if len(heard := sound(letters)) >= SOUNDS:
                    self._sounds.setdefault(heard, name)
        self._nearly: dict[str, list[str]] = {}
        for letters in self._exact:
            for shorter in _shorter(letters) if len(letters) >= TYPED else ():
                self._nearly.setdefault(shorter, []).append(letters)
        self._longest = max(map(len, self._exact), default=0) + 1
        self._lawful = frozenset(word for name in lawful for word in _WORD.findall(plain(name)))

    def find(self, text: str, *, mistyped: bool = True) -> Iterator[Found]:
        """Every name in a `plain` text, from left to right, the longest at each place."""
        text = _DIGIT.sub(lambda digit: digit[0].translate(_DIGITS), text)
        words = list(_WORD.finditer(text))
        past = 0
        for at, first in enumerate(words):
            if first.start() < past:
                continue
            if found := self._at(text, words[at : at + PIECES], mistyped):
                past = found.end
                yield found

    def named(self, text: str, *, mistyped: bool = True) -> str:
        """The first of them; empty when there is none."""
        return next((found.name for found in self.find(plain(text), mistyped=mistyped)), "")

    def _at(self, text: str, words: list[re.Match[str]], mistyped: bool) -> Found | None:
        """The longest name that begins with the first word."""
        best: Found | None = None
        joined, blank, short = "", False, True
        for count, word in enumerate(words, 1):
            if count > 1:
                between = text[words[count - 2].end() : word.start()]
                if not _BREAK.fullmatch(between):
                    break
                blank = blank or " " in between
                if blank and _DEVANAGARI.search(joined):
                    break
            joined += word[0]
            short = short and len(word[0]) <= 2
            if len(joined) > self._longest + len("capsules"):
                break
            # Across blanks two halves, or letters spaced out: three words that happen to spell a name are no name. Two
            # Devanagari words often sound like one, so they are never joined.
            if not blank or count == 2 or short:
                typed = mistyped and not (blank and count > 1)
                if name := self._name(joined, typed, glued=count == 1):
                    best = Found(words[0].start(), word.end(), name)
        return best

    def _name(self, letters: str, mistyped: bool, *, glued: bool) -> str:
        if _DEVANAGARI.search(letters):
            return self._vowels.get(vowels_folded(letters)) or self._sounds.get(sound(letters), "")
        if letters in self._exact or letters in self._lawful:
            return self._exact.get(letters, "")
        if not mistyped:
            return ""
        if glued and (known := self._glued(letters)):
            return known
        near = (name for shorter in _shorter(letters) for name in self._nearly.get(shorter, ()))
        return next((self._exact[name] for name in near if _one_off(letters, name)), "")

    def _glued(self, letters: str) -> str:
        """`alprazolamtab`, `tabalprazolam`."""
        if (form := _GLUED.match(letters)) and (name := self._exact.get(letters[form.end() :])):
            return name
        begins = (letters[:end] for end in range(TYPED, len(letters)))
        return next((self._exact[name] for name in begins if name in self._exact), "")


def plain(text: str) -> str:
    """Small letters, single blanks, lines kept; what cannot be seen, and other shapes of a letter, hide no name."""
    seen = text if text.isascii() else _seen(text)
    return re.sub(r"[^\S\n]+", " ", seen.lower())


def _seen(text: str) -> str:
    """ASCII is what it looks like; this is for the rest."""
    return "".join(_shape(char) for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")


def _shape(char: str) -> str:
    """A Latin letter without its accent."""
    if not "\u00c0" <= char <= "\u036f":
        return char
    return "".join(part for part in unicodedata.normalize("NFD", char) if unicodedata.category(part) != "Mn")


def _shorter(letters: str) -> Iterator[str]:
    """It, and each way to leave one letter out."""
    yield letters
    yield from (letters[:at] + letters[at + 1 :] for at in range(len(letters)))


def _one_off(one: str, other: str) -> bool:
    """Whether one letter is missing, too many, another, or changed places with its neighbour."""
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return len(long) - len(short) == 1 and short in _shorter(long)
    wrong = [at for at, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
    swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and one[wrong[0]] == other[wrong[1]]
    return len(wrong) <= 1 or (swapped and one[wrong[1]] == other[wrong[0]])
