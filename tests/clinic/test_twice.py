"""The same form sent twice at the same moment, on both databases: one person, one complaint, one correction."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from core.adapters.line import RedisLine
from core.adapters.sql import SqlLedger
from core.clinic.clinic import Clinic
from core.clinic.desk.correct_patient import correct_patient
from core.clinic.desk.hear_grievance import hear_grievance
from core.clinic.desk.refused import Refused
from core.clinic.desk.register_caller import Details, NewPerson, register_caller
from core.rules.grievance import About
from core.rules.patient import Gender, Relation, details_mark
from tests.adapters.conftest import line, migrated_file, migrated_postgres, postgres, redis, url
from tests.clinic.counter import make_clinic

__all__ = ["line", "migrated_file", "migrated_postgres", "postgres", "redis", "url"]  # fixtures
BY, MOBILE = "operator:2", "+919876543210"
SUNITA = Details("Sunita Devi", Gender.WOMAN, "34", "305001", "")
PERSON = NewPerson(MOBILE, Relation.SELF, "hi", SUNITA, consent=True)
AT_ONCE = 8


@pytest.fixture
async def clinic(url: str, line: RedisLine) -> AsyncIterator[Clinic]:
    ledger = SqlLedger.open(url)
    yield make_clinic(ledger, line)
    await ledger.close()


async def test_one_person_is_registered(clinic: Clinic) -> None:
    registered = await asyncio.gather(*(register_caller(clinic, BY, PERSON) for _ in range(AT_ONCE)))
    assert len({patient.id for patient in registered}) == 1


async def test_one_complaint_is_heard_also_of_a_number_that_nobody_knows(clinic: Clinic) -> None:
    heard = await asyncio.gather(*(hear_grievance(clinic, BY, MOBILE, About.STAFF, "rude") for _ in range(AT_ONCE)))
    assert len({grievance.id for grievance in heard}) == 1


async def test_of_two_corrections_the_later_is_refused(clinic: Clinic) -> None:
    patient = await register_caller(clinic, BY, PERSON)
    wanted = [Details(f"Sunita {name}", Gender.WOMAN, "34", "305001", "") for name in ("Sharma", "Verma", "Rao")]
    done = await asyncio.gather(
        *(correct_patient(clinic, BY, MOBILE, patient.id, each, details_mark(patient)) for each in wanted),
        return_exceptions=True,
    )
    assert [result for result in done if not isinstance(result, Refused)] == [True]
