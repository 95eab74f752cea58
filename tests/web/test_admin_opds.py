"""Departments and states in the panel: added, said, renamed, retired, opened again; what is missing is told (S10)."""

import re
from dataclasses import replace

import pytest

from core.clinic.admin.change_opd import leave_retired
from core.clinic.cancel_token import cancel_token
from core.clinic.take_token import take_token
from core.rules.changes import SettingChanged
from core.rules.token import TokenState
from tests.web.administration import audited, submit, tone
from tests.web.house import Browser, House, browser, hire_doctor, press

SKIN = {
    "opd": "skin", "opens": "00:00", "closes": "00:00", "name-en": "Skin", "name-hi": "चमड़ी",
    "spoken-en": "For skin diseases press", "spoken-hi": "चमड़ी के डॉक्टर के लिए",
}  # fmt: skip


async def test_a_new_department_is_offered_as_soon_as_it_can_be_heard(house: House, admin: Browser) -> None:
    assert (await press(admin, "/admin/opds/add", SKIN)).status == 303
    assert list(house.clinic.policy.opds) == ["general", "speciality", "skin"]
    for language in ("hi", "en"):
        heard = await admin.get(f"/admin/prompts/sound.wav?stem={language}/opd/skin")
        assert len(await heard.read()) > 8000
    assert ("set", "as in the files -> voice") in await audited(house, "setting:opd.skin.sound.hi")
    page = await (await admin.get("/admin/opds")).text()
    assert 'value="चमड़ी के डॉक्टर के लिए"' in page
    assert "Skin <span" in await (await admin.get("/admin/hours")).text()


async def test_without_a_voice_the_page_says_what_is_missing_and_takes_recordings(house: House, admin: Browser) -> None:
    (house.home / "sounds").mkdir()
    (house.home / "sounds" / "spoken").write_text("a file is in the way")
    assert (await press(admin, "/admin/opds/add", SKIN)).status == 303
    assert "skin" not in house.clinic.policy.opds
    assert "skin" in house.clinic.policy.staffed_opds
    page = await (await admin.get("/admin/opds")).text()
    assert page.count("No sound yet in") == 2
    assert (await press(admin, "/admin/opds/speak", {"opd": "skin"})).status == 422
    for language in ("hi", "en"):
        assert "skin" not in house.clinic.policy.opds
        stem: dict[str, object] = {"stem": f"{language}/opd/skin"}
        assert (await submit(admin, "/admin/prompts/record", stem, ("file", tone(1, 8000)))).status == 303
    assert "skin" in house.clinic.policy.opds
    await press(admin, "/admin/prompts/unrecord", {"stem": "hi/opd/skin"})
    assert "skin" not in house.clinic.policy.opds


async def test_other_words_are_said_anew_and_a_recording_of_the_old_ones_is_gone(house: House, admin: Browser) -> None:
    await press(admin, "/admin/opds/add", SKIN)
    await submit(admin, "/admin/prompts/record", {"stem": "en/opd/skin"}, ("file", tone(3, 8000)))
    recorded = await (await admin.get("/admin/prompts/sound.wav?stem=en/opd/skin")).read()
    renamed = {**SKIN, "name-en": "Skin and hair", "spoken-en": "For skin and hair press"}
    assert (await press(admin, "/admin/opds/rename", renamed)).status == 303
    assert house.clinic.policy.opds["skin"].names["en"] == "Skin and hair"
    assert await (await admin.get("/admin/prompts/sound.wav?stem=en/opd/skin")).read() != recorded


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("opd", "Skin!", "कुंजी 2 से 20 छोटे अंग्रेज़ी अक्षरों और _ की हो।"),
        ("opd", "", "कुंजी 2 से 20 छोटे अंग्रेज़ी अक्षरों और _ की हो।"),
        ("opd", "general", "ऐसा विभाग पहले से है।"),
        ("name-hi", "", "40 अक्षर तक, { और } चिह्न के बिना।"),
        ("spoken-en", "press {key}", "120 अक्षर तक, { और } चिह्न के बिना।"),
        ("closes", "", "खुलने के बाद ही बंद हो सकता है।"),
        ("closes", "08:00", "खुलने के बाद ही बंद हो सकता है।"),
    ],
)
async def test_a_department_that_cannot_be_is_refused_whole_and_in_the_readers_language(
    house: House, admin: Browser, field: str, value: str, said: str
) -> None:
    await admin.get("/language/hi")
    fields = {**SKIN, "opens": "09:00", "closes": "17:00", field: value}
    answer = await press(admin, "/admin/opds/add", fields)
    assert answer.status == 422
    assert re.findall(r'id="add-problem">(.*?)</p>', await answer.text())[0].endswith(said)
    assert list(house.clinic.policy.known_opds) == ["general", "speciality"]


