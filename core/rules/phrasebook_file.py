"""Reads a language's file: its sentences, number words, voice, and the words of medicines."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from core.rules.medicine_words import parse_medicine_words
from core.rules.sentence import Part, parse
from core.rules.speech import NUMBERS, READING, SPOKEN_LATER, Phrasebook, SpeechError, Voice


def parse_phrasebook(file: str, data: Mapping[str, Any]) -> Phrasebook:
    """A phrasebook from the tables of a TOML file. Raises `SpeechError` that names the file and every faulty key."""
    problems: list[str] = []
    tables = {name: _sentences(data.get(name, {}), problems) for name in ("prompts", *SPOKEN_LATER)}
    prompts = {key: parts for table in tables.values() for key, parts in table.items()}
    numbers = _table(data, "numbers", NUMBERS, problems)
    digits = _table(data, "digits", 10, problems) if "digits" in data else ()
    medicine_words = parse_medicine_words(data, numbers, problems)
    language = data.get("language", {})
    problems += [f"language.{key}: missing" for key in ("code", "name", "voice") if not language.get(key)]
    if not problems and language["code"] != PurePath(file).stem:
        problems.append(f"language.code: {language['code']!r} is not the name of the file")
    if problems:
        raise SpeechError("\n".join(f"{file}: {problem}" for problem in problems))
    voice = _voice(file, language["voice"])
    return Phrasebook(
        language["code"], language["name"], voice, prompts, numbers, digits, data.get("pronounce", {}), medicine_words,
        later=frozenset(key for name in SPOKEN_LATER for key in tables[name]), read=frozenset(tables[READING]),
    )  # fmt: skip


def _sentences(table: Mapping[str, Any], problems: list[str]) -> dict[str, tuple[Part, ...]]:
    prompts = {}
    for key, sentence in table.items():
        try:
            prompts[key] = parse(sentence)
        except (ValueError, TypeError) as error:
            problems.append(f"{key}: {error}")
    return prompts


def _table(data: Mapping[str, Any], name: str, size: int, problems: list[str]) -> tuple[str, ...]:
    words = tuple(data.get(name, {}).get("words", ()))
    if len(words) != size:
        problems.append(f"{name}.words: {len(words)} words, {size} wanted")
    problems += [f"{name}.words: nothing for {n}" for n, word in enumerate(words) if not word.strip()]
    repeated = sorted({word for word in words if words.count(word) > 1})
    problems += [f"{name}.words: {word!r} stands more than once" for word in repeated]
    return words


def _voice(file: str, table: Mapping[str, Any]) -> Voice:
    try:
        return Voice(**table)
    except TypeError as error:
        raise SpeechError(f"{file}: language.voice: {error}") from None
