"""The audit log in the administration, and nonsense in addresses."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientError

from core.clinic.admin.read_audit import A_PIECE
from core.ports import Books, Ledger
from core.rules.audit_action import AUDIT_ACTIONS
from core.rules.records import AuditEntry
from pbx.security import KINDS
from tests.web.administration import audited, roster_line
from tests.web.house import Browser, House, press
from tests.web.house import sign_in as through_the_form
from web.words import load_words


async def test_the_log_is_searched_paged_and_exported_and_both_are_written_down(house: House, admin: Browser) -> None:
    await through_the_form(admin, "asha", "wrong")
    for number in range(60):
        await press(admin, "/admin/settings", {"key": "family_limit", "value": str(1 + number % 6)})
    page = await (await admin.get("/admin/audit?subject=setting:family_limit")).text()
    assert page.count("<td>set</td>") == 50
    older = re.findall(r"before=(\d+)", page)
    page = await (await admin.get(f"/admin/audit?subject=setting:family_limit&before={older[0]}")).text()
    assert page.count("<td>set</td>") == 10
    text = await (await admin.get("/admin/audit.csv?what=set&from=2026-11-21&to=2026-11-21")).text()
    assert len(text.splitlines()) == 61
    assert [action for action, _ in await audited(house, "audit")] == ["exported", "read", "read"]
    assert (await admin.get("/admin/audit?from=2026-11-22")).status == 200


async def test_nothing_about_patients_is_shown(house: House, admin: Browser) -> None:
    await house.talk()
    async with house.clinic.ledger.write() as books:
        await books.audit(
            AuditEntry(house.clock.now(), "operator:1", "corrected", "patient:1", "name: Sunita -> Anita")
        )
        await books.audit(AuditEntry(house.clock.now(), "operator:1", "saw", "caller:+919876543210", "all"))
    for address in ("/admin/audit", "/admin/audit.csv"):
        page = await (await admin.get(address)).text()
        assert "corrected" in page
        assert "Sunita" not in page
        assert "9876543210" not in page


@pytest.mark.parametrize("language", ["en", "hi"])
def test_every_deed_has_words_in_every_language(language: str) -> None:
    """What the code writes is one of them: the type checker sees to that."""
    texts = load_words(("en", "hi")).tongues[language].texts
    assert [action for action in AUDIT_ACTIONS if not texts.get(f"deed.{action}")] == []
    assert {key for key in texts if key.startswith("deed.")} == {f"deed.{action}" for action in AUDIT_ACTIONS}
    assert {*KINDS} <= {*AUDIT_ACTIONS}


async def test_deeds_are_said_and_searched_in_the_readers_language(house: House, admin: Browser) -> None:
    await admin.get("/language/hi")
    await press(admin, "/admin/roster/add", roster_line("2026-11-24"))
    async with house.clinic.ledger.write() as books:
        of_before: str = "danced"
        await books.audit(AuditEntry(house.clock.now(), "doctor:1", of_before, "roster"))  # type: ignore[arg-type]
    page = await (await admin.get("/admin/audit?subject=roster")).text()
    assert "<td>फ़ाइल से लिया</td>" in page
    assert "<td>danced</td>" in page
    assert '<option value="फ़ाइल से लिया">' in page
    for what, found in (("फ़ाइल से", 1), ("imported", 1), ("हस्ताक्षर", 0)):
        page = await (await admin.get("/admin/audit", params={"subject": "roster", "what": what})).text()
        assert page.count("<td>फ़ाइल से लिया</td>") == found, what


async def test_departments_are_named_where_a_key_was_written(house: House, admin: Browser) -> None:
    await press(admin, "/admin/hours/weekday", {"opd": "general", "day": "sun", "opens": "", "closes": ""})
    await press(admin, "/admin/roster/add", roster_line("2026-11-24"))
    async with house.clinic.ledger.read() as books:
        (duty,) = await books.roster.between(house.clock.now(), house.clock.now().replace(year=2027))
    await press(admin, "/admin/roster/drop", {"duty": duty.id, "week": "2026-11-23"})
    await admin.get("/language/hi")
    page = await (await admin.get("/admin/audit")).text()
    assert 'setting:opd.general.sun<br><span class="faint">सामान्य ओपीडी</span>' in page
    assert '<td class="detail">सामान्य ओपीडी 2026-11-24T' in page


async def test_a_patient_is_found_by_the_id_they_know(house: House, admin: Browser) -> None:
    patient, other = await house.patient(), await house.patient("+919812345678")
    consultation = await house.talk(patient)
    async with house.clinic.ledger.write() as books:
        for subject in (f"patient:{patient.id}", f"token:{consultation.token_id}", f"consultation:{consultation.id}"):
            await books.audit(AuditEntry(house.clock.now(), "operator:1", "saw details", subject))
        await books.audit(AuditEntry(house.clock.now(), "operator:1", "saw details", f"patient:{other.id}"))
    typed = f"{patient.code[:3]} {patient.code[3:6]} {patient.code[6:]}"
    page = await (await admin.get("/admin/audit", params={"subject": typed, "what": "saw details"})).text()
    assert re.findall(r"<td>saw the details</td><td>(\w+):\d+", page) == ["consultation", "token", "patient"]
    exported = await (await admin.get("/admin/audit.csv", params={"subject": other.code})).text()
    assert [line.split(",")[4] for line in exported.splitlines()[1:]] == [f"patient:{other.id}"]
    nobody = next(code for code in ("123456782", "000000000") if code not in (patient.code, other.code))
    assert "Nothing was found." in await (await admin.get("/admin/audit", params={"subject": nobody})).text()


async def fill(house: House, lines: int) -> None:
    async with house.clinic.ledger.write() as books:
        for number in range(lines):
            await books.audit(AuditEntry(house.clock.now(), "system", "set", "setting:many", str(number)))


async def test_an_export_is_whole_however_long_it_is(house: House, admin: Browser) -> None:
    await fill(house, 2 * A_PIECE + 1)
    answer = await admin.get("/admin/audit.csv?subject=setting:many")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-2026-11-21')
    lines = (await answer.text()).splitlines()
    assert lines[0] == "\ufeffnumber,at,who,what,subject,detail"
    assert [line.rpartition(",")[2] for line in lines[1:]] == [
        str(number) for number in reversed(range(2 * A_PIECE + 1))
    ]
    assert (await admin.head("/admin/audit.csv")).status == 405  # a look at the head is none at the log


class BreaksOff:
    """A ledger whose connection is lost after some looks."""

    def __init__(self, ledger: Ledger, looks: int) -> None:
        self._ledger, self._looks = ledger, looks
        self.write = ledger.write

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Books]:
        self._looks -= 1
        if self._looks < 0:
            raise OSError("the database is gone")
        async with self._ledger.read() as books:
            yield books


async def test_an_export_that_breaks_off_is_seen_to_be_broken(house: House, admin: Browser) -> None:
    await fill(house, A_PIECE + 1)
    house.clinic.ledger = BreaksOff(house.clinic.ledger, looks=1)  # type: ignore[assignment]  # who asks is still found
    with pytest.raises(ClientError):
        await (await admin.get("/admin/audit.csv")).text()


async def test_nonsense_in_addresses_is_answered_calmly(house: House, admin: Browser) -> None:
    for address in (
        "/admin/roster?week=9999-12-31", "/admin/roster?week=0001-01-01", "/admin/roster?week=x",
        "/admin/roster.csv?week=", "/admin/prompts?page=99999999999&language=zz&show=q", "/admin?done=%3Cb%3E",
        "/admin/audit?from=x&to=0001-01-01", "/admin/audit?who=%25",
    ):  # fmt: skip
        assert (await admin.get(address)).status == 200, address
    for address in ("/admin/audit?before=x", f"/admin/audit?who={'x' * 500}", "/admin/audit?who=%00"):
        assert (await admin.get(address)).status == 400, address
