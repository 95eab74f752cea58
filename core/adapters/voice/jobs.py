"""Which sounds there must be, and from what each is made: by whom it is spoken, or from which recording.

There are two kinds. What most callers hear is spoken by the natural voice before the service is first opened. What is
read aloud (a whole formulary, at two paces) would take that voice a quarter of an hour or more: espeak-ng speaks it at
once, and the natural voice takes its place when there is time.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core.adapters.voice.sound import VoiceError
from core.adapters.voice.tones import TONES
from core.rules.read_aloud import SLOW, Prescribable, Utterance, read_later
from core.rules.speech import Phrasebook, Phrasebooks, Voice

_VERSION: Final = 1
"""Raise it when the same text should sound different: everything is rendered again."""


@dataclass(frozen=True)
class Job:
    """One sound to make, by whichever way, for one or more stems that sound alike."""

    source: str
    """Hash of all that the sound depends on."""
    stems: tuple[str, ...]
    text: str = ""
    voice: Voice | None = None
    recording: Path | None = None
    better: str = ""
    """The source of the same in a better voice: where that was made, nothing is to be done."""

    @property
    def enough(self) -> tuple[str, ...]:
        """Sources with which it is done."""
        return (self.source, self.better) if self.better else (self.source,)

    def only(self, stems: Iterable[str]) -> "Job":
        """The same for these stems alone."""
        return replace(self, stems=tuple(stems))


@dataclass(frozen=True)
class Repertoire:
    """All that a deployment says: its languages, its formulary, and the recordings that replace a voice."""

    books: Phrasebooks
    formulary: Sequence[Prescribable]
    recordings: Path

    def first(self, *, natural: bool) -> list[Job]:
        """All but what is read aloud; `natural`: by Kokoro, as far as it knows the language."""
        utterances = (utterance for book in self.books for utterance in _first(book))
        return [*_tones(), *self._recorded(), *self._spoken(utterances, natural)]

    def later(self, *, natural: bool, keep: bool = True) -> list[Job]:
        """What is read aloud, in the voice that is wanted; with `keep` a natural one that is there is not replaced."""
        jobs = self._spoken((each for book in self.books for each in read_later(book, self.formulary)), natural)
        return [replace(job, better=_source(job.text, job.voice, natural=True)) if keep else job for job in jobs]

    def _spoken(self, utterances: Iterable[Utterance], natural: bool) -> list[Job]:
        """One job for all that sounds alike; none for what was recorded, nor slower what cannot be."""
        replaced = self._found()
        alike: dict[tuple[str, Voice], list[str]] = {}
        for each in utterances:
            if each.stem.removeprefix(f"{SLOW}/") not in replaced:
                alike.setdefault((each.text, each.voice), []).append(each.stem)
        return [
            Job(_source(text, voice, natural=natural), tuple(stems), text, voice)
            for (text, voice), stems in alike.items()
        ]

    def _recorded(self) -> list[Job]:
        found = self._found().items()
        return [recording_job(stem, path) for stem, path in found]

    def _found(self) -> Mapping[str, Path]:
        """Recordings by stem. One that fits no prompt is a slip of the pen that would go unnoticed: `VoiceError`."""
        found = {
            path.relative_to(self.recordings).with_suffix("").as_posix(): path
            for code in self.books.codes
            for path in sorted((self.recordings / code).rglob("*.wav"))
        }
        if not found:
            return {}
        known = {stem for book in self.books for stem in book.texts()}
        known |= {each.stem for book in self.books for each in read_later(book, self.formulary)}
        if unknown := sorted(found.keys() - known):
            raise VoiceError(f"{self.recordings}: no prompt for the recordings {', '.join(unknown)}")
        return found


def recording_job(stem: str, recording: Path) -> Job:
    """This one sound, from a person's recording."""
    return Job(_hash("recording", recording.read_bytes().hex()), (stem,), recording=recording)


def _tones() -> list[Job]:
    return [Job(_hash("tone", stem), (stem,)) for stem in TONES]


def _first(book: Phrasebook) -> Iterator[Utterance]:
    """What callers hear who hear nothing read aloud."""
    later = book.stems_of(book.later) | book.amount_texts().keys()
    for stem, text in book.texts().items():
        if stem not in later:
            yield Utterance(stem, book.respelt(text), book.voice)


def _source(text: str, voice: Voice | None, *, natural: bool) -> str:
    assert voice is not None
    speaks = "kokoro" if natural and voice.kokoro else "espeak"
    return _hash(speaks, text, voice.espeak, voice.kokoro, voice.speed)


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps([_VERSION, *parts]).encode()).hexdigest()[:16]
