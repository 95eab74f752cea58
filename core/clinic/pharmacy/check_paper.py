"""Whether an uploaded PDF is a paper of ours as it was signed. It is compared, never kept, never opened."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.pharmacy.attempts import spend_look, spend_wrong
from core.clinic.pharmacy.verify_prescription import Verified, note_check, seen
from core.ports import Books
from core.rules.paper import Verdict, numbers_in
from core.rules.records import AuditEntry


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """What the upload is."""

    verdict: Verdict
    found: Verified | None = None
    """What a genuine one is worth now. Of a changed one nothing is told: its number can be guessed, a code cannot."""
    number: str = ""
    """That a changed one bears."""


async def check_paper(clinic: Clinic, pdf: bytes, *, by: str) -> CheckedPaper:
    """Compare it with every paper that was signed. Raises `TooManyAttempts`; `by` as in the audit.

    What was stored at the signature is the truth: a paper that is the same to the byte is genuine, whoever it came
    from. Its seal is not asked: whatever makes the bytes different breaks it, and a stranger's PDF is not parsed here.
    """
    await spend_look(clinic, by)
    numbers = await asyncio.to_thread(numbers_in, pdf)
    async with clinic.ledger.write() as books:
        signed = await books.prescriptions.by_paper(pdf)
        if signed is not None:
            found = await seen(clinic, books, signed)
            await note_check(clinic, books, found, by, "paper")
            return CheckedPaper(Verdict.GENUINE, found)
        checked = await _other(clinic, books, numbers, by)
    await spend_wrong(clinic, by)
    return checked


async def _other(clinic: Clinic, books: Books, numbers: Sequence[str], by: str) -> CheckedPaper:
    now = clinic.clock.now()
    for number in numbers:
        signed = await books.prescriptions.by_number(number)
        if signed is not None:
            await books.audit(AuditEntry(now, by, "verified", f"prescription:{signed.id}", "paper: changed"))
            return CheckedPaper(Verdict.CHANGED, number=number)
    await books.audit(AuditEntry(now, by, "verified", "prescription:unknown", "paper: none of ours"))
    return CheckedPaper(Verdict.UNKNOWN)
