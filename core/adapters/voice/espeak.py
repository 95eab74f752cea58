"""espeak-ng by its C library: phonemes for other voices, and a robotic voice of its own for any language.

The library and its data come with the package espeakng-loader (espeak-ng itself is GPL-3). It keeps one global state
for each process, so build one `Espeak` a process and use it from one thread.
Source: espeak-ng's speak_lib.h.
"""

import ctypes
from typing import Final

import espeakng_loader
import numpy as np

from core.adapters.voice.sound import Samples, VoiceError

_AUDIO_OUTPUT_SYNCHRONOUS: Final = 2
_DONT_EXIT: Final = 0x8000
_CHARS_UTF8: Final = 1
_IPA: Final = 0x02
_TIE: Final = 0x80
_RATE_PARAMETER: Final = 1
_WORDS_PER_MINUTE: Final = 150
"""A calm pace: the caller may be old, and the line poor."""

_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Espeak:
    """The library, started."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate: int = self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 200, data, _DONT_EXIT)
        if self.rate <= 0:
            raise VoiceError("espeak-ng does not start")
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        self._heard: list[bytes] = []
        self._callback = _Callback(self._hear)  # the library keeps the pointer, so it must live as long as we do
        self._library.espeak_SetSynthCallback(self._callback)

    def phonemes(self, text: str, voice: str) -> str:
        """IPA with stress marks, parts of one sound tied by `^`; punctuation is not kept. Raises `VoiceError`."""
        self._choose(voice)
        pointer, clauses = ctypes.c_char_p(text.encode()), []
        while pointer.value is not None:
            mode = _IPA | _TIE | ord("^") << 8
            clauses.append(self._library.espeak_TextToPhonemes(ctypes.byref(pointer), _CHARS_UTF8, mode).decode())
        return " ".join(clauses)

    def speak(self, text: str, voice: str, speed: float) -> Samples:
        """The text spoken, at `self.rate` Hz. Raises `VoiceError`."""
        self._choose(voice)
        self._library.espeak_SetParameter(_RATE_PARAMETER, int(_WORDS_PER_MINUTE * speed), 0)
        self._heard.clear()
        data = text.encode() + b"\0"
        if self._library.espeak_Synth(data, len(data), 0, 0, 0, _CHARS_UTF8, None, None) != 0:
            raise VoiceError(f"espeak-ng cannot say {text!r}")
        return (np.frombuffer(b"".join(self._heard), np.int16) / 32768).astype(np.float32)

    def _choose(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise VoiceError(f"espeak-ng knows no voice {voice!r}")

    def _hear(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: int) -> int:
        if count > 0:
            self._heard.append(ctypes.string_at(samples, 2 * count))
        return 0
