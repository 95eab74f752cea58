"""Sound as numbers: wav files, and how any voice is made fit for a telephone line.

A sound is a one-dimensional float32 array between -1 and 1.
"""

import os
import wave
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE: Final = 8000
"""Samples a second on the line (G.711)."""
BAND: Final = (150.0, 3700.0)
"""What a telephone line carries, in Hz; a little wider than G.712 asks so that nothing is lost twice."""
EDGE_SECONDS: Final = 0.04
"""Silence that is left at either end of a sound."""
LOUDNESS: Final = 10 ** (-20 / 20)
"""RMS of speech (-20 dBFS), silences left out."""
PEAK: Final = 10 ** (-3.2 / 20)
"""No sample is louder (-3.2 dBFS)."""

_FRAME: Final = RATE // 100
_WIDTHS: Final = {1: (np.uint8, 128, 128), 2: (np.int16, 0, 32768), 4: (np.int32, 0, 2147483648)}


class VoiceError(Exception):
    """A voice that cannot be had, or a sound that cannot be made; the message names the prompt or the file."""


def for_telephone(samples: Samples, rate: int) -> Samples:
    """Any voice at `rate` Hz made ready for the line: 8 kHz, band-limited, trimmed, equally loud.

    Raises `VoiceError` if there is nothing to hear.
    """
    samples = trimmed(resampled(samples, rate))
    return limited(samples * (LOUDNESS / speech_rms(samples)))


def resampled(samples: Samples, rate: int) -> Samples:
    """The sound at 8 kHz within the telephone band, by one Fourier transform (prompts are seconds long)."""
    margin, whole = rate // 20, rate // 50  # in steps of 20 ms, or the transform of an unlucky length takes for ever
    padded = np.pad(samples, (margin, margin + -(len(samples) + 2 * margin) % whole))
    size = round(len(padded) * RATE / rate)
    frequencies = np.fft.rfftfreq(len(padded), 1 / rate)
    spectrum = np.fft.rfft(padded) * _band(frequencies)
    return np.asarray(np.fft.irfft(_fitted(spectrum, size // 2 + 1), size) * (RATE / rate), dtype=np.float32)


def _band(frequencies: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Gain for each frequency: raised-cosine edges, so that nothing rings."""
    low, high = BAND
    rise = np.clip((frequencies - low / 2) / (low / 2), 0, 1)
    fall = np.clip((high + 200 - frequencies) / 200, 0, 1)
    return np.asarray(np.sin(rise * np.pi / 2) ** 2 * np.sin(fall * np.pi / 2) ** 2, dtype=np.float64)


def _fitted(spectrum: NDArray[np.complexfloating[Any, Any]], size: int) -> NDArray[np.complexfloating[Any, Any]]:
    return np.pad(spectrum, (0, max(0, size - len(spectrum))))[:size]


def trimmed(samples: Samples) -> Samples:
    """Without the silence around it (40 ms stay at either end), the ends faded so that none clicks."""
    loud = np.flatnonzero(_frame_rms(samples) > 0.02 * np.max(np.abs(samples), initial=0))
    if not len(loud) or np.max(np.abs(samples)) < 1e-4:
        raise VoiceError("silent")
    edge = int(EDGE_SECONDS * RATE)
    start, end = loud[0] * _FRAME - edge, (loud[-1] + 1) * _FRAME + edge
    cut = samples[max(0, start) : end].copy()
    fade = np.linspace(0, 1, edge // 2, dtype=np.float32)
    cut[: len(fade)] *= fade
    cut[-len(fade) :] *= fade[::-1]
    return cut


def _frame_rms(samples: Samples) -> Samples:
    frames = np.pad(samples, (0, -len(samples) % _FRAME)).reshape(-1, _FRAME)
    return np.asarray(np.sqrt(np.mean(frames**2, axis=1)), dtype=np.float32)


def speech_rms(samples: Samples) -> float:
    """RMS over the 10 ms frames in which somebody speaks: no more than 30 dB below the loudest one."""
    rms = _frame_rms(samples)
    return float(np.sqrt(np.mean(rms[rms > rms.max() * 10 ** (-30 / 20)] ** 2)))


def limited(samples: Samples) -> Samples:
    """Peaks bent under the limit; what is below half of it stays as it is."""
    knee = PEAK / 2
    over = np.maximum(np.abs(samples) - knee, 0)
    bent = knee + (PEAK - knee) * np.tanh(over / (PEAK - knee))
    return np.where(over > 0, np.sign(samples) * bent, samples).astype(np.float32)


def read_wav(path: Path) -> tuple[Samples, int]:
    """A PCM wav file of any rate, 8, 16 or 32 bits, its channels mixed to one; `VoiceError` names a bad file."""
    try:
        with wave.open(str(path), "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise VoiceError(f"{path}: not a PCM wav file ({error})") from error
    if width not in _WIDTHS or not data:
        raise VoiceError(
            f"{path}: {8 * width} bits, {len(data)} bytes of sound; wanted 8, 16 or 32 bits and some sound"
        )
    kind, zero, full = _WIDTHS[width]
    mixed = np.frombuffer(data, kind).reshape(-1, channels).mean(axis=1)
    return ((mixed - zero) / full).astype(np.float32), rate


def write_wav(path: Path, samples: Samples) -> None:
    """An 8 kHz mono 16-bit wav file, whole or not at all: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with wave.open(str(unfinished), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    unfinished.replace(path)
