"""What was heard on a call, measured: silence, level, tones, and which prompt was played where.

All functions take wav files (16-bit PCM, mono; also one still being written, whose header says nothing yet) and work
at 8 kHz, the telephone's rate.
"""

import struct
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 8000
FRAME = RATE // 50
"""Samples of 20 ms, the unit in which silence is counted."""
CHUNK = RATE // 5
"""Samples of 0.2 s, the unit in which a prompt is recognised: shorter ones look alike, longer ones straddle gaps."""
ANCHORS = 3
"""How many chunks are looked for everywhere: a gap may have spoilt one."""
QUIET_DBFS = -50.0
ALIKE = 0.8
"""Correlation from which a chunk counts as heard; after mu-law it is about 0.99, of other speech at most 0.7."""
SAME = 0.02
"""Two prompts whose likeness differs by less are the same sound."""
DRIFT = RATE * 15 // 100
"""How far (0.15 s) a jitter buffer may have moved a chunk against the prompt's beginning."""

Samples = NDArray[np.float64]


def read_wav(path: Path) -> tuple[Samples, int]:
    """The samples (-1 … 1) and the rate in Hz. A data chunk of unknown or overlong size ends with the file."""
    raw = path.read_bytes()
    if raw[:4] != b"RIFF" or raw[8:12] != b"WAVE":
        raise ValueError(f"{path}: not a wav file")
    rate, place = 0, 12
    while place + 8 <= len(raw):
        name, size = raw[place : place + 4], struct.unpack_from("<I", raw, place + 4)[0]
        place += 8
        if name == b"fmt ":
            rate = struct.unpack_from("<I", raw, place + 4)[0]
        if name == b"data":
            end = place + size if 0 < size <= len(raw) - place else len(raw)
            return np.frombuffer(raw[place : end - (end - place) % 2], "<i2") / 32768.0, rate
        place += size + size % 2
    raise ValueError(f"{path}: no samples")


