"""The natural voice of what is read aloud: rendered by a child at the lowest priority, while calls have the machine.

A whole formulary at two paces takes that voice a quarter of an hour; until then callers hear espeak-ng's. The child
ends with us, and goes on at our next start where it was.
"""

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import Final

from config.settings import CHECKOUT, Settings
from core.adapters.voice import load_phrasebooks, prepare_medicines
from core.clinic.clinic import Clinic

log = logging.getLogger(__name__)

_LOWEST: Final = 19
_DIES_WITH_PARENT: Final = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


async def speak_medicines(settings: Settings, clinic: Clinic) -> None:
    """Before the first call: what is read aloud and has no sound yet is spoken by espeak-ng.

    Where sounds cannot be written (a container's image) a caller hears of what is missing that it is on the paper.
    """
    books = load_phrasebooks(settings.prompts, clinic.policy.known_languages)
    formulary = tuple(clinic.policy.formulary.values())

    def speak() -> None:
        prepare_medicines(settings.build, books, settings.voices, formulary, natural=False, progress=log.info)

    try:
        await asyncio.to_thread(speak)
    except OSError as error:
        log.warning("medicines that are new in the formulary have no sound: %s", error)


async def give_medicines_natural_voice(settings: Settings, languages: Sequence[str]) -> None:
    """Once, where the natural voice is at hand and sounds can be written; returns when there is no more to do."""
    sounds, voice = settings.build / "prompts", settings.build / "voice" / "kokoro"
    if not (settings.natural_medicines and voice.is_dir() and os.access(sounds, os.W_OK)):
        return
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(CHECKOUT / "main.py"), "prompts", "render", "--medicines", "--idly",
        "--languages", ",".join(languages),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        if await child.wait() != 0:
            log.warning("the natural voice of medicines could not be rendered: try `duravani prompts render`")
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()  # each sound is written whole or not at all
        await child.wait()


def work_idly() -> None:
    """In the child: let everybody else go first, and end when our parent does, however it ends."""
    os.nice(_LOWEST)
    ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGTERM)
