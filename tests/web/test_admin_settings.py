"""Hours, limits and DLT ids: in force at once, or at the next start; what cannot be used is refused."""

import pytest

from core.clinic.admin.renew_policy import renew_policy
from tests.web.administration import audited
from tests.web.house import Browser, House, press


async def test_a_department_closes_today_and_on_sundays(house: House, admin: Browser) -> None:
    assert "general" in house.clinic.open_opds()
    fields = {"opd": "general", "day": "2026-11-21", "opens": "", "closes": ""}
    assert (await press(admin, "/admin/hours/day", fields)).status == 303
    assert "general" not in house.clinic.open_opds()
    await press(admin, "/admin/hours/restore", {"key": "opd.general.2026-11-21"})
    assert "general" in house.clinic.open_opds()
    await press(admin, "/admin/hours/weekday", {"opd": "general", "day": "sun", "opens": "", "closes": ""})
    assert 6 not in house.clinic.policy.opds["general"].hours
    assert ("set", "as in the files -> closed") in await audited(house, "setting:opd.general.sun")


@pytest.mark.parametrize(("opens", "closes"), [("15:00", "09:00"), ("09:00", ""), ("9", "15:00"), ("09:00", "25:00")])
async def test_hours_that_are_none(house: House, admin: Browser, opens: str, closes: str) -> None:
    fields = {"opd": "general", "day": "mon", "opens": opens, "closes": closes}
    answer = await press(admin, "/admin/hours/weekday", fields)
    assert answer.status == 422
    assert "It must close after it opens" in await answer.text()
    past = await press(admin, "/admin/hours/day", {**fields, "day": "2020-01-01"})
    assert past.status == 422


async def test_a_limit_holds_at_once_and_a_bad_one_never(house: House, admin: Browser) -> None:
    assert (await press(admin, "/admin/settings", {"key": "family_limit", "value": "2"})).status == 303
    assert house.clinic.policy.family_limit == 2
    for value in ("0", "7", "many", "", "2\u0007"):
        answer = await press(admin, "/admin/settings", {"key": "family_limit", "value": value})
        assert answer.status in (400, 422), value
    assert house.clinic.policy.family_limit == 2
    await renew_policy(house.clinic)
    assert house.clinic.policy.family_limit == 2
    await press(admin, "/admin/settings/restore", {"key": "family_limit", "value": ""})
    assert house.clinic.policy.family_limit == 6


async def test_a_name_that_no_sms_can_hold_is_refused_and_a_good_one_waits_for_the_restart(
    house: House, admin: Browser
) -> None:
    answer = await press(admin, "/admin/settings", {"key": "clinic_name", "value": "क" * 30})
    assert answer.status == 422
    assert (await press(admin, "/admin/settings", {"key": "clinic_name", "value": "Sanjeevani"})).status == 303
    assert house.clinic.policy.clinic_name == "Duravani"
    assert "needs a restart" in await (await admin.get("/admin/settings")).text()


async def test_a_dlt_id_is_used_from_the_next_sms_on(house: House, admin: Browser) -> None:
    fields = {"key": "token", "language": "hi", "dlt_id": "1107160000000012345"}
    assert (await press(admin, "/admin/sms", fields)).status == 303
    _, dlt_id = house.clinic.sms.fill("token", "hi", token="4711", patient="100000016")
    assert dlt_id == "1107160000000012345"
    assert (await press(admin, "/admin/sms", {**fields, "dlt_id": "x y"})).status == 422
