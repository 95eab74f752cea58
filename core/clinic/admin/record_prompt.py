"""A person's voice takes the place of the machine's, or gives it back; the machine says what was typed."""

from collections.abc import Sequence

from core.clinic.admin.change_setting import write_changes
from core.clinic.clinic import Clinic
from core.ports import BadSound, Prompt, PromptLibrary, PromptState
from core.rules.audit_action import AuditAction
from core.rules.changes import Sound
from core.rules.opd import choice_of, choice_sound
from core.rules.records import AuditEntry


async def prompts(clinic: Clinic, language: str) -> Sequence[Prompt]:
    """Every sound of this language. Raises `BadSound` where the sounds are not at hand."""
    added = {
        choice_sound(language, opd.key): opd.spoken[language]
        for opd in clinic.policy.known_opds.values()
        if opd.spoken and language in opd.spoken
    }
    return await _library(clinic).listed(language, added)


async def prompt_sound(clinic: Clinic, stem: str) -> bytes | None:
    """The wav file as callers hear it; None when there is none."""
    return await _library(clinic).sound(stem)


async def record_prompt(clinic: Clinic, stem: str, wav: bytes, by: str) -> None:
    """Callers hear this from now on. Raises `BadSound`."""
    _check_there(clinic, stem)
    await _library(clinic).record(stem, wav)
    await _note(clinic, by, "recorded", stem, f"{len(wav)} bytes")
    await _tell(clinic, stem, Sound.PERSON, by)


async def speak_choice(clinic: Clinic, language: str, opd: str, by: str) -> None:
    """The machine says the words that offer this department; then it is written that they can be heard.

    Raises `BadSound`.
    """
    stem = choice_sound(language, opd)
    text = _check_there(clinic, stem)
    await _library(clinic).speak(stem, text)
    await _tell(clinic, stem, Sound.VOICE, by)


async def unrecord_prompt(clinic: Clinic, stem: str, by: str) -> None:
    """Back to the synthesised voice. Raises `BadSound`."""
    await _library(clinic).unrecord(stem)
    await _note(clinic, by, "took back recording", stem)
    if (choice := choice_of(stem)) is not None:
        left = {prompt.stem: prompt.state for prompt in await prompts(clinic, choice[0])}
        await _tell(clinic, stem, Sound.VOICE if left.get(stem) is PromptState.RENDERED else None, by)


def _check_there(clinic: Clinic, stem: str) -> str:
    """The words of a department's choice (empty for a prompt of the files). Raises `BadSound` if there are none."""
    choice = choice_of(stem)
    if choice is None:
        return ""
    opd = clinic.policy.known_opds.get(choice[1])
    text = (opd.spoken or {}).get(choice[0], "") if opd else ""
    if not text:
        raise BadSound("no_such_prompt", f"there is no prompt {stem!r}")
    return text


async def _tell(clinic: Clinic, stem: str, sound: Sound | None, by: str) -> None:
    """Whether a department can be offered in this language is known to every process."""
    if (choice := choice_of(stem)) is not None:
        await write_changes(clinic, {f"opd.{choice[1]}.sound.{choice[0]}": sound}, by)


async def _note(clinic: Clinic, by: str, action: AuditAction, stem: str, detail: str = "") -> None:
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), by, action, f"prompt:{stem}", detail))


def _library(clinic: Clinic) -> PromptLibrary:
    if clinic.prompts is None:
        raise BadSound("not_here", "the sounds are not at hand in this process")
    return clinic.prompts
