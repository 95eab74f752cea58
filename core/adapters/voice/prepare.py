"""Everything about the voice that must be done before the first call, in one function."""

import time
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from core.adapters.voice.jobs import Repertoire
from core.adapters.voice.kokoro_parts import kokoro_folder
from core.adapters.voice.render import Progress, render_all, render_later
from core.adapters.voice.sound import VoiceError
from core.rules.phrasebook_file import parse_phrasebook
from core.rules.read_aloud import Prescribable
from core.rules.speech import Phrasebook, Phrasebooks, SpeechError

Engine = Literal["auto", "kokoro", "espeak"]


def load_phrasebooks(folder: Path, codes: Sequence[str] = ()) -> Phrasebooks:
    """The languages in `<folder>/<code>.toml`, in the order of `codes`; without codes all of them, by name.

    Raises `SpeechError` that names file and key.
    """
    paths = [folder / f"{code}.toml" for code in codes] or sorted(folder.glob("*.toml"))
    return Phrasebooks([_load(path) for path in paths])


def _load(path: Path) -> Phrasebook:
    try:
        return parse_phrasebook(path.name, tomllib.loads(path.read_text("utf-8")))
    except (OSError, ValueError) as error:  # not there, not UTF-8, not TOML
        raise SpeechError(f"{path}: {error}") from error


def prepare(
    build_dir: Path,
    prompts_dir: Path,
    voices_dir: Path,
    engine: Engine = "auto",
    codes: Sequence[str] = (),
    progress: Progress = print,
    formulary: Iterable[Prescribable] = (),
) -> Path:
    """Render what is missing or changed into `<build_dir>/prompts` and return that folder.

    Fetches Kokoro into `<build_dir>/voice/kokoro` when it is wanted; with `auto`, espeak-ng speaks if that fails, and
    `progress` is told. Nothing to do takes a fraction of a second. Raises `VoiceError` or `SpeechError`.
    """
    started = time.monotonic()
    books = load_phrasebooks(prompts_dir, codes)
    kokoro = _kokoro(build_dir / "voice" / "kokoro", books, engine, progress)
    said = Repertoire(books, tuple(formulary), voices_dir)
    made = render_all(said, build_dir / "prompts", kokoro, progress, keep=engine != "espeak")
    if made:
        progress(f"voice: {made} files made in {time.monotonic() - started:.0f} s")
    return build_dir / "prompts"


def prepare_medicines(
    build_dir: Path,
    books: Phrasebooks,
    voices_dir: Path,
    formulary: Iterable[Prescribable],
    *,
    natural: bool,
    alone: bool = False,
    progress: Progress = print,
) -> int:
    """Render what is read aloud: by espeak-ng what is missing, or all of it by the natural voice, where it is at hand.

    How many files were made. With `alone` on one core, in this process. Raises `VoiceError`.
    """
    said = Repertoire(books, tuple(formulary), voices_dir)
    kokoro = _kokoro(build_dir / "voice" / "kokoro", books, "auto", progress) if natural else None
    if natural and kokoro is None:
        return 0
    return render_later(said, build_dir / "prompts", kokoro, progress, alone=alone)


def _kokoro(folder: Path, books: Phrasebooks, engine: Engine, progress: Progress) -> Path | None:
    voices = [book.voice.kokoro for book in books if book.voice.kokoro]
    if engine == "espeak" or not voices:
        return None
    try:
        if not folder.exists():
            progress("voice: fetching the natural voice, 135 MB")
        return kokoro_folder(folder, voices)
    except VoiceError as error:
        if engine == "kokoro":
            raise
        progress(f"voice: the natural voice cannot be had, espeak-ng speaks instead ({error})")
        return None
