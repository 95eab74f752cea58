"""SMS templates (T11): lengths as the standard counts them, nothing cut, every error by name, and the shipped table."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.tables import SMS, BadTable, load_sms_templates
from core.rules.mobile import indian_mobile, is_indian_mobile
from core.rules.prescription_sms import MOST_PIECES
from core.rules.sms import BACK_OFF, MAX_ATTEMPTS
from core.rules.sms_talk import Question
from core.rules.sms_template import BadSms, Length, SmsTemplate, SmsTemplates, length, reworded

LANGUAGES = ("hi", "en")
URL = "https://duravani.example.in"
KEYS = {
    "token", "token_again", "called_missed", "token_closed", "token_cancelled", "prescription",
    *(f"medicines_{pieces}" for pieces in range(1, MOST_PIECES + 1)), "one_time_code", "record_link", "reminder_course",
    "reminder_follow_up", "call_back_noted", "token_expired", "place", "place_no_doctor", "call_back_failed",
    "call_back_limit", "sms_help", "nothing_kept", "consent_withdrawn", "people_1", "people_2", "people_3",
    "ask_who_cancel", "family_full", "state_not_served",
    "no_patient", "no_token", "turn_now", "with_doctor", "cancel_too_late", "closed",
    "closed_long", "referred", "referred_later", "grievance_noted", "grievance_answer_1", "grievance_answer_2",
    "grievance_answer_3", "grievance_answered", "prescription_corrected", "prescription_void",
    *(f"ask_{question}" for question in Question),
    *(f"ask_{question}_again" for question in Question if question is not Question.CONSENT),
}  # fmt: skip


def shipped() -> SmsTemplates:
    return load_sms_templates(languages=LANGUAGES, clinic_name="Duravani", public_url=URL)


def one(text: str, **more: object) -> SmsTemplates:
    template = SmsTemplate("k", "en", "1", text, **more)  # type: ignore[arg-type]
    return SmsTemplates({("k", "en"): template})


@pytest.mark.parametrize(("text", "expected"), [
    ("a" * 160, Length("GSM-7", 160, 1)),
    ("a" * 161, Length("GSM-7", 161, 2)),
    ("a" * 306, Length("GSM-7", 306, 2)),
    ("a" * 307, Length("GSM-7", 307, 3)),
    ("€" * 80, Length("GSM-7", 160, 1)),
    ("{" * 81, Length("GSM-7", 162, 2)),
    ("क" * 70, Length("UCS-2", 70, 1)),
    ("क" * 71, Length("UCS-2", 71, 2)),
    ("क" * 134, Length("UCS-2", 134, 2)),
    ("क" * 135, Length("UCS-2", 135, 3)),
    ("😀" * 35, Length("UCS-2", 70, 1)),
    ("`", Length("UCS-2", 1, 1)),
])  # fmt: skip
def test_length(text: str, expected: Length) -> None:
    assert length(text) == expected


def test_fill() -> None:
    text, dlt_id = one("Token {token}, ID {code}.", max_segments=1).fill("k", "en", token="4821", code="{token}")
    assert (text, dlt_id) == ("Token 4821, ID {token}.", "1")


@pytest.mark.parametrize(("values", "variable", "why"), [
    ({}, "token", "missing"),
    ({"token": "1", "x": "2"}, "x", "not in the template"),
    ({"token": "1234567"}, "token", "has 7 characters, 6 fit"),
    ({"token": " "}, "token", "is empty"),
    ({"token": "1\n2"}, "token", "line break"),
])  # fmt: skip
def test_bad_values(values: dict[str, str], variable: str, why: str) -> None:
    with pytest.raises(BadSms, match=re.escape(why)) as bad:
        one("Token {token}.", longest={"token": 6}).fill("k", "en", **values)
    assert (bad.value.key, bad.value.variable) == ("k", variable)


def test_no_such_template() -> None:
    with pytest.raises(BadSms, match="no template in language 'ta'"):
        one("x").fill("k", "ta")


def test_a_value_that_changes_the_alphabet_may_not_make_it_longer_than_paid_for() -> None:
    templates = one("x" * 100 + "{name}", max_segments=1)
    assert templates.fill("k", "en", name="Kamla")
    with pytest.raises(BadSms, match="more than 1 segments"):
        templates.fill("k", "en", name="कमला")


@pytest.mark.parametrize(("text", "more", "why"), [
    ("x" * 140 + "{name}", {}, "may need 2 segments"),
    ("no variable", {"longest": {"name": 3}}, "has a length but is not in the text"),
    ("open {brace", {}, "a brace that belongs to no variable"),
])  # fmt: skip
def test_a_template_that_could_fail_is_refused_when_made(text: str, more: dict[str, object], why: str) -> None:
    with pytest.raises(BadSms, match=why):
        one(text, **more)


FIXED = {"clinic_name": "Asha", "public_url": URL}


def written(text: str, *, language: str = "en", segments: int = 1) -> SmsTemplate:
    """A template of the file, whose token has up to six characters."""
    filled = text.replace("{clinic_name}", "Asha").replace("{public_url}", URL)
    return SmsTemplate("k", language, "1", filled, segments, {"token": 6}, text)


def test_other_words_for_the_same_message() -> None:
    new = reworded(written("{clinic_name}: token {token}."), "Your token: {token}. {clinic_name}", FIXED)
    assert (new.text, new.written) == ("Your token: {token}. Asha", "Your token: {token}. {clinic_name}")
    assert reworded(written("Token {token}"), "{clinic_name} {token}", FIXED).text == "Asha {token}"
    hindi = reworded(written("टोकन {token}", language="hi"), "“टोकन” {token}", FIXED)
    assert (hindi.longest_length.encoding, hindi.dlt_id) == ("UCS-2", "1")


@pytest.mark.parametrize(("before", "after", "reason", "values"), [
    ("{token} at {public_url}", "{token} at https://example.org", "lacks", {"name": "{public_url}"}),
    ("{token}", "Your token", "lacks", {"name": "{token}"}),
    ("{token}", "{token} {code}", "unknown", {"name": "{code}"}),
    ("{token}", "{token} }", "brace", {}),
    ("{token}", "“{token}” – “now”", "alphabet", {"characters": "“ ” –"}),
    ("{token}", "{token}" + "x" * 155, "segments", {"needed": 2, "allowed": 1}),
    ("टोकन {token}", "टोकन {token}" + "क" * 60, "segments", {"needed": 2, "allowed": 1}),
])  # fmt: skip
def test_words_that_would_break_the_message(before: str, after: str, reason: str, values: dict[str, object]) -> None:
    with pytest.raises(BadSms) as bad:
        reworded(written(before), after, FIXED)
    assert (bad.value.reason, bad.value.values) == (reason, values)


def test_languages_that_do_not_fill_in_the_same_are_noticed_at_start() -> None:
    english, hindi = written("Token {token}"), written("टोकन", language="hi")
    with pytest.raises(BadSms, match=re.escape("variable 'token': [hi] lacks it")):
        SmsTemplates({("k", "en"): english, ("k", "hi"): replace(hindi, longest={})})


@given(st.text(alphabet=st.characters(codec="utf-16"), max_size=200))
def test_segments_hold_every_unit(text: str) -> None:
    counted = length(text)
    alone, joined = (160, 153) if counted.encoding == "GSM-7" else (70, 67)
    room = alone if counted.segments == 1 else joined * counted.segments
    assert counted.units <= room
    assert counted.segments == 1 or counted.units > joined * (counted.segments - 1)


def test_the_shipped_templates_have_every_key_in_every_language() -> None:
    templates = shipped()
    assert {key for key, _ in templates._templates} == KEYS
    assert {language for _, language in templates._templates} == set(LANGUAGES)
    dlt_ids = [template.dlt_id for template in templates._templates.values()]
    assert len(set(dlt_ids)) == len(dlt_ids)
    for template in templates._templates.values():
        assert all(template.room_for(variable) <= 30 for variable in template.variables)
        assert template.variables == templates._templates[template.key, "en"].variables


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("people", [1, 2, 3])
def test_names_in_any_script_fit_into_the_list_of_people(language: str, people: int) -> None:
    slots = range(1, people + 1)
    values = {f"{key}{slot}": value for slot in slots for key, value in (("place", "6"), ("id", "1" * 9))}
    names = {f"name{slot}": "सु" * 15 for slot in slots}
    templates = load_sms_templates(languages=LANGUAGES, clinic_name="x" * 30, public_url=URL)
    text, _ = templates.fill(f"people_{people}", language, **values, **names)
    assert text.count("सु" * 15) == people


def test_the_link_s_address_belongs_to_the_registered_text() -> None:
    secret = "A" * 22
    text, _ = shipped().fill("prescription", "hi", link=secret, code="1234 5678 9012")
    assert f"{URL}/p/{secret}" in text


@pytest.mark.parametrize(("table", "message"), [
    ('[token.hi]\ndlt_id = "1"\nsegments = 1\ntext = "x"', "token.en: is missing"),
    ('[token.en]\ndlt_id = 1\nsegments = 1\ntext = "x"', "token.en: needs text, dlt_id"),
    ('[token.en]\ndlt_id = "1"\nsegments = 1\nlongest = 3\ntext = "x"', "token.en.longest: must be a table"),
    (f'[token.en]\ndlt_id = "1"\nsegments = 1\ntext = "{"x" * 161}"', "token: SMS template 'token': [en] may need 2"),
    ("[token", "file: "),
])  # fmt: skip
def test_a_bad_table_names_file_and_key(tmp_path: Path, table: str, message: str) -> None:
    path = tmp_path / "sms.toml"
    path.write_text(table)
    with pytest.raises(BadTable, match=re.escape(message)) as bad:
        load_sms_templates(path, languages=("en",), clinic_name="C", public_url=URL)
    assert str(path) in str(bad.value)


def test_a_long_address_of_the_deployment_is_noticed_at_start() -> None:
    with pytest.raises(BadTable, match=re.escape(str(SMS))):
        load_sms_templates(languages=LANGUAGES, clinic_name="C", public_url="https://" + "x" * 300)


@pytest.mark.parametrize(("number", "is_one"), [
    ("+919876543210", True),
    ("+911234567890", False),
    ("+911412345678", False),
    ("9876543210", False),
    ("+14155552671", False),
    ("+91 98765 43210", False),
    ("anonymous", False),
    ("", False),
])  # fmt: skip
def test_only_indian_mobiles(number: str, is_one: bool) -> None:
    assert is_indian_mobile(number) is is_one


def test_the_account_of_a_phone_of_ours_is_no_mobile() -> None:
    assert indian_mobile("doctor-9876543210") is None
    assert indian_mobile("098765 43210") == "+919876543210"


def test_back_off_never_shrinks_and_ends() -> None:
    assert list(BACK_OFF) == sorted(BACK_OFF)
    assert MAX_ATTEMPTS == 41
