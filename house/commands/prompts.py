"""`duravani prompts`: rendering, what is there in a language, and recordings in place of the synthesised voice."""

import argparse
import asyncio
from collections.abc import Sequence
from functools import partial

from config.settings import Settings
from config.tables import load_formulary
from house.commands.common import BY, OK, Commands, Failure, command, group, input_, listed, refusals


def add_to(commands: Commands) -> None:
    """prompts render, prompts list, prompts record, prompts unrecord."""
    prompts = group(commands, "prompts", "spoken prompts")
    rendering = command(prompts, "render", _prompts_render, "render what is missing or has changed")
    rendering.add_argument("--engine", choices=("auto", "kokoro", "espeak"), default="auto")
    rendering.add_argument("--medicines", action="store_true", help="only what is read aloud, in the natural voice")
    rendering.add_argument(
        "--languages", type=listed, metavar="hi,en", help="all that are to be there (as in the files)"
    )
    rendering.add_argument("--idly", action="store_true", help="one at a time, at the lowest priority")
    listing = command(prompts, "list", _list, "what there is, and whether a machine or a person speaks it")
    listing.add_argument("language", help="e.g. hi")
    recording = command(prompts, "record", _record, "let a recording take the place of the synthesised voice")
    recording.add_argument("stem", help="as `prompts list` shows it, e.g. hi/prompt/welcome")
    recording.add_argument("file", metavar="WAV", help="PCM, 8 to 48 kHz, up to 60 s; - is standard input")
    back = command(prompts, "unrecord", _unrecord, "go back to the synthesised voice")
    back.add_argument("stem")


async def _list(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.record_prompt import prompts
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        for prompt in await prompts(clinic, options.language):
            print(f"{prompt.stem}\t{prompt.state}\t{prompt.text}")
    return OK


async def _record(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.record_prompt import record_prompt
    from house.wiring import open_clinic

    try:
        with input_(options.file) as file:
            wav = file.read()
    except OSError as error:
        raise Failure(str(error)) from error
    async with open_clinic(settings) as clinic:
        with refusals():
            await record_prompt(clinic, options.stem, wav, BY)
    return OK


async def _unrecord(options: argparse.Namespace, settings: Settings) -> int:
    from core.clinic.admin.record_prompt import unrecord_prompt
    from house.wiring import open_clinic

    async with open_clinic(settings) as clinic:
        with refusals():
            await unrecord_prompt(clinic, options.stem, BY)
    return OK


async def _prompts_render(options: argparse.Namespace, settings: Settings) -> int:
    from core.adapters.voice import VoiceError, prepare

    if options.idly:
        from house.medicine_voice import work_idly

        work_idly()
    languages = options.languages or settings.languages
    try:
        if options.medicines:
            return await asyncio.to_thread(_render_medicines, settings, languages, alone=options.idly)
        await asyncio.to_thread(
            partial(prepare, progress=partial(print, flush=True)),
            settings.build, settings.prompts, settings.voices, options.engine, languages,
            formulary=load_formulary(settings.formulary).values(),
        )  # fmt: skip
    except VoiceError as error:
        raise Failure(str(error)) from error
    return OK


def _render_medicines(settings: Settings, languages: Sequence[str], *, alone: bool) -> int:
    from core.adapters.voice import load_phrasebooks, prepare_medicines

    prepare_medicines(
        settings.build, load_phrasebooks(settings.prompts, languages), settings.voices,
        load_formulary(settings.formulary).values(), natural=True, alone=alone, progress=partial(print, flush=True),
    )  # fmt: skip
    return OK
