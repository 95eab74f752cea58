"""The sounds that callers hear: what there is, what is missing, and recordings in place of the synthesised voice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

LARGEST_RECORDING = 4_000_000
"""Bytes of an uploaded file: 20 s of the best that a recorder makes (48 kHz, stereo, 16 bits)."""
LONGEST_RECORDING = 60.0
"""Seconds: whoever holds a telephone hears no more at a stretch."""


class PromptState(StrEnum):
    """Where a sound comes from."""

    RENDERED = "rendered"
    """A machine speaks."""
    RECORDED = "recorded"
    """A person does."""
    MISSING = "missing"


class BadSound(Exception):
    """A recording that cannot be taken. `reason` is a message key of the panel, the text says it in English."""

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(said)
        self.reason = reason
        """`not_wav`, `too_long`, `too_large`, `rate`, `bits`, `silent`, `read_only`, `no_such_prompt`,
        `no_other` (nobody recorded it here), `no_voice` (the machine cannot say it), `not_here` (this process has no
        sounds)."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One sound of one language."""

    stem: str
    """`hi/prompt/token_spoken.0`, `en/number/14`."""
    text: str
    state: PromptState


class PromptLibrary(Protocol):
    """Whoever plays a sound hears a change from the next time on."""

    async def listed(self, language: str, added: Mapping[str, str]) -> Sequence[Prompt]:
        """Every sound of this language: `added` ones (texts by stem), then in the order of its file; numbers last."""
        ...

    async def sound(self, stem: str) -> bytes | None:
        """The wav file as a caller hears it; None when there is none."""
        ...

    async def record(self, stem: str, wav: bytes) -> None:
        """Put a person's voice in place of what is there. Raises `BadSound`; nothing is changed then."""
        ...

    async def speak(self, stem: str, text: str) -> None:
        """Have a machine say this text, in its language's voice. Takes seconds. Raises `BadSound`."""
        ...

    async def unrecord(self, stem: str) -> None:
        """Back to the synthesised voice, or to none. Raises `BadSound` when nobody has recorded it here."""
        ...
