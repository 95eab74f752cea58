"""Holidays in the administration: one form closes several departments for several days, or none of them."""

from datetime import date

import pytest

from tests.web.house import Browser, House, press

OTHER = {"first": "2026-12-24", "last": "2026-12-26", "opens": "", "closes": "", "do": "set"}
DAYS = (date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26))


async def test_all_departments_are_closed_for_a_span_and_open_again(house: House, admin: Browser) -> None:
    assert (await press(admin, "/admin/hours/days", {**OTHER, "opds": "*"})).status == 303
    for opd in ("general", "speciality"):
        found = house.clinic.policy.opds[opd].exceptions
        assert {day: found[day] for day in DAYS} == dict.fromkeys(DAYS)
        assert date(2026, 12, 27) not in found
    back = {**OTHER, "opds": "*", "last": "2026-12-25", "do": "restore"}
    assert (await press(admin, "/admin/hours/days", back)).status == 303
    assert [*house.clinic.policy.opds["general"].exceptions] == [DAYS[2]]
    assert (await press(admin, "/admin/hours/days", back)).status == 422  # nothing is left to go back


async def test_one_department_and_one_day_at_other_hours(house: House, admin: Browser) -> None:
    fields = {**OTHER, "last": "", "opds": "general", "opens": "09:00", "closes": "12:00"}
    assert (await press(admin, "/admin/hours/days", fields)).status == 303
    hours = house.clinic.policy.opds["general"].exceptions
    assert [(day, found and found[1].hour) for day, found in hours.items()] == [(DAYS[0], 12)]
    assert DAYS[0] not in house.clinic.policy.opds["speciality"].exceptions


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "choose at least one department"),
        ({"opds": "*", "last": "2026-12-23"}, "must not be before the first; at most 31"),
        ({"opds": "*", "last": "2027-01-24"}, "must not be before the first; at most 31"),
        ({"opds": "*", "first": "2026-11-20"}, "a day from today on"),
        ({"opds": "*", "last": "tomorrow"}, "a day from today on"),
        ({"opds": "general", "opens": "12:00", "closes": "09:00"}, "must close after it opens"),
    ],
)
async def test_what_makes_no_sense_changes_nothing_and_is_told(
    house: House, admin: Browser, fields: dict[str, object], said: str
) -> None:
    answer = await press(admin, "/admin/hours/days", {**OTHER, **fields})
    assert answer.status == 422
    page = await answer.text()
    assert said in page
    assert f'name="first" type="date" min="2026-11-21" value="{fields.get("first", OTHER["first"])}"' in page
    async with house.clinic.ledger.read() as books:
        assert await books.settings_changed.all() == []


async def test_a_department_that_there_is_not_is_no_choice_of_ours(admin: Browser) -> None:
    assert (await press(admin, "/admin/hours/days", {**OTHER, "opds": "eyes"})).status == 400
