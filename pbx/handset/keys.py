"""The little language of `duravani call --keys`: what to press, and when."""

from dataclasses import dataclass

from pbx.handset.handset import KEYPAD


@dataclass(frozen=True)
class Press:
    """Press this key."""

    digit: str


@dataclass(frozen=True)
class Wait:
    """Let a second pass (`,`)."""


@dataclass(frozen=True)
class Pause:
    """Wait until the other side has spoken and then paused (`p`)."""


Step = Press | Wait | Pause


def parse_keys(script: str) -> list[Step]:
    """The steps of a script: `0`-`9`, `*`, `#` press, `,` waits, `p` listens; spaces are for the eye.

    Raises `ValueError` that names the first character it does not know.
    """
    return [_step(character, place) for place, character in enumerate(script, 1) if not character.isspace()]


def _step(character: str, place: int) -> Step:
    match character:
        case ",":
            return Wait()
        case "p" | "P":
            return Pause()
        case _ if character in KEYPAD:
            return Press(character)
        case _:
            raise ValueError(f"keys: {character!r} at place {place} is none of 0-9 * # , p")
