"""How a language says strengths, forms and doses: "five hundred milligrams", "गोली", "आधी".

A language is data (`config/prompts/<code>.toml`); what it has no word for is not said at all: the paper says it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from core.rules.dose_unit import Unit

LAKH, THOUSAND, HUNDRED = 100_000, 1_000, 100
MOST = 100 * LAKH - 1
"""The largest number that has words: in the Indian way of counting the next one would be a crore."""
STANDARD = "standard"
"""The strength of what is made in one strength only: nothing is said of it."""

_QUANTITY = r"([0-9]+(?:\.[0-9]+)?) ?([A-Za-z%]+)"
_SUM = re.compile(rf"{_QUANTITY}(?: ?\+ ?{_QUANTITY})*")
_PER = re.compile(r"([0-9]+(?:\.[0-9]+)?)? ?([A-Za-z]+)")


@dataclass(frozen=True)
class MedicineWords:
    """Of one language. Empty tables say nothing."""

    numbers: tuple[str, ...] = ()
    """Words for 0 to 99."""
    hundred: str = ""
    thousand: str = ""
    lakh: str = ""
    point: str = ""
    plus: str = ""
    """How two strengths of one medicine are put together: `{first} and {second}`."""
    per: str = ""
    """How a concentration is said: `{amount} in {volume}`."""
    units: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By symbol: of one, and of any other number."""
    forms: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[Fraction, str] = field(default_factory=dict)
    """Parts of a tablet, and mixed numbers that have a word of their own (डेढ़)."""
    doses: Mapping[Unit, tuple[str, ...]] = field(default_factory=dict)
    """What one of a medicine is called: one, many, and half of one where that has words of its own."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """What capital Latin letters are called."""

    def number(self, written: str) -> str | None:
        """`2.5` as words; None where there are none."""
        whole, _, decimals = written.partition(".")
        words = self._whole(int(whole))
        if words is None or not decimals:
            return words
        return " ".join([words, self.point, *(self.numbers[int(digit)] for digit in decimals)]) if self.point else None

    def strength(self, written: str) -> str | None:
        """`125 mg/5 ml` as words; None where this language has none, or it is not written as strengths are."""
        top, slash, bottom = written.partition("/")
        if not _SUM.fullmatch(top):
            return None
        parts = [self._quantity(number, unit) for number, unit in re.findall(_QUANTITY, top)]
        spoken = self.joined(parts)
        if spoken is None or not slash:
            return spoken
        found = _PER.fullmatch(bottom.strip())
        volume = self._quantity(found[1] or "1", found[2]) if found else None
        return self.per.format(amount=spoken, volume=volume) if volume and self.per else None

    def joined(self, parts: Sequence[str | None]) -> str | None:
        """Several things as one, such as the substances of a tablet; None if one of them, or the words, are missing."""
        spoken, *others = parts
        for other in others:
            if not (spoken and other and self.plus):
                return None
            spoken = self.plus.format(first=spoken, second=other)
        return spoken

    def _quantity(self, number: str, symbol: str) -> str | None:
        unit, words = self.units.get(symbol), self.number(number)
        return f"{words} {unit[0 if number == '1' else 1]}" if unit and words else None

    def _whole(self, number: int) -> str | None:
        if not (self.numbers and self.hundred and self.thousand and self.lakh) or number > MOST:
            return None
        return " ".join(self._groups(number)) if number else self.numbers[0]

    def _groups(self, number: int) -> Iterator[str]:
        for size, word in ((LAKH, self.lakh), (THOUSAND, self.thousand), (HUNDRED, self.hundred)):
            count, number = divmod(number, size)
            if count:
                yield f"{self.numbers[count]} {word}"
        if number:
            yield self.numbers[number]


def parse_medicine_words(data: Mapping[str, Any], numbers: tuple[str, ...], problems: list[str]) -> MedicineWords:
    """From a language's tables `strengths`, `forms`, `amounts`, `doses`, `letters`; what is wrong joins `problems`."""
    strengths = dict(data.get("strengths", {}))
    units = strengths.pop("units", {})
    problems += [
        f"strengths.units.{key}: wanted [one, many]" for key, words in units.items() if not _are_words(words, 2)
    ]
    problems += [f"strengths.{key}: unknown" for key in sorted(strengths.keys() - _STRENGTHS)]
    problems += [f"amounts.{key}: not like 1/2" for key in data.get("amounts", {}) if not _FRACTION.fullmatch(key)]
    doses = data.get("doses", {})
    problems += [f"doses.{key}: unknown" for key in doses if key not in set(Unit)]
    problems += [f"doses.{key}: wanted [one, many], perhaps half" for key in doses if not _are_words(doses[key], 2, 3)]
    if problems:
        return MedicineWords()
    return MedicineWords(
        numbers=numbers,
        units={key: (one, many) for key, (one, many) in units.items()},
        doses={Unit(key): tuple(words) for key, words in doses.items()},
        forms=data.get("forms", {}),
        letters=data.get("letters", {}),
        amounts={Fraction(key): word for key, word in data.get("amounts", {}).items()},
        **strengths,
    )


_STRENGTHS = {"hundred", "thousand", "lakh", "point", "plus", "per"}
_FRACTION = re.compile(r"[0-9]+/[1-9][0-9]*")


def _are_words(words: object, *lengths: int) -> bool:
    return isinstance(words, list) and len(words) in lengths and all(isinstance(word, str) and word for word in words)
