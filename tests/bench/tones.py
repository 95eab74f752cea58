"""Tones in A-law: what a leg says and hears whose sound is coded anew on its way, as a browser's is."""

from collections.abc import Iterable

import numpy as np

from tests.bench.catalogue import PACKET, alaw_table
from tests.live.audio import RATE

STEP = 50
"""Hertz: a tone that is a multiple of it fills packets of 20 ms without a seam."""
LOUDNESS = 12_000
"""Of 32,767."""
NEAR = 15.0
"""Hertz within which a tone is that one."""


def tone_packet(hz: int) -> bytes:
    """20 ms of this tone, to be said again and again. Raises `ValueError` when that would not be seamless."""
    if hz % STEP:
        raise ValueError(f"{hz} Hz is no multiple of {STEP}")
    wave = LOUDNESS * np.sin(2 * np.pi * hz * np.arange(PACKET) / RATE)
    return alaw_table()[wave.astype(np.int16).astype(np.uint16)].tobytes()


def loudest(packets: Iterable[bytes]) -> float:
    """The frequency (hertz) that is the loudest in these packets; 0 when they are silent."""
    levels = np.zeros(256)
    levels[alaw_table()] = np.arange(65536, dtype=np.uint16).astype(np.int16)
    sound = levels[np.frombuffer(b"".join(packets), dtype=np.uint8)]
    if sound.size < PACKET or np.abs(sound).max() < LOUDNESS / 20:
        return 0.0
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
    return float(power.argmax()) * RATE / sound.size


def are_of(packets: Iterable[bytes], hz: float) -> bool:
    """Whether this tone is what is heard in them."""
    return abs(loudest(packets) - hz) < NEAR