def telephone(path: Path) -> Samples:
    """The samples at 8 kHz: resampled by cutting or padding the spectrum, so that nothing folds back."""
    samples, rate = read_wav(path)
    if rate == RATE or not len(samples):
        return samples
    length = round(len(samples) * RATE / rate)
    spectrum: NDArray[np.complex128] = np.fft.rfft(samples)
    bins = np.zeros(length // 2 + 1, complex)
    kept = min(len(bins), len(spectrum))
    bins[:kept] = spectrum[:kept]
    return np.fft.irfft(bins, length) * (length / len(samples))


def dbfs(samples: Samples) -> float:
    """The level against full scale; silence is -inf."""
    power = float(np.mean(samples**2)) if len(samples) else 0.0
    return 10 * float(np.log10(power)) if power else float("-inf")


def rms_dbfs(wav: Path) -> float:
    """The level of a whole file, dB against full scale."""
    return dbfs(telephone(wav))


def longest_silence(wav: Path, start: float = 0.0, end: float | None = None, floor: float = QUIET_DBFS) -> float:
    """Seconds of the longest stretch below `floor` dBFS between `start` and `end` seconds."""
    samples = telephone(wav)[round(start * RATE) : None if end is None else round(end * RATE)]
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    longest = run = 0
    for quiet in (frames**2).mean(axis=1) < 10 ** (floor / 10):
        run = run + 1 if quiet else 0
        longest = max(longest, run)
    return longest * FRAME / RATE


def tone_seconds(wav: Path, hz: float) -> float:
    """For how many seconds a tone of this pitch makes up most of what is heard (Goertzel, windows of 0.1 s)."""
    window = RATE // 10
    samples = telephone(wav)
    blocks = samples[: len(samples) // window * window].reshape(-1, window)
    wave_of_hz = np.exp(-2j * np.pi * hz / RATE * np.arange(window))
    tone = 2 * np.abs(blocks @ wave_of_hz / window) ** 2
    total = (blocks**2).mean(axis=1)
    return float(np.count_nonzero((tone > 0.5 * total) & (total > 10 ** (QUIET_DBFS / 10)))) * window / RATE


def tone_share(samples: Samples, hz: float) -> float:
    """How much of this sound, 0 to 1, is a tone of this pitch; 0 for silence."""
    total = float((samples**2).mean()) if len(samples) else 0.0
    if total < 10 ** (QUIET_DBFS / 10):
        return 0.0
    turn = np.exp(-2j * np.pi * hz / RATE * np.arange(len(samples)))
    return float(2 * np.abs(samples @ turn / len(samples)) ** 2 / total)


def tone_present(wav: Path, hz: float, seconds: float = 0.3) -> bool:
    """Whether a tone of this pitch was heard for so long altogether."""
    return tone_seconds(wav, hz) >= seconds


@dataclass(frozen=True)
class Finding:
    """A prompt in a recording."""

    at: float
    """Seconds at which it begins."""
    end: float
    likeness: float
    """Mean correlation of its chunks, 1 for the same samples."""


class Heard:
    """A recording in which many prompts are looked for; the costly part is done once."""

    def __init__(self, wav: Path) -> None:
        self.samples = telephone(wav)

    def find(self, prompt: Path, *, first: float | None = None, share: float = 0.6) -> list[Finding]:
        """Where this prompt was played, each time.

        Only its `first` seconds are asked for if given (a key may have cut it short). `share` of its chunks must be
        there, in order, so that mu-law, a gap or a cut at the end do no harm.
        """
        wanted = telephone(prompt)[: None if first is None else round(first * RATE)]
        chunks = _chunks(wanted)
        if not chunks or len(self.samples) < CHUNK:
            return []
        anchors = sorted(chunks, key=lambda start: -dbfs(wanted[start : start + CHUNK]))[:ANCHORS]
        begins = sorted(at - anchor for anchor in anchors for at in self._places(wanted[anchor : anchor + CHUNK]))
        apart = [begin for before, begin in pairwise([-RATE, *begins]) if begin - before > DRIFT]
        weighed = [self._weigh(wanted, chunks, begin, share) for begin in apart]
        return [finding for finding in weighed if finding is not None]

    def transcript(self, prompts: Mapping[str, Path]) -> list[tuple[float, str]]:
        """Which of these prompts were heard, in the order of their beginnings (seconds, name).

        Of prompts that resemble what was heard at one place the likest stays (all of them when they are the same).
        """
        findings = [(finding, name) for name, path in prompts.items() for finding in self.find(path)]
        kept = [(f.at, name) for f, name in findings if not any(_outshines(other, f) for other, _ in findings)]
        return sorted(kept)

    @cached_property
    def _size(self) -> int:
        return 1 << (len(self.samples) + CHUNK - 1).bit_length()

    @cached_property
    def _spectrum(self) -> NDArray[np.complex128]:
        spectrum: NDArray[np.complex128] = np.fft.rfft(self.samples, self._size)
        return spectrum

    def _places(self, chunk: Samples) -> list[int]:
        """Where this chunk lies in the recording: the peaks of the normalised cross-correlation above `ALIKE`."""
        product = self._spectrum * np.conj(np.fft.rfft(chunk, self._size))
        correlation = np.fft.irfft(product, self._size)[: len(self.samples) - len(chunk) + 1]
        score = correlation / _norms(self.samples, chunk)
        places: list[int] = []
        for place in np.flatnonzero(score >= ALIKE):
            if not places or place - places[-1] > CHUNK // 2:
                places.append(int(place))
            elif score[place] > score[places[-1]]:
                places[-1] = int(place)
        return places

    def _weigh(self, wanted: Samples, chunks: list[int], begin: int, share: float) -> Finding | None:
        likenesses = [self._likeness(wanted[start : start + CHUNK], begin + start) for start in chunks]
        if sum(likeness >= ALIKE for likeness in likenesses) < share * len(chunks):
            return None
        return Finding(begin / RATE, (begin + len(wanted)) / RATE, sum(likenesses) / len(chunks))

    def _likeness(self, chunk: Samples, place: int) -> float:
        near = self.samples[max(0, place - DRIFT) : max(0, place + len(chunk) + DRIFT)]
        if len(near) < len(chunk):
            return 0.0
        return float((np.correlate(near, chunk, "valid") / _norms(near, chunk)).max())


def contains(heard: Path, prompt: Path, *, first: float | None = None, share: float = 0.6) -> float | None:
    """Seconds into `heard` at which `prompt` first begins, or None. See `Heard.find`."""
    findings = Heard(heard).find(prompt, first=first, share=share)
    return findings[0].at if findings else None


def _outshines(this: Finding, that: Finding) -> bool:
    """Whether both lie in the same place and `this` is clearly the likelier."""
    overlap = min(this.end, that.end) - max(this.at, that.at)
    shorter = min(this.end - this.at, that.end - that.at)
    return overlap > shorter / 2 and this.likeness > that.likeness + SAME


def _norms(samples: Samples, chunk: Samples) -> Samples:
    """What to divide a correlation by at each place; near silence it is so large that nothing looks alike."""
    energy = np.concatenate([[0.0], np.cumsum(samples**2)])
    windows = energy[len(chunk) :] - energy[: -len(chunk)]
    floor = len(chunk) * 10 ** (QUIET_DBFS / 10)
    norms: Samples = np.sqrt(np.maximum(windows, floor) * np.sum(chunk**2))
    return norms


def _chunks(prompt: Samples) -> list[int]:
    """Where the prompt's chunks begin, without the silent ones; a short prompt is one chunk."""
    if len(prompt) < CHUNK:
        return [0] if dbfs(prompt) > QUIET_DBFS else []
    starts = range(0, len(prompt) - CHUNK + 1, CHUNK)
    return [start for start in starts if dbfs(prompt[start : start + CHUNK]) > QUIET_DBFS]


def write_wav(path: Path, samples: Samples, rate: int = RATE) -> Path:
    """Write samples (-1 … 1) as 16-bit PCM; the path, for convenience."""
    with wave.open(str(path), "wb") as wav:
        wav.setparams((1, 2, rate, 0, "NONE", ""))
        wav.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def write_tone(path: Path, hz: float, seconds: float = 1.0, dbfs: float = -12.0) -> Path:
    """A pure tone: a voice that is told from others by its pitch."""
    turn = 2 * np.pi * hz * np.arange(round(seconds * RATE)) / RATE
    return write_wav(path, np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(turn))


def write_voice(path: Path, seed: int, seconds: float = 3.0, rate: int = RATE) -> Path:
    """Something like speech, different for each seed: syllables of 0.2 s with gliding pitch and moving formants."""
    dice = np.random.default_rng(seed)
    syllable = rate // 5
    parts = [_syllable(dice, syllable, rate) for _ in range(round(seconds * rate / syllable))]
    return write_wav(path, np.concatenate(parts), rate)


def _syllable(dice: np.random.Generator, length: int, rate: int) -> Samples:
    pitch = np.linspace(dice.uniform(90, 220), dice.uniform(90, 220), length)
    turns = 2 * np.pi * np.cumsum(pitch) / rate
    formants = dice.uniform([300, 900], [900, 2500])
    voice = np.zeros(length)
    for harmonic in range(1, 15):
        loudness = np.exp(-(((harmonic * pitch[:, None] - formants) / 250) ** 2)).sum(axis=1)
        voice += loudness * np.sin(harmonic * turns + dice.uniform(0, 2 * np.pi))
    shaped: Samples = voice * np.sin(np.pi * np.arange(length) / length)
    return 0.3 * shaped / max(1.0, float(np.abs(shaped).max()))
