"""Sounds that are not speech, made by us: a pause between digits, and music on hold.

The music is a drone like a tanpura's under slow plucked notes of raga Bhupali (a pentatonic scale), soft enough to
talk over, and seamless: what rings at the end of the loop is added at its beginning.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from core.adapters.voice.sound import RATE, Samples
from core.rules.speech import PAUSE

MUSIC: Final = "music/calm"

_SA: Final = 196.0
"""The tonic in Hz; lower would not pass a telephone line."""
_BHUPALI: Final = tuple(2 ** (semitones / 12) for semitones in (0, 2, 4, 7, 9, 12))
_MELODY: Final = "02343210·23543·2120·454323·1210·"
"""Degrees of the scale, one a step; a dot is a rest."""
_STEP_SECONDS: Final = 2.0
_DRONE: Final = (0.75, 1.0, 1.0, 0.5)
"""The four strings: the fifth below, the tonic twice, the tonic's octave below (heard by its overtones)."""


def pause() -> Samples:
    """A quarter of a second of silence."""
    return np.zeros(RATE // 4, np.float32)


def music() -> Samples:
    """One loop, about a minute, RMS -28 dBFS: clearly there, clearly behind any voice."""
    loop = np.zeros(int(len(_MELODY) * _STEP_SECONDS * RATE), np.float32)
    for step, degree in enumerate(_MELODY):
        start = int(step * _STEP_SECONDS * RATE)
        _add(loop, start, 0.5 * _pluck(_SA * _DRONE[step % 4], seconds=6, brightness=10))
        if degree != "·":
            _add(loop, start + RATE // 20, _pluck(2 * _SA * _BHUPALI[int(degree)], seconds=3, brightness=4))
    return np.asarray(loop * (10 ** (-28 / 20) / np.sqrt(np.mean(loop**2))), dtype=np.float32)


def _pluck(pitch: float, *, seconds: float, brightness: int) -> Samples:
    """A string: harmonics that fade the sooner the higher they are, after a soft attack."""
    time = np.arange(int(seconds * RATE)) / RATE
    string = np.zeros_like(time)
    for harmonic in range(1, brightness + 1):
        if harmonic * pitch < 3400:
            fading = np.exp(-time * (1 + 0.4 * harmonic) * 3 / seconds)
            string += fading * np.sin(2 * np.pi * harmonic * pitch * time) / harmonic
    edges = np.minimum(1, time / 0.03) * np.minimum(1, time[::-1] / 0.2)
    return np.asarray(string * edges, dtype=np.float32)


def _add(loop: Samples, start: int, sound: Samples) -> None:
    """Mix a sound into the loop; what reaches over its end goes on at its beginning."""
    np.add.at(loop, np.arange(start, start + len(sound)) % len(loop), sound)


TONES: Final[Mapping[str, Callable[[], Samples]]] = {PAUSE: pause, MUSIC: music}
"""What makes each sound, by stem."""
