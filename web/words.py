"""The panels' words: one folder a language under `web/words`, in it one TOML file for each part of the web.

A further language is only data.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from aiohttp import web

from web.guard import SIGNED_IN

FOLDER = Path(__file__).with_name("words")
COOKIE = "language"


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. Calling it says a key: `t("login.title")`, `t("doctor.waiting", count=3)`."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text with its `{gaps}` filled. Raises `KeyError` for an unknown key or an unfilled gap."""
        return self.texts[key].format_map(values)


@dataclass(frozen=True, slots=True)
class Words:
    """Every language of the panel; the first one is spoken to strangers."""

    tongues: Mapping[str, Tongue]

    @property
    def names(self) -> Mapping[str, str]:
        """Each language's own name for itself, by code."""
        return {language: tongue("language.name") for language, tongue in self.tongues.items()}

    def tongue(self, language: str) -> Tongue:
        """This language, or the first one if the panel does not speak it."""
        return self.tongues.get(language) or next(iter(self.tongues.values()))

    def tongue_of(self, request: web.Request) -> Tongue:
        """What this person chose for themselves, else this browser; else the first of `Accept-Language` spoken here."""
        signed_in = request.get(SIGNED_IN)
        own = signed_in.person.language or "" if signed_in else ""
        wished = [own, request.cookies.get(COOKIE, ""), *_accepted(request.headers.get("Accept-Language", ""))]
        return self.tongue(next((language for language in wished if language in self.tongues), ""))


WORDS = web.AppKey("words", Words)


@cache
def load_words(languages: tuple[str, ...], folder: Path = FOLDER) -> Words:
    """Read, once a process, the files of these languages (those that exist, English if none does).

    Raises `ValueError` naming the language and the key when two languages do not have the same keys.
    """
    spoken = [language for language in languages if (folder / language).is_dir()] or ["en"]
    tongues = {language: Tongue(language, _read(folder / language)) for language in spoken}
    every = set().union(*(tongue.texts for tongue in tongues.values()))
    for language, tongue in tongues.items():
        if missing := every - tongue.texts.keys():
            raise ValueError(f"words/{language}: missing {', '.join(sorted(missing))}")
    return Words(tongues)


def _read(folder: Path) -> dict[str, str]:
    """Of all files together; `ValueError` when two of them say the same key."""
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        words = dict(_flat(tomllib.loads(path.read_text("utf-8"))))
        if twice := words.keys() & texts.keys():
            raise ValueError(f"{path}: {', '.join(sorted(twice))} said by another file already")
        texts |= words
    return texts


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def _accepted(header: str) -> list[str]:
    """Primary language tags in the order written; quality values are rarely out of order and not worth parsing."""
    return [part.split(";")[0].strip().split("-")[0].lower() for part in header.split(",")[:10]]
