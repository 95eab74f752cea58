"""A person's voice takes the place of the machine's, or gives it back."""

from collections.abc import Sequence

from core.clinic.clinic import Clinic
from core.ports import BadSound, Prompt, PromptLibrary
from core.rules.records import AuditEntry


async def prompts(clinic: Clinic, language: str) -> Sequence[Prompt]:
    """Every sound of this language. Raises `BadSound` where the sounds are not at hand."""
    return await _library(clinic).listed(language)


async def prompt_sound(clinic: Clinic, stem: str) -> bytes | None:
    """The wav file as callers hear it; None when there is none."""
    return await _library(clinic).sound(stem)


async def record_prompt(clinic: Clinic, stem: str, wav: bytes, by: str) -> None:
    """Callers hear this from now on. Raises `BadSound`."""
    await _library(clinic).record(stem, wav)
    await _note(clinic, by, "recorded", stem, f"{len(wav)} bytes")


async def unrecord_prompt(clinic: Clinic, stem: str, by: str) -> None:
    """Back to the synthesised voice. Raises `BadSound`."""
    await _library(clinic).unrecord(stem)
    await _note(clinic, by, "took back recording", stem)


async def _note(clinic: Clinic, by: str, action: str, stem: str, detail: str = "") -> None:
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), by, action, f"prompt:{stem}", detail))


def _library(clinic: Clinic) -> PromptLibrary:
    if clinic.prompts is None:
        raise BadSound("not_here", "the sounds are not at hand in this process")
    return clinic.prompts
