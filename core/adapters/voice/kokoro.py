"""Kokoro-82M, a natural voice: phonemes in, sound out, by onnxruntime on one core.

It wants a folder with `model.onnx`, `vocab.json` (the number of each phoneme) and `voices/<name>.bin`: the voice's
style for every length of utterance, 256 float32 each. About 0.3 s of CPU for a second of speech: for rendering ahead,
never during a call. Model card: hexgrad/Kokoro-82M.
"""

import json
import re
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime

from core.adapters.voice.espeak import Espeak
from core.adapters.voice.sound import Samples, VoiceError

RATE: Final = 24000
MAX_PHONEMES: Final = 500
"""The model reads 510 tokens at most, two of them its own."""

_STYLE: Final = 256
_CLAUSE: Final = re.compile(r"([.,;:!?।]+)")
_PUNCTUATION: Final = {"।": "."}
_OTHER_LANGUAGE: Final = re.compile(r"\([a-z^-]+\)")
"""espeak-ng marks where it pronounces a word as another language's: `(^e^n)` before a Latin word in Hindi."""
_SYLLABIC: Final = re.compile("(.)\u0329")
"""A consonant that is a syllable of its own (the n of "written"): Kokoro learned a weak vowel before it."""
# Kokoro learned one letter for each of these sounds, espeak-ng writes two.
_SOUNDS: Final = {
    "a^ɪ": "I", "a^ʊ": "W", "e^ɪ": "A", "o^ʊ": "O", "ə^ʊ": "Q", "ɔ^ɪ": "Y",
    "d^ʒ": "ʤ", "t^ʃ": "ʧ", "d^z": "ʣ", "t^s": "ʦ", "ɚɹ": "əɹ", "ɚ": "əɹ",
    "r.h": "ɽʰ", "r.": "ɽ",  # a full stop would be a pause
    "^": "",
}  # fmt: skip


class Kokoro:
    """The model, loaded (half a second)."""

    rate = RATE

    def __init__(self, folder: Path, espeak: Espeak) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # two processes render faster than two threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text("utf-8"))["vocab"]
        self._voices = folder / "voices"
        self._espeak = espeak

    def speak(self, text: str, voice: str, accent: str, speed: float) -> Samples:
        """The text spoken, at 24 kHz; `accent` is the espeak-ng voice that pronounces it. Raises `VoiceError`."""
        phonemes = self.phonemes(text, accent)
        tokens = [self._vocabulary[phoneme] for phoneme in phonemes]
        if not 0 < len(tokens) <= MAX_PHONEMES:
            raise VoiceError(f"{len(tokens)} phonemes in {text!r}, 1 to {MAX_PHONEMES} can be spoken at once")
        style = np.fromfile(self._voices / f"{voice}.bin", np.float32).reshape(-1, 1, _STYLE)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[len(tokens) - 1],
            "speed": np.array([speed], np.float32),
        }
        return np.asarray(self._session.run(["audio"], inputs)[0], np.float32).ravel()

    def phonemes(self, text: str, accent: str) -> str:
        """What Kokoro reads: its phonemes and the sentence's punctuation. Raises `VoiceError` for a strange one."""
        pieces = _CLAUSE.split(text)
        spoken = "".join(
            _PUNCTUATION.get(piece[0], piece[0]) + " " if _CLAUSE.fullmatch(piece) else self._clause(piece, accent)
            for piece in pieces
            if piece.strip()
        ).strip()
        strange = {phoneme for phoneme in spoken if phoneme not in self._vocabulary}
        if strange:
            raise VoiceError(f"{text!r}: Kokoro knows no {' '.join(sorted(strange))} (in {spoken})")
        return spoken

    def _clause(self, text: str, accent: str) -> str:
        phonemes = _OTHER_LANGUAGE.sub("", self._espeak.phonemes(text.strip(), accent))
        for written, learned in _SOUNDS.items():
            phonemes = phonemes.replace(written, learned)
        return _SYLLABIC.sub(r"ᵊ\1", phonemes)
