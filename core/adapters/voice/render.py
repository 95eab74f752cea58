"""Renders every sound a call may need, ahead of any call: what is missing or changed, on all cores, and nothing else.

`<folder>/<stem>.wav`, 8 kHz mono 16 bits, for each stem of the phrasebooks; beside them the tones and the music. A
recording in `<recordings>/<stem>.wav` takes the place of the synthesised voice. The journal `rendered.txt` says from
what each file was made, one line as each is finished, so that an interrupted rendering goes on where it stopped.
"""

import hashlib
import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import astuple, dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from core.adapters.voice.sound import RATE, VoiceError, for_telephone, read_wav, write_wav
from core.adapters.voice.speaker import speaker
from core.adapters.voice.tones import TONES
from core.rules.speech import Phrasebooks, Voice

_VERSION: Final = 1
"""Raise it when the same text should sound different: everything is rendered again."""
_JOURNAL: Final = "rendered.txt"

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Job:
    """One sound to make, by whichever way, for one or more stems that sound alike."""

    source: str
    """Hash of all that the sound depends on."""
    stems: tuple[str, ...]
    text: str = ""
    voice: Voice | None = None
    recording: Path | None = None


def render_all(books: Phrasebooks, folder: Path, recordings: Path, kokoro: Path | None, progress: Progress) -> int:
    """Make `folder` complete and return how many files were made. `kokoro` None: espeak-ng speaks everything.

    Raises `VoiceError` naming the prompt that cannot be spoken, the recording that cannot be read or belongs to no
    prompt, or the sound that is missing in the end.
    """
    jobs = list(_jobs(books, recordings, kokoro))
    journal = _Journal(folder)
    waiting = [job for job in map(journal.unmade, jobs) if job.stems]
    waiting.sort(key=lambda job: len(job.text), reverse=True)  # long ones first, so that the cores finish together
    for done, job in enumerate(_finished(waiting, folder, kokoro), 1):
        journal.add(job)
        if done % 25 == 0 or done == len(waiting):
            progress(f"voice: {done} of {len(waiting)} sounds rendered")
    stems = {stem for job in jobs for stem in job.stems}
    journal.close(stems)
    _check(stems, folder)
    return sum(len(job.stems) for job in waiting)


def _jobs(books: Phrasebooks, recordings: Path, kokoro: Path | None) -> Iterator[Job]:
    yield from (Job(_hash("tone", stem), (stem,)) for stem in TONES)
    replaced = _recordings(books, recordings)
    alike: dict[Job, list[str]] = {}
    for book in books:
        for stem, words in book.texts().items():
            if stem in replaced:
                path = replaced[stem]
                yield Job(_hash("recording", path.read_bytes().hex()), (stem,), recording=path)
            else:
                text = book.respelt(words)
                speaks = "kokoro" if kokoro and book.voice.kokoro else "espeak"
                job = Job(_hash(speaks, text, *astuple(book.voice)), (), text, book.voice)
                alike.setdefault(job, []).append(stem)
    for job, stems in alike.items():
        yield Job(job.source, tuple(stems), job.text, job.voice)


def _recordings(books: Phrasebooks, folder: Path) -> Mapping[str, Path]:
    """Recordings by stem. One that fits no prompt is a slip of the pen that would go unnoticed, so it is an error."""
    found = {
        path.relative_to(folder).with_suffix("").as_posix(): path
        for code in books.codes
        for path in sorted((folder / code).rglob("*.wav"))
    }
    known = {stem for book in books for stem in book.texts()}
    if unknown := sorted(found.keys() - known):
        raise VoiceError(f"{folder}: no prompt for the recordings {', '.join(unknown)}")
    return found


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps([_VERSION, *parts]).encode()).hexdigest()[:16]


def _finished(jobs: list[Job], folder: Path, kokoro: Path | None) -> Iterator[Job]:
    """The jobs as they are done, by one process for each core; all end with the first error."""
    if not jobs:
        return
    workers = min(len(jobs), os.cpu_count() or 1)
    ignore_ctrl_c = (signal.SIGINT, signal.SIG_IGN)  # it is for the parent, which then stops the workers
    spawn = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=signal.signal, initargs=ignore_ctrl_c) as pool:
        try:
            futures = [pool.submit(_make, job, folder, kokoro) for job in jobs]
            yield from (future.result() for future in as_completed(futures))
        finally:
            pool.shutdown(cancel_futures=True)


def _make(job: Job, folder: Path, kokoro: Path | None) -> Job:
    """Runs in a worker process."""
    try:
        if job.voice:
            samples = speaker(kokoro).speak(job.text, job.voice)
        elif job.recording:
            samples = for_telephone(*read_wav(job.recording))
        else:
            samples = TONES[job.stems[0]]()
    except VoiceError as error:
        raise VoiceError(f"{job.stems[0]}: {error}") from error
    for stem in job.stems:
        write_wav(folder / f"{stem}.wav", samples)
    return job


class _Journal:
    """Which sound was made from what."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._path = folder / _JOURNAL
        lines = self._path.read_text("utf-8").splitlines() if self._path.exists() else []
        self._made = dict(line.split(" ", 1)[::-1] for line in lines if " " in line)

    def unmade(self, job: Job) -> Job:
        """The job without the stems that are made already."""
        return replace(job, stems=tuple(stem for stem in job.stems if not self._has(stem, job.source)))

    def _has(self, stem: str, source: str) -> bool:
        return self._made.get(stem) == source and (self._folder / f"{stem}.wav").exists()

    def add(self, job: Job) -> None:
        self._made |= dict.fromkeys(job.stems, job.source)
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(f"{job.source} {stem}\n" for stem in job.stems)

    def close(self, stems: set[str]) -> None:
        """Forget, and delete, what no prompt needs any more."""
        for stem in self._made.keys() - stems:
            (self._folder / f"{stem}.wav").unlink(missing_ok=True)
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text("".join(f"{self._made[stem]} {stem}\n" for stem in sorted(stems)), "utf-8")
        unfinished.replace(self._path)


def speak_into(path: Path, text: str, voice: Voice, kokoro: Path | None) -> None:
    """Make one sound that no phrasebook holds, in a process of its own: calls go on meanwhile. Raises `VoiceError`."""
    for _ in _finished([Job("", (path.stem,), text, voice)], path.parent, kokoro):
        pass


def check_rendered(books: Phrasebooks, folder: Path) -> None:
    """Raise `VoiceError` unless everything that can be said is there: before the first call, not in it."""
    _check({stem for book in books for stem in book.texts()}, folder)


def _check(stems: set[str], folder: Path) -> None:
    """A missing prompt fails here, not in a call."""
    missing = sorted(stem for stem in stems if not _sound(folder / f"{stem}.wav"))
    if missing:
        raise VoiceError(f"{folder}: not rendered: {', '.join(missing)}")


def _sound(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 44 + RATE // 25
