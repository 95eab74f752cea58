"""The duty roster in the administration: bad lines are named, good ones taken, files that are none refused."""

import re

from aiohttp import FormData

from tests.web.administration import audited, roster_line, submit
from tests.web.house import Browser, House, press

ROSTER = """login,date,from,to,opd
asha,2026-11-23,09:00,15:00,general
nobody,2026-11-23,09:00,15:00,general
asha,2026-11-23,14:00,16:00,general
asha,2026-11-24,09:00,15:00,general
"""


async def test_a_roster_with_two_bad_lines(house: House, admin: Browser) -> None:
    page = await (await submit(admin, "/admin/roster/check", {"text": ""}, ("file", ROSTER.encode()))).text()
    assert "Good lines: 2." in page
    assert "No doctor has the login or the registration number “nobody”" in page
    assert "This doctor has a duty then: 2026-11-23 09:00-15:00." in page
    assert re.findall(r'<th scope="row">(\d+)</th>', page) == ["3", "4"]
    async with house.clinic.ledger.read() as books:
        assert await books.roster.between(house.clock.now(), house.clock.now().replace(year=2027)) == []

    page = await (await submit(admin, "/admin/roster/import", {"text": ROSTER})).text()
    assert "Lines taken: 2." in page
    shown = await (await admin.get("/admin/roster?week=2026-11-23")).text()
    assert shown.count("09:00–15:00") == 2
    exported = await (await admin.get("/admin/roster.csv?week=2026-11-23")).text()
    assert exported.splitlines()[1:] == ["asha,2026-11-23,09:00,15:00,general", "asha,2026-11-24,09:00,15:00,general"]
    assert ("imported", "2 taken, 2 refused") in await audited(house, "roster")


async def test_what_a_spreadsheet_in_india_saves_is_taken_and_answered_in_hindi(house: House, admin: Browser) -> None:
    await admin.get("/language/hi")
    lines = (
        "login;date;from;to;opd", "RMC-12345;23/11/2026;9.00;3 pm;सामान्य ओपीडी",
        "asha;24-11-2026;9:00;15:00;GENERAL OPD",
        "asha;11/25/2026;09:00;15:00;general", "asha;26/11/2026;9;15:00;general", "asha;26/11/2026;09:00;15:00;eyes",
        ";;;;",
    )  # fmt: skip
    page = await (
        await submit(admin, "/admin/roster/check", {"text": ""}, ("file", "\r\n".join(lines).encode()))
    ).text()
    assert "ठीक लाइनें: 2।" in page
    assert re.findall(r'<th scope="row">(\d+)</th><td>(.*?)</td>', page) == [
        ("4", "“11/25/2026” 2026-11-23 या 23/11/2026 जैसा दिन नहीं है।"),
        ("5", "“9” 09:00 या 9 am जैसा समय नहीं है।"),
        ("6", "“eyes” नाम का विभाग नहीं है।"),
    ]
    await submit(admin, "/admin/roster/import", {"text": "\r\n".join(lines)})
    exported = await (await admin.get("/admin/roster.csv?week=2026-11-23")).text()
    assert exported.splitlines()[1:] == ["asha,2026-11-23,09:00,15:00,general", "asha,2026-11-24,09:00,15:00,general"]


async def test_a_registration_number_that_two_doctors_have_is_nobodys(house: House, admin: Browser) -> None:
    await house.second_doctor()
    text = "login,date,from,to,opd\nRMC-12345,2026-11-23,09:00,15:00,general\nvikram,2026-11-23,09:00,15:00,general\n"
    page = await (await submit(admin, "/admin/roster/check", {"text": text}, ("file", b""))).text()
    assert "Good lines: 1." in page
    assert "the registration number “RMC-12345”, or more than one has." in page


async def test_departments_are_named_in_the_readers_language(house: House, admin: Browser) -> None:
    day = house.clinic.local_now()
    await press(admin, "/admin/roster/add", roster_line(f"{day:%Y-%m-%d}", "00:00", "24:00"))
    for language, name in (("en", "General OPD"), ("hi", "सामान्य ओपीडी")):
        await admin.get(f"/language/{language}")
        week = await (await admin.get("/admin/roster")).text()
        assert f'<span class="faint">{name}</span>' in week
        assert f'<option value="general">{name}</option>' in week
        staff = await (await admin.get("/admin")).text()
        assert f'<span class="faint">{name} · ' in staff  # on duty, and not at work
        assert f'<span class="tag">{name}</span>' in staff


async def test_one_duty_is_added_and_taken_off(house: House, admin: Browser) -> None:
    assert (await press(admin, "/admin/roster/add", roster_line("2026-11-24"))).status == 303
    refused = await press(admin, "/admin/roster/add", roster_line("2026-11-24", "14:00", "18:00"))
    assert refused.status == 422
    assert "has a duty then" in await refused.text()
    page = await (await admin.get("/admin/roster?week=2026-11-24")).text()
    duty = re.findall(r'name="duty" value="(\d+)"', page)
    assert len(duty) == 1
    await press(admin, "/admin/roster/drop", {"duty": duty[0], "week": "2026-11-23"})
    assert "Nobody is on the roster" in await (await admin.get("/admin/roster?week=2026-11-24")).text()


async def test_a_file_that_is_no_roster(house: House, admin: Browser) -> None:
    for content in (b"PK\x03\x04\x00\xff", b"", b"\xff\xfe\x00", b"login;date\n"):
        answer = await submit(admin, "/admin/roster/check", {"text": "x"}, ("file", content))
        assert answer.status == 200, content
        assert "must name these columns" in await answer.text()
    huge = await submit(admin, "/admin/roster/check", {"text": ""}, ("file", b"x" * 300_000))
    assert huge.status == 413
    two = await submit(admin, "/admin/roster/check", {"text": ""}, ("file", b"a"), ("file", b"b"))
    assert two.status == 400


async def test_an_upload_needs_the_token_too(house: House, admin: Browser) -> None:
    form = FormData()
    form.add_field("text", ROSTER, content_type="text/plain")
    form.add_field("file", b"", filename="x.csv")
    assert (await admin.post("/admin/roster/import", data=form())).status == 403
    assert (await admin.post("/admin/roster/import", data={"text": ROSTER})).status == 400
