"""The languages of which the files know something, and what each lacks before callers can be offered it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from config.settings import Settings
from config.tables import load_dose_words, load_paper_words, read_toml
from core.adapters.voice import load_phrasebooks, missing_sounds
from core.clinic.policy import KnownLanguage, Lack
from core.rules.speech import SpeechError
from web.words import FOLDER


def known_languages(settings: Settings) -> Sequence[KnownLanguage]:
    """Those of the settings, which are whole or nothing would have started; then those that have a file of prompts."""
    others = sorted({path.stem for path in settings.prompts.glob("*.toml")} - set(settings.languages))
    whole = [KnownLanguage(code, {}) for code in settings.languages]
    return [*whole, *(KnownLanguage(code, dict(_lacks(settings, code))) for code in others)]


def _lacks(settings: Settings, code: str) -> Iterator[tuple[Lack, Sequence[str]]]:
    """What is missing of this language, with names."""
    try:
        books = load_phrasebooks(settings.prompts, (settings.languages[0], code))
    except SpeechError as error:
        yield Lack.PROMPTS, _named(str(error))
    else:
        if sounds := missing_sounds(books[code], settings.build / "prompts"):
            yield Lack.SOUNDS, sounds
    if texts := [key for key, every in read_toml(settings.sms).items() if code not in every]:
        yield Lack.SMS, texts
    if code not in load_paper_words():
        yield Lack.PAPER, ()
    if code not in load_dose_words():
        yield Lack.DOSES, ()
    if not (FOLDER / code).is_dir():
        yield Lack.PAGES, ()


def _named(problems: str) -> Sequence[str]:
    """The keys in what is said of prompts that cannot be spoken: `ta.toml: place: lacks {place:number}`."""
    lines = (line.split(": ", 2) for line in problems.splitlines())
    return list(dict.fromkeys(line[1] if len(line) > 2 else Path(line[0]).stem for line in lines))
