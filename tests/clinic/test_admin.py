"""A running house learns of changes; who may not practise does not sign; who is rostered and absent is known."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.adapters.sql import SqlLedger
from core.clinic.admin.change_setting import change_setting
from core.clinic.admin.plan_roster import import_roster
from core.clinic.admin.renew_policy import keep_renewing
from core.clinic.admin.verify_doctor import verify_doctor
from core.clinic.doctor_ready import doctor_ready
from core.clinic.issue_prescription import CannotSign, issue_prescription
from core.clinic.policy import Configuration, Knob, KnownLanguage, Policy
from core.clinic.roster import absent, on_duty
from core.ports import AuditSearch
from core.rules.changes import BadChange, Changes
from core.rules.prescribing.finding import Reason
from core.rules.prescription import Medicine, Prescription
from core.rules.records import AuditEntry
from core.rules.sms_template import SmsTemplates
from core.rules.staff import DoctorState, Verification
from house.configuration import FileConfiguration
from tests.web.administration import set_up
from tests.web.house import House, open_house

CONTENT = Prescription("Fever", "Viral fever", (Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3),))


@pytest.fixture
async def house(tmp_path: Path, model: House, valkey_url: str) -> AsyncIterator[House]:
    async with open_house(tmp_path, model, valkey_url) as opened:
        await set_up(opened)
        yield opened


class Watched:
    """A configuration that tells each time it is asked what holds."""

    def __init__(self, real: Configuration) -> None:
        self._real = real
        self.asked: asyncio.Queue[Changes] = asyncio.Queue()

    def knobs(self, changes: Changes) -> Sequence[Knob]:
        return self._real.knobs(changes)

    def languages(self) -> Sequence[KnownLanguage]:
        return self._real.languages()

    def keep_for_start(self, changes: Changes) -> None:
        self._real.keep_for_start(changes)

    def check(self, changes: Changes) -> None:
        self._real.check(changes)

    def in_force(self, changes: Changes) -> tuple[Policy, SmsTemplates]:
        self.asked.put_nowait(changes)
        return self._real.in_force(changes)


async def test_another_process_sees_a_change_by_its_event(house: House) -> None:
    assert house.clinic.configuration is not None
    watched = Watched(house.clinic.configuration)
    other = replace(house.clinic, configuration=watched)  # as another process has it, with a policy of its own
    renewing = asyncio.create_task(keep_renewing(other))
    async with asyncio.timeout(20):
        assert await watched.asked.get() == {}  # it listens by now
        await change_setting(house.clinic, "family_limit", "3", "admin:3")
        assert await watched.asked.get() == {"family_limit": "3"}
    renewing.cancel()
    await asyncio.gather(renewing, return_exceptions=True)
    assert other.policy.family_limit == 3


async def test_what_does_not_fit_the_files_any_more_is_left_out(house: House, caplog: pytest.LogCaptureFixture) -> None:
    assert isinstance(house.clinic.configuration, FileConfiguration)
    policy, _ = house.clinic.configuration.in_force({"opd.closed_long_ago.mon": "closed", "family_limit": "2"})
    assert policy.family_limit == 2
    assert "opd.closed_long_ago.mon" in caplog.text


async def test_a_refused_change_is_not_written(house: House) -> None:
    with pytest.raises(BadChange):
        await change_setting(house.clinic, "link_days", "0", "admin:3")
    async with house.clinic.ledger.read() as books:
        assert await books.settings_changed.all() == []
        assert await books.audit_of("setting:link_days") == []


async def test_a_doctor_who_is_suspended_during_a_talk_cannot_sign(house: House) -> None:
    consultation = await house.after_talk()
    doctor = house.doctor.doctor
    await verify_doctor(house.clinic, doctor.id, "admin:3", Verification.SUSPENDED, "complaint")
    with pytest.raises(CannotSign) as refused:
        await issue_prescription(
            house.clinic, doctor_id=doctor.id, consultation_id=consultation.id, content=CONTENT
        )  # fmt: skip
    assert Reason.NOT_VERIFIED in [problem.reason for problem in refused.value.problems]
    await verify_doctor(house.clinic, doctor.id, "admin:3", Verification.VERIFIED)
    signed = await issue_prescription(
        house.clinic, doctor_id=doctor.id, consultation_id=consultation.id, content=CONTENT
    )
    assert signed.doctor_id == doctor.id


async def test_who_is_on_duty_and_absent(house: House) -> None:
    assert await on_duty(house.clinic) == []
    lines = "asha,2026-11-21,15:00,21:00,general\nasha,2026-11-22,15:00,21:00,general\n"  # it is 15:00 in India
    await import_roster(house.clinic, f"login,date,from,to,opd\n{lines}", "admin:3", dry_run=False)
    (missing,) = await absent(house.clinic)
    assert (missing.doctor.login, missing.duty.opd, missing.state) == ("asha", "general", DoctorState.PAUSED)
    await doctor_ready(house.clinic, missing.doctor.id)
    assert await absent(house.clinic) == []
    assert [each.state for each in await on_duty(house.clinic)] == [DoctorState.READY]


async def test_the_audit_is_found_by_who_what_whom_and_when(house: House) -> None:
    now = house.clock.now()
    async with house.clinic.ledger.write() as books:
        for actor, action, subject in (
            ("doctor:3", "signed", "prescription:1"), ("doctor:33", "signed", "prescription:2"),
            ("doctor:3", "saw 100%", "patient:1"), ("doctor:3", "saw 1000", "patient:1"),
        ):  # fmt: skip
            await books.audit(AuditEntry(now, actor, action, subject))  # type: ignore[arg-type]  # as of before

    async def found(**wanted: object) -> list[str]:
        assert isinstance(house.clinic.ledger, SqlLedger)
        async with house.clinic.ledger.read() as books:
            lines = await books.audit_log.search(AuditSearch(**wanted), before=None, limit=10)  # type: ignore[arg-type]
        return [f"{line.entry.actor} {line.entry.action}" for line in lines]

    assert await found(actor="doctor:33") == ["doctor:33 signed"]
    assert await found(actor="doctor:3", action="signed") == ["doctor:3 signed"]
    assert len(await found(actor="doctor", subject="prescription")) == 2
    assert await found(action="100%") == ["doctor:3 saw 100%"]
    assert await found(begins=now.replace(year=2027)) == []
    assert await found(ends=now) == []
