"""Hours, limits, names: in force at once, or at the next start; what cannot be used is refused, in words."""

from html import unescape

import pytest

from config.settings import load_settings
from core.clinic.admin.change_setting import changes
from core.clinic.admin.renew_policy import renew_policy
from core.rules.changes import BadChange
from house.configuration import FileConfiguration
from tests.web.administration import audited
from tests.web.house import Browser, House, press
from web.pages.admin.refused import why
from web.words import load_words


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
    assert "waits for the next start; until then: Duravani" in await (await admin.get("/admin/settings")).text()


@pytest.mark.parametrize("name", ["A {x} B", "{token}", "A }B"])
async def test_a_name_with_braces_would_stop_every_sms_and_is_refused(house: House, admin: Browser, name: str) -> None:
    answer = await press(admin, "/admin/settings", {"key": "clinic_name", "value": name})
    assert answer.status == 422
    assert "The signs { and } cannot be used here." in await answer.text()
    stored_before = FileConfiguration(load_settings(), {"clinic_name": name})
    assert stored_before.settings.clinic_name == "Duravani"
    assert "4711" in stored_before.in_force({})[1].fill("token", "en", token="4711", patient="100000016")[0]


async def test_limits_of_call_backs_are_checked_together(house: House, admin: Browser) -> None:
    hour, day = "call_backs_per_hour", "call_backs_per_day"
    answer = await press(admin, "/admin/settings", {"key": hour, "value": "9"})
    assert answer.status == 422
    assert "9 is more than “Call-backs to one mobile within a day” allows (8)." in await answer.text()
    for key, value in ((day, "20"), (hour, "9")):
        assert (await press(admin, "/admin/settings", {"key": key, "value": value})).status == 303
    assert (await press(admin, "/admin/settings/restore", {"key": day, "value": ""})).status == 422
    await renew_policy(house.clinic)
    assert (house.clinic.policy.call_backs.per_hour, house.clinic.policy.call_backs.per_day) == (9, 20)


async def test_what_was_not_changed_cannot_be_restored(house: House, admin: Browser) -> None:
    assert (await press(admin, "/admin/hours/restore", {"key": "opd.nowhere.mon"})).status == 400
    for key in ("opd.general.mon", "opd.general.xyz", "opd.general.2026-99-99"):
        answer = await press(admin, "/admin/hours/restore", {"key": key})
        assert answer.status == 422, key
        assert "Nothing was changed there" in await answer.text()
    assert (await press(admin, "/admin/settings/restore", {"key": "family_limit", "value": ""})).status == 422
    assert await audited(house, "setting:opd.general.mon") == []


async def test_a_whole_day_says_so(admin: Browser) -> None:
    always = await (await admin.get("/admin/hours")).text()
    assert always.count("open all day") == 7  # the general department, on each weekday
    await press(admin, "/admin/hours/day", {"opd": "general", "day": "2026-11-23", "opens": "00:00", "closes": "00:00"})
    assert (await (await admin.get("/admin/hours")).text()).count("open all day") == 8


@pytest.mark.parametrize(
    ("key", "value", "english", "hindi"),
    [
        ("family_limit", "many", "a whole number from 1 to 6", "1 से 6 तक की पूरी संख्या"),
        ("family_limit", "7", "a whole number from 1 to 6", "1 से 6 तक की पूरी संख्या"),
        ("link_days", "", "a whole number from 1 to 1100", "1 से 1100 तक की पूरी संख्या"),
        ("clinic_name", "x" * 31, "1 to 30 characters", "1 से 30 अक्षर"),
        ("clinic_name", "{token}", "The signs { and }", "{ और } चिह्न"),
        ("grievance_contact", "", "1 to 120 characters", "1 से 120 अक्षर"),
        ("grievance_contact", "x" * 201, "one line of at most 200 characters", "एक ही लाइन में लिखें, 200 अक्षर तक"),
        ("call_backs_per_hour", "9", "9 is more than “Call-backs", "9 उससे ज़्यादा है जो “एक मोबाइल पर एक दिन"),
        ("states", "RJ,XX", "no state with the code XX", "XX कोड का कोई राज्य नहीं"),
        ("patient_numbers", "104, one", "Separate several by commas", "बीच में कॉमा लगाएँ"),
        ("patient_numbers", "", "This cannot be empty: What patients dial", "यह ख़ाली नहीं रह सकता: मरीज़"),
        ("patient_numbers", "105", "105 would stand twice", "105 दो बार"),
        ("staff_number", "106", "106 would stand twice", "106 दो बार"),
        ("ambulance", "108, 112", "one number only", "एक ही नंबर"),
        ("trunk_number", "1 04", "“1 04” is no number", "“1 04” ऐसा नंबर नहीं"),
        ("twilio_from", "98765-43210", "“98765-43210” is no sender", "“98765-43210” से SMS नहीं"),
        ("twilio_voice_sip", "sip:a:b@example.org", "cannot hold a password", "पासवर्ड नहीं लिख सकते"),
        ("smpp_sender", "दूर", "“दूर” is no sender", "“दूर” से SMS नहीं"),
        ("languages", "hi,hi", "hi would stand twice", "hi दो बार"),
        ("languages", "ta", "no language with the code ta", "ta कोड की कोई भाषा"),
    ],
)
async def test_why_something_is_refused_is_said_in_the_readers_language(
    house: House, admin: Browser, key: str, value: str, english: str, hindi: str
) -> None:
    for language, said in (("en", english), ("hi", hindi)):
        await admin.get(f"/language/{language}")
        answer = await press(admin, "/admin/settings", {"key": key, "value": value})
        assert answer.status == 422
        assert said in unescape(await answer.text())
    assert await changes(house.clinic) == []


async def test_a_reason_without_words_of_its_own_gets_a_general_sentence() -> None:
    words = load_words(("en", "hi")).tongues
    bad = BadChange("time_zone", "no such time zone", "unheard_of", value=3)
    assert why(words["hi"], bad) == words["hi"]("refused.other")
    assert why(words["en"], bad) == words["en"]("refused.other")
