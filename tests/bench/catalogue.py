"""Knows every rendered prompt by its A-law packets: a load phone can say which prompt it hears, and from when."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.live.audio import read_wav

PACKET = 160
"""Samples, and bytes of A-law, in 20 ms."""
PLAIN = 8
"""A packet with fewer different bytes is silence or nearly so: it names no prompt."""
MOST_PACKETS = 50
"""Of a prompt's beginning: it is recognised within a second, or not at all."""
_SEGMENT_ENDS = (0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF)


@dataclass(frozen=True, slots=True)
class Packet:
    """A recognised packet: the `index`-th (from 0) of this prompt."""

    prompt: str
    index: int


def load_catalogue(folder: Path) -> Mapping[bytes, Packet]:
    """Packets by payload, of all wav files (8 kHz, 16 bits) below `folder`; those of two prompts are left out."""
    found: dict[bytes, Packet | None] = {}
    for wav in sorted(folder.rglob("*.wav")):
        for index, payload in enumerate(_packets(wav)):
            if len(set(payload)) < PLAIN:
                continue
            known = found.setdefault(payload, Packet(wav.stem, index))
            if known is not None and known.prompt != wav.stem:
                found[payload] = None
    return {payload: packet for payload, packet in found.items() if packet is not None}


def _packets(wav: Path) -> list[bytes]:
    samples, _ = read_wav(wav)
    coded = alaw_table()[(samples * 32768).astype(np.int16).astype(np.uint16)].tobytes()
    starts = range(0, min(len(coded), MOST_PACKETS * PACKET) - PACKET + 1, PACKET)
    return [coded[start : start + PACKET] for start in starts]


@cache
def alaw_table() -> NDArray[np.uint8]:
    """The A-law byte of every 16-bit sample, as Asterisk codes it."""
    return np.array([_alaw(sample - 65536 if sample > 32767 else sample) for sample in range(65536)], dtype=np.uint8)


def _alaw(sample: int) -> int:
    """ITU-T G.711 of a 16-bit sample."""
    sample >>= 3
    mask = 0xD5 if sample >= 0 else 0x55
    magnitude = sample if sample >= 0 else -sample - 1
    segment = next(number for number, end in enumerate(_SEGMENT_ENDS) if magnitude <= end)
    return (segment << 4 | (magnitude >> max(segment, 1) & 15)) ^ mask
