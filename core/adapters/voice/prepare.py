"""Everything about the voice that must be done before the first call, in one function."""

import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from core.adapters.voice.kokoro_parts import kokoro_folder
from core.adapters.voice.render import Progress, render_all
from core.adapters.voice.sound import VoiceError
from core.rules.speech import Phrasebook, Phrasebooks, SpeechError, parse_phrasebook

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
) -> Path:
    """Render what is missing or changed into `<build_dir>/prompts` and return that folder.

    Fetches Kokoro into `<build_dir>/voice/kokoro` when it is wanted; with `auto`, espeak-ng speaks if that fails, and
    `progress` is told. Nothing to do takes a fraction of a second. Raises `VoiceError` or `SpeechError`.
    """
    started = time.monotonic()
    books = load_phrasebooks(prompts_dir, codes)
    kokoro = _kokoro(build_dir / "voice" / "kokoro", books, engine, progress)
    made = render_all(books, build_dir / "prompts", voices_dir, kokoro, progress)
    if made:
        progress(f"voice: {made} files made in {time.monotonic() - started:.0f} s")
    return build_dir / "prompts"


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
