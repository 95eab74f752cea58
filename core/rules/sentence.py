"""The little language of prompts: a sentence is text with gaps, and every gap says how it is spoken.

{position:number}   0 to 99, one sound from the language's table
{token:digits}      digit by digit; long numbers in groups, as one reads out a telephone number
{drug:words}        things rendered ahead one by one, such as a medicine's name and strength, or how much of it
{name:recording}    a sound file known only at call time, such as the caller's own voice
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_GAP = re.compile(r"\{([^{}]*)\}")
_GAP_INSIDE = re.compile(r"([a-z][a-z0-9_]*):([a-z]+)")
_SPOKEN = re.compile(r"\w")
_PUNCTUATION = " \t\n.,;:!?।"


class Kind(StrEnum):
    """How a gap is spoken."""

    NUMBER = "number"
    DIGITS = "digits"
    WORDS = "words"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in a sentence that is filled at call time."""

    name: str
    kind: Kind

    def __str__(self) -> str:
        return f"{{{self.name}:{self.kind}}}"


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a sentence that is rendered ahead."""

    text: str


Part = Text | Gap


def parse(sentence: str) -> tuple[Part, ...]:
    """Cut a sentence at its gaps; pieces without a letter or digit (a lone full stop) are dropped.

    Raises `ValueError` that quotes the faulty gap.
    """
    parts = tuple(_parts(sentence))
    if not parts:
        raise ValueError("says nothing")
    return parts


def _parts(sentence: str) -> Iterator[Part]:
    position = 0
    for match in _GAP.finditer(sentence):
        yield from _text(sentence[position : match.start()])
        yield _gap(match.group(1))
        position = match.end()
    yield from _text(sentence[position:])


def _text(piece: str) -> Iterator[Text]:
    if "{" in piece or "}" in piece:
        raise ValueError(f"a lone brace in {piece.strip()!r}")
    if _SPOKEN.search(piece):
        yield Text(piece.lstrip(_PUNCTUATION).rstrip())


def _gap(inside: str) -> Gap:
    match = _GAP_INSIDE.fullmatch(inside)
    if match is None or match.group(2) not in set(Kind):
        raise ValueError(f"{{{inside}}} is not a placeholder such as {{name:{'|'.join(Kind)}}}")
    return Gap(match.group(1), Kind(match.group(2)))


def spoken_groups(digits: str) -> list[str]:
    """Digits as people read them out: up to four in one breath, more in even groups of four, five or three.

    >>> spoken_groups("400001"), spoken_groups("9876543210"), spoken_groups("1234567")
    (['400', '001'], ['98765', '43210'], ['123', '456', '7'])
    """
    if len(digits) <= 4:
        return [digits]
    size = next((size for size in (4, 5) if len(digits) % size == 0 and len(digits) > size), 3)
    return [digits[start : start + size] for start in range(0, len(digits), size)]