async def test_there_are_no_more_than_there_are_keys(house: House, admin: Browser) -> None:
    for opd in ("eyes", "teeth", "ears", "heart", "bones"):
        assert (await press(admin, "/admin/opds/add", {**SKIN, "opd": opd})).status == 303
    answer = await press(admin, "/admin/opds/add", SKIN)
    assert answer.status == 422
    assert "Callers can be offered 7 departments" in await answer.text()


async def test_a_retired_department_is_left_when_nobody_waits_in_it(house: House, admin: Browser) -> None:
    clinic = house.clinic
    async with clinic.ledger.write() as books:
        await books.staff.save_doctor(replace(house.doctor.doctor, opds=("general", "speciality")))
    only = await hire_doctor(clinic, "vikram", "Dr. Vikram Rao")
    token = await take_token(clinic, await house.patient(), "general")
    assert (await press(admin, "/admin/opds/retire", {"opd": "general"})).status == 303
    assert list(clinic.policy.opds) == ["speciality"]
    assert (await press(admin, "/admin/opds/retire", {"opd": "speciality"})).status == 422

    async def lists() -> list[tuple[str, ...]]:
        async with clinic.ledger.read() as books:
            return [(await books.staff.doctor(each.doctor.id)).opds for each in (house.doctor, only)]

    assert await lists() == [("general", "speciality"), ("general",)]
    person = await (await admin.get(f"/admin/staff/{only.doctor.id}")).text()
    assert "General OPD (retired)" in person
    async with clinic.ledger.read() as books:
        patient = await books.patients.get(token.patient_id)
        token = await books.tokens.get(token.id)
    assert token.state is TokenState.WAITING
    await cancel_token(clinic, token, patient)
    assert await leave_retired(clinic) == 1
    assert await lists() == [("speciality",), ("general",)]  # who serves nothing else keeps it
    assert (await press(admin, "/admin/opds/reopen", {"opd": "general"})).status == 303
    assert list(clinic.policy.opds) == ["general", "speciality"]


async def test_states_are_chosen(house: House, admin: Browser) -> None:
    fields = {"states": "RJ"}
    assert (await press(admin, "/admin/opds/states", fields)).status == 303
    assert house.clinic.policy.served_states == {"RJ"}
    assert (await press(admin, "/admin/opds/states", {"states": "XX"})).status == 400
    await press(admin, "/admin/opds/states", {})
    assert house.clinic.policy.serves("KA")


async def test_a_name_is_seen_wherever_the_department_is(house: House, admin: Browser) -> None:
    names = {"opd": "general", "name-en": "Family doctor", "name-hi": "घर के डॉक्टर"}
    assert (await press(admin, "/admin/opds/rename", names)).status == 303
    assert "Family doctor" in await (await admin.get("/admin/hours")).text()
    await take_token(house.clinic, await house.patient(), "general")
    assert "Family doctor" in await (await admin.get("/wallboard")).text()
    async with browser(house.deps()) as stranger:
        assert (await stranger.get("/admin/opds", allow_redirects=False)).status == 303


async def test_states_beside_a_change_that_fits_the_files_no_more(house: House, admin: Browser) -> None:
    async with house.clinic.ledger.write() as books:
        await books.settings_changed.put(SettingChanged("family_limit", "none", "admin:1", house.clock.now()))
    answer = await press(admin, "/admin/opds/states", {"states": "RJ"})
    assert answer.status == 422
    assert "family_limit" in await answer.text()
