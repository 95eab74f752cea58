"""Tells whether anybody spoke in a recording: Asterisk reports whole seconds only, and a name is often shorter."""

from pathlib import Path

import numpy as np

FRAME = 160
"""Samples: 20 ms at 8 kHz."""

VOICED_FRAMES = 6
"""As many loud frames make a word: 120 ms."""

THRESHOLD = 300.0
"""RMS of 16-bit samples (about -41 dBFS): above a quiet line, below a soft voice."""

HEADER_BYTES = 44


def is_spoken(wav: Path) -> bool:
    """Whether this 8 kHz 16-bit mono wav holds at least 120 ms that are louder than a quiet line.

    A recording that was stopped during the beep has no file: nothing was said.
    """
    if not wav.exists():
        return False
    data = wav.read_bytes()[HEADER_BYTES:]
    samples = np.frombuffer(data[: len(data) // (2 * FRAME) * 2 * FRAME], dtype="<i2").astype(np.float64)
    loudness = np.sqrt(np.mean(samples.reshape(-1, FRAME) ** 2, axis=1))
    return int(np.count_nonzero(loudness > THRESHOLD)) >= VOICED_FRAMES
