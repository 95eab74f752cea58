"""The migrations make exactly the tables that the code uses, on both databases, even when several start at once."""

import asyncio
from dataclasses import fields
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table

from core.adapters.sql import SqlLedger, migrate, tables
from core.adapters.sql.engines import database, reading_gate
from core.rules.abha import AbhaLink
from core.rules.api_client import ApiClient, ApiToken
from core.rules.changes import SettingChanged
from core.rules.consultation import Consultation
from core.rules.dispensing import Dispensing
from core.rules.formulary.version import FormularyVersion
from core.rules.grievance import Grievance
from core.rules.health_record import HealthRecord
from core.rules.patient import Caller, Patient
from core.rules.patient_access import OneTimeCode, PatientSession
from core.rules.pharmacy import Pharmacy
from core.rules.prescription import SignedPrescription
from core.rules.records import AuditEntry, CallBack, CallEvent, CallRecord, OperatorCall, WebSession
from core.rules.reminder import Reminder, ReminderWish
from core.rules.roster import Duty
from core.rules.sms import ReceivedSms, Sms
from core.rules.sms_talk import SmsTalk
from core.rules.staff import Doctor, Operator
from core.rules.token import Token
from core.rules.tries import Tried


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, tables.metadata))


async def _compare(url: str) -> list[Any]:
    gate, differences = reading_gate(database(url)), list[Any]()
    async with gate.transaction() as statements:
        await statements.call(lambda connection: differences.extend(_differences(connection)))
    await gate.close()
    return differences


async def test_migrations_make_the_tables_of_the_code(empty_url: str) -> None:
    assert await _compare(empty_url) != []
    await migrate(empty_url)
    assert await _compare(empty_url) == []


async def test_several_may_migrate_at_once_and_again(empty_url: str) -> None:
    def start() -> None:  # in a loop of its own, as a process has
        asyncio.run(migrate(empty_url))

    await asyncio.gather(*(asyncio.to_thread(start) for _ in range(3)))
    await migrate(empty_url)
    assert await _compare(empty_url) == []


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (tables.patients, Patient),
        (tables.callers, Caller),
        (tables.tokens, Token),
        (tables.consultations, Consultation),
        (tables.prescriptions, SignedPrescription),
        (tables.outbox, Sms),
        (tables.received, ReceivedSms),
        (tables.calls, CallRecord),
        (tables.call_backs, CallBack),
        (tables.sessions, WebSession),
        (tables.sms_talks, SmsTalk),
        (tables.duties, Duty),
        (tables.settings_changed, SettingChanged),
        (tables.formularies, FormularyVersion),
        (tables.operator_calls, OperatorCall),
        (tables.grievances, Grievance),
        (tables.dispensings, Dispensing),
        (tables.api_clients, ApiClient),
        (tables.api_tokens, ApiToken),
        (tables.abha_links, AbhaLink),
        (tables.tries, Tried),
        (tables.one_time_codes, OneTimeCode),
        (tables.patient_sessions, PatientSession),
        (tables.reminder_wishes, ReminderWish),
        (tables.reminders, Reminder),
        (tables.health_records, HealthRecord),
    ],
)
def test_columns_are_named_like_the_fields(table: Table, kind: Any) -> None:
    assert [column.name for column in table.columns] == [field.name for field in fields(kind)]


@pytest.mark.parametrize(("table", "kind"), [(tables.call_events, CallEvent), (tables.audit, AuditEntry)])
def test_rows_without_an_identity_get_one(table: Table, kind: Any) -> None:
    assert {column.name for column in table.columns} == {"id", *(field.name for field in fields(kind))}


def test_staff_and_doctors_together_hold_a_doctor() -> None:
    person = {column.name for column in tables.staff.columns}
    details = {column.name for column in tables.doctors.columns}
    assert person == {field.name for field in fields(Operator)}
    assert (person | details) - {"kind"} == {field.name for field in fields(Doctor)}
    assert person & details == {"id"}


def test_staff_and_pharmacies_together_hold_a_pharmacy() -> None:
    person = {column.name for column in tables.staff.columns}
    details = {column.name for column in tables.pharmacies.columns}
    assert (person | details) - {"kind", "account", "sip_digest", "available"} == {
        field.name for field in fields(Pharmacy)
    }
    assert person & details == {"id"}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@localhost/clinic"])
def test_a_database_that_cannot_serve_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"must be a file|neither sqlite nor postgresql"):
        SqlLedger.open(url)
