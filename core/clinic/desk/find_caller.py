"""Search: a mobile number, a Patient ID, a token, or a part of a name lead to the people on a number. Audited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.mobile import indian_mobile
from core.rules.patient import Patient, is_patient_code
from core.rules.records import AuditEntry
from core.rules.token import Token

LONGEST_QUERY = 80
"""Characters."""
SHORTEST_NAME = 2
"""Characters: one letter finds everybody and nobody."""
MOST_FOUND = 50
TOKENS_OF = timedelta(days=7)
"""How old a token may be that is searched for; numbers come again every day."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One person, or a number on which nobody is registered (`patient` is None)."""

    mobile: str
    patient: Patient | None = None
    token: Token | None = None
    """The token that was searched for, or the active one."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave."""

    hits: Sequence[Hit]
    more: bool
    """Whether there are more than are shown: the search should say more."""


async def find_caller(clinic: Clinic, by: str, query: str) -> Found:
    """Whoever fits. An empty or one-letter query finds nobody."""
    query = " ".join(query.split())[:LONGEST_QUERY]
    if not query:
        return Found((), more=False)
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), by, "searched", "callers", query))
        hits = await _hits(clinic, books, query)
    return Found(hits[:MOST_FOUND], more=len(hits) > MOST_FOUND)


async def _hits(clinic: Clinic, books: Books, query: str) -> list[Hit]:
    digits = "".join(query.split())
    if any(character.isalpha() for character in query):
        return await _named(books, query) or await _named(books, _without_numbers(query))
    hits: list[Hit] = []
    mobile = indian_mobile(query)
    if mobile is not None:
        hits += await _of_mobile(books, mobile)
    if is_patient_code(digits):
        patient = await books.patients.by_code(digits)
        hits += await _with_tokens(books, [patient] if patient else [])
    if digits.isascii() and digits.isdecimal():
        hits += await _with_token_number(clinic, books, digits)
    return hits


def _without_numbers(query: str) -> str:
    """No name that is registered holds a digit; a clerk who tells two namesakes apart may type one."""
    return " ".join(word for word in query.split() if not any(character.isdecimal() for character in word))


async def _named(books: Books, name: str) -> list[Hit]:
    if len(name) < SHORTEST_NAME:
        return []
    return await _with_tokens(books, await books.lookup.patients_named(name, MOST_FOUND + 1))


async def _of_mobile(books: Books, mobile: str) -> list[Hit]:
    return await _with_tokens(books, await books.patients.of_mobile(mobile)) or [Hit(mobile)]


async def _with_tokens(books: Books, patients: Iterable[Patient]) -> list[Hit]:
    return [Hit(patient.mobile, patient, await books.tokens.active_of_patient(patient.id)) for patient in patients]


async def _with_token_number(clinic: Clinic, books: Books, number: str) -> list[Hit]:
    tokens = await books.lookup.tokens_numbered(number, clinic.today() - TOKENS_OF, MOST_FOUND)
    patients = [await books.patients.get(token.patient_id) for token in tokens]
    return [Hit(patient.mobile, patient, token) for patient, token in zip(patients, tokens, strict=True)]
