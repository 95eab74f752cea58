"""The audit log in the administration, and nonsense in addresses."""

import re

from core.rules.records import AuditEntry
from tests.web.administration import audited
from tests.web.house import Browser, House, press
from tests.web.house import sign_in as through_the_form


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


async def test_nonsense_in_addresses_is_answered_calmly(house: House, admin: Browser) -> None:
    for address in (
        "/admin/roster?week=9999-12-31", "/admin/roster?week=0001-01-01", "/admin/roster?week=x",
        "/admin/roster.csv?week=", "/admin/prompts?page=99999999999&language=zz&show=q", "/admin?done=%3Cb%3E",
        "/admin/audit?from=x&to=0001-01-01", "/admin/audit?who=%25",
    ):  # fmt: skip
        assert (await admin.get(address)).status == 200, address
    for address in ("/admin/audit?before=x", f"/admin/audit?who={'x' * 500}", "/admin/audit?who=%00"):
        assert (await admin.get(address)).status == 400, address
