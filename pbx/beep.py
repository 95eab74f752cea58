"""The beep that Asterisk plays before it records, made by us."""

import math
import struct
import wave
from pathlib import Path

RATE = 8000
PITCH = 1000
"""Hz."""
SAMPLES = RATE // 5
FADE = RATE // 100
PEAK = 9000
"""Of 32767: about as loud as the prompts."""


def write_beep(path: Path) -> None:
    """A fifth of a second of 1 kHz, faded at both ends, as a wav file. Does nothing when there is one."""
    if path.exists():
        return
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(struct.pack(f"<{SAMPLES}h", *map(_sample, range(SAMPLES))))


def _sample(place: int) -> int:
    fade = min(1.0, place / FADE, (SAMPLES - place) / FADE)
    return int(PEAK * fade * math.sin(math.tau * PITCH * place / RATE))
