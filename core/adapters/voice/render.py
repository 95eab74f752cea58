"""Renders every sound a call may need, ahead of any call: what is missing or changed, on all cores, and nothing else.

`<folder>/<stem>.wav`, 8 kHz mono 16 bits, for each stem of the repertoire; beside them the tones and the music. A file
is replaced whole, so that no moment is mute.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from core.adapters.voice.jobs import Job, Repertoire
from core.adapters.voice.journal import Journal
from core.adapters.voice.sound import RATE, VoiceError, for_telephone, read_wav, write_wav
from core.adapters.voice.speaker import speaker
from core.adapters.voice.tones import TONES
from core.rules.speech import Phrasebook, Phrasebooks, Voice

Progress = Callable[[str], None]


def render_all(said: Repertoire, folder: Path, kokoro: Path | None, progress: Progress, *, keep: bool = True) -> int:
    """Make `folder` complete and return how many files were made. `kokoro` None: espeak-ng speaks everything.

    With `keep` what the natural voice has already read aloud stays. Raises `VoiceError` naming the prompt that cannot
    be spoken, the recording that cannot be read or belongs to no prompt, or the sound that is missing in the end.
    """
    first, later = said.first(natural=kokoro is not None), said.later(natural=False, keep=keep)
    journal = Journal(folder)
    made = _render(first, journal, folder, kokoro, progress, make=_make, finished=_at_once)
    made += _render(later, journal, folder, None, progress, make=_make_if_possible, finished=_at_once)
    journal.close({stem for job in (*first, *later) for stem in job.stems})
    check_rendered(said.books, folder)
    return made


def render_later(
    said: Repertoire, folder: Path, kokoro: Path | None, progress: Progress, *, alone: bool = False
) -> int:
    """What is read aloud: everything of it in the natural voice, or (`kokoro` None) what is missing by espeak-ng.

    How many files were made. With `alone` in this process, one after the other, by which its priority counts.
    """
    jobs, finished = said.later(natural=kokoro is not None), _one_by_one if alone else _at_once
    return _render(jobs, Journal(folder), folder, kokoro, progress, make=_make_if_possible, finished=finished)


Work = Callable[[Job], Job]
Finished = Callable[[Sequence[Job], Work], Iterator[Job]]


def _render(
    jobs: Iterable[Job],
    journal: Journal,
    folder: Path,
    kokoro: Path | None,
    progress: Progress,
    *,
    make: Callable[..., Job],
    finished: Finished,
) -> int:
    waiting = [job for job in map(journal.unmade, jobs) if job.stems]
    made = 0
    for done, job in enumerate(finished(waiting, partial(make, folder=folder, kokoro=kokoro)), 1):
        if job.stems:
            journal.add(job)
            made += len(job.stems)
        else:
            progress(f"voice: left out: {job.text}")
        if done % 25 == 0 or done == len(waiting):
            progress(f"voice: {done} of {len(waiting)} sounds rendered")
    return made


def _one_by_one(jobs: Sequence[Job], work: Work) -> Iterator[Job]:
    return map(work, jobs)


def _at_once(jobs: Sequence[Job], work: Work) -> Iterator[Job]:
    """The jobs as they are done, by one process for each core; all end with the first error."""
    if not jobs:
        return
    longest_first = sorted(jobs, key=lambda job: len(job.text), reverse=True)  # so that the cores finish together
    workers = min(len(jobs), os.cpu_count() or 1)
    ignore_ctrl_c = (signal.SIGINT, signal.SIG_IGN)  # it is for the parent, which then stops the workers
    spawn = get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=spawn, initializer=signal.signal, initargs=ignore_ctrl_c) as pool:
        try:
            futures = [pool.submit(work, job) for job in longest_first]
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


def _make_if_possible(job: Job, folder: Path, kokoro: Path | None) -> Job:
    """Of a whole formulary one name may be unspeakable: it is left out (the job without stems, and why as its text)."""
    try:
        return _make(job, folder, kokoro)
    except VoiceError as error:
        return replace(job, stems=(), text=str(error))


def speak_into(path: Path, text: str, voice: Voice, kokoro: Path | None) -> None:
    """Make one sound that no phrasebook holds, in a process of its own: calls go on meanwhile. Raises `VoiceError`."""
    for _ in _at_once([Job("", (path.stem,), text, voice)], partial(_make, folder=path.parent, kokoro=kokoro)):
        pass


def check_rendered(books: Phrasebooks, folder: Path) -> None:
    """Raise `VoiceError` unless everything that can be said is there: before the first call, not in it."""
    missing = sorted(stem for book in books for stem in missing_sounds(book, folder))
    if missing:
        raise VoiceError(f"{folder}: not rendered: {', '.join(missing)}")


def missing_sounds(book: Phrasebook, folder: Path) -> list[str]:
    """What can be said in this language and has not been rendered."""
    return [stem for stem in book.texts() if not _sound(folder / f"{stem}.wav")]


def _sound(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 44 + RATE // 25
