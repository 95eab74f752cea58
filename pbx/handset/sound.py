"""A call's ear and mouth inside the telephone process: what it hears is recorded and watched, wav files are spoken."""

import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pjsua2 as pj

LOUD = 5
"""pjmedia's level (0 to 255, about logarithmic) from which something is heard; digital silence is 0, speech 15-40."""
HANGOVER = 0.25
"""Seconds below `LOUD` before a sound has ended: shorter gaps lie inside sentences."""

LATENCY = 0.10
"""Seconds until the last of a wav file has left: the bridge's tick, the codec's frame."""


@dataclass(frozen=True)
class Change:
    """Sound began or ended, `at` a moment of `time.monotonic()`."""

    on: bool
    at: float


class Ear:
    """Records one call into a wav file (8 kHz, 16 bit) and notices when sound begins and ends."""

    def __init__(self, record: Path | None) -> None:
        self._path = record
        self._recorder: pj.AudioMediaRecorder | None = None
        self._heard: pj.AudioMedia | None = None
        self._began: float | None = None
        self._on = False
        self._last_loud = 0.0

    def attach(self, audio: pj.AudioMedia) -> None:
        """Listen to a call's audio; the recording goes on in the same file."""
        self._heard = audio
        # The bridge measures no level of what nobody listens to: let the (null) loudspeaker listen.
        audio.startTransmit(pj.Endpoint.instance().audDevManager().getPlaybackDevMedia())
        if self._path is None:
            return
        if self._recorder is None:
            self._recorder = pj.AudioMediaRecorder()
            self._recorder.createRecorder(str(self._path))
            self._began = time.monotonic()
        audio.startTransmit(self._recorder)

    def recorded(self, at: float) -> float | None:
        """Seconds of recording by this moment."""
        return None if self._began is None else at - self._began

    def step(self, now: float) -> Change | None:
        """Look at the level; a change of sound to silence (after `HANGOVER`) or back."""
        if self._heard is None:
            return None
        # pjsua2 counts from the bridge's side: what a call transmits into the bridge is what we hear.
        if self._heard.getTxLevel() >= LOUD:
            self._last_loud = now
            return self._turn(True, now)
        return self._turn(False, self._last_loud) if now - self._last_loud > HANGOVER else None

    def _turn(self, on: bool, at: float) -> Change | None:
        if on == self._on:
            return None
        self._on = on
        return Change(on, at)

    def close(self) -> None:
        """Stop listening and begin to complete the file."""
        self._heard = None
        self._recorder = None

    def complete(self) -> bool:
        """Whether the recording, if there is one, has its sizes written into its header."""
        if self._path is None or self._began is None:
            return True
        with self._path.open("rb") as wav:
            return wav.read(8)[4:] != bytes(4)


class Mouth:
    """Speaks wav files into one call: one looped throughout, others once when told."""

    def __init__(self, looped: Path | None) -> None:
        self._looped = looped
        self._audio: pj.AudioMedia | None = None
        self._loop: pj.AudioMediaPlayer | None = None
        self._once: pj.AudioMediaPlayer | None = None
        self._once_ends = 0.0
        self._once_done: Callable[[], None] | None = None

    def attach(self, audio: pj.AudioMedia) -> None:
        """Speak into this audio from now on."""
        self._audio = audio
        if self._loop is None and self._looped is not None:
            self._loop = _player(self._looped, 0)
        for player in (self._loop, self._once):
            if player is not None:
                player.startTransmit(audio)

    def say(self, wav: Path, done: Callable[[], None]) -> None:
        """Speak a file once; the looped one is silent meanwhile. `done` is called at its end."""
        if self._audio is None:
            raise ValueError("nobody to speak to yet")
        if self._loop is not None:
            self._loop.stopTransmit(self._audio)
        self._once = _player(wav, pj.PJMEDIA_FILE_NO_LOOP)
        self._once.startTransmit(self._audio)
        self._once_ends = time.monotonic() + _seconds(wav) + LATENCY
        self._once_done = done

    def step(self, now: float) -> None:
        """Notice the end of a file that is spoken once."""
        if self._once_done is None or now < self._once_ends:
            return
        self._once = None
        if self._loop is not None and self._audio is not None:
            self._loop.startTransmit(self._audio)
        done, self._once_done = self._once_done, None
        done()

    def close(self) -> None:
        """Fall silent; a file that was being spoken counts as said."""
        self._audio = self._loop = self._once = None
        done, self._once_done = self._once_done, None
        if done is not None:
            done()


def _player(wav: Path, options: int) -> pj.AudioMediaPlayer:
    player = pj.AudioMediaPlayer()
    player.createPlayer(str(wav), options)
    return player


def _seconds(path: Path) -> float:
    with wave.open(str(path), "rb") as wav:
        return wav.getnframes() / wav.getframerate()
