"""Who is calling: the consent given on the number, its patients and their active tokens (S6, S7)."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.patient import Caller, Patient
from core.rules.token import Token


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of a mobile before a word is said."""

    mobile: str
    caller: Caller | None
    """None when nobody has agreed to the present notice on this number."""
    language: str | None
    patients: tuple[Patient, ...]
    tokens: Mapping[int, Token]
    """Active tokens by patient id (S16)."""


async def know_caller(clinic: Clinic, mobile: str) -> Known:
    """Everything the greeting needs, in one look. An older notice counts as no consent, but its language is kept."""
    async with clinic.ledger.read() as books:
        return await known_in(clinic, books, mobile)


async def known_in(clinic: Clinic, books: Books, mobile: str) -> Known:
    """The same within the caller's transaction."""
    caller = await books.callers.get(mobile)
    patients = await books.patients.of_mobile(mobile)
    tokens = await books.tokens.active_of_mobile(mobile)
    current = caller if caller and caller.notice_version == clinic.policy.notice_version else None
    return Known(
        mobile=mobile,
        caller=current,
        language=caller.language if caller and caller.language in clinic.policy.languages else None,
        patients=tuple(patients),
        tokens={token.patient_id: token for token in tokens},
    )


async def give_consent(clinic: Clinic, mobile: str, language: str, call_id: str) -> Caller:
    """Record the keyed yes to the notice, with the call on which it was given (T1, T12)."""
    caller = Caller(mobile, language, clinic.policy.notice_version, clinic.clock.now(), call_id)
    async with clinic.ledger.write() as books:
        await books.callers.save(caller)
    return caller
