"""The duty roster from CSV: good lines are taken, bad ones are named by their number and reason."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.csv_text import csv_text, harmless, read_text
from core.rules.roster import Duty
from core.rules.roster_csv import HEADING, MOST_LINES, Reader, Refusal, Server, called, roster_rows

INDIA = ZoneInfo("Asia/Kolkata")
DOCTORS = {"asha": Server(1, ("general",)), "ravi": Server(2, ("general", "speciality"))}
READER = Reader(
    DOCTORS,
    called({"general": ("General OPD", "सामान्य ओपीडी"), "speciality": ("Speciality OPD", "ज़रूरी"), "skin": ()}),
    INDIA,
    date(2026, 11, 22),
)
HEAD = "login,date,from,to,opd\n"


def why(line: str, *known: Duty) -> Refusal:
    report = READER.read(HEAD + line, known)
    assert report.duties == []
    assert [refused.number for refused in report.refused] == [2]
    return report.refused[0].why


def one(line: str) -> Duty:
    report = READER.read(HEAD + line, ())
    assert report.refused == []
    (duty,) = report.duties
    return duty


def test_a_good_line_is_a_duty_in_the_clinics_zone() -> None:
    assert one("asha,2026-11-23,09:00,15:00,general") == Duty(
        0, 1, "general", datetime(2026, 11, 23, 3, 30, tzinfo=UTC), datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    )


def test_a_night_ends_on_the_next_day_and_a_whole_day_at_24() -> None:
    night = one("asha,2026-11-23,20:00,08:00,general")
    assert (night.ends_at - night.begins_at).total_seconds() == 12 * 3600
    day = one("asha,2026-11-23,00:00,24:00,general")
    assert (day.ends_at - day.begins_at).total_seconds() == 24 * 3600
    assert night.covers(night.begins_at)
    assert not night.covers(night.ends_at)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("asha,2026-11-23,09:00,15:00", Refusal.COLUMNS),
        ("asha,2026-11-23,09:00,15:00,general,more", Refusal.COLUMNS),
        ("nobody,2026-11-23,09:00,15:00,general", Refusal.LOGIN),
        ("asha,11/23/2026,09:00,15:00,general", Refusal.DATE),
        ("asha,23/11-2026,09:00,15:00,general", Refusal.DATE),
        ("asha,23.11.2026,09:00,15:00,general", Refusal.DATE),
        ("asha,23/11/26,09:00,15:00,general", Refusal.DATE),
        ("asha,31/11/2026,09:00,15:00,general", Refusal.DATE),
        ("asha,2026-W48-1,09:00,15:00,general", Refusal.DATE),
        ("asha,20261123,09:00,15:00,general", Refusal.DATE),
        ("asha,2026-02-30,09:00,15:00,general", Refusal.DATE),
        ("asha,2062-11-23,09:00,15:00,general", Refusal.FAR),
        ("asha,2026-11-23,9,15:00,general", Refusal.TIME),
        ("asha,2026-11-23,09:00,25:00,general", Refusal.TIME),
        ("asha,2026-11-23,24:00,15:00,general", Refusal.TIME),
        ("asha,2026-11-23,०९:००,15:00,general", Refusal.TIME),
        ("asha,2026-11-23,9.3,15:00,general", Refusal.TIME),
        ("asha,2026-11-23,09:60,15:00,general", Refusal.TIME),
        ("asha,2026-11-23,13 pm,15:00,general", Refusal.TIME),
        ("asha,2026-11-23,0 am,15:00,general", Refusal.TIME),
        ("asha,2026-11-23,09:00:30,15:00,general", Refusal.TIME),
        ("asha;2026-11-23;09:00;15:00;general", Refusal.COLUMNS),
        ("asha,2026-11-23,09:00,09:00,general", Refusal.LENGTH),
        ("asha,2026-11-23,09:00,15:00,eyes", Refusal.OPD),
        ("asha,2026-11-23,09:00,15:00,speciality", Refusal.NOT_THEIRS),
        ('"asha,2026-11-23,09:00,15:00,general', Refusal.NOT_CSV),
        ("=cmd|'/c calc'!A1,2026-11-23,09:00,15:00,general", Refusal.LOGIN),
    ],
)
def test_a_bad_line_is_refused_for_its_reason(line: str, reason: Refusal) -> None:
    assert why(line) is reason


@pytest.mark.parametrize("day", ["23/11/2026", "23-11-2026", "2026-11-23"])
@pytest.mark.parametrize(
    ("begins", "ends"),
    [("9:00", "15:00"), ("9.00", "15.00"), ("9 am", "3 pm"), ("09:00:00", "15:00:00"), ("9:00 A.M.", "03:00PM")],
)
def test_days_and_times_are_taken_as_spreadsheets_in_india_write_them(day: str, begins: str, ends: str) -> None:
    assert one(f"asha,{day},{begins},{ends},general") == one("asha,2026-11-23,09:00,15:00,general")


def test_a_day_is_never_read_month_first_and_noon_is_no_midnight() -> None:
    assert one("asha,5/1/2027,09:00,15:00,general").begins_at.astimezone(INDIA).date() == date(2027, 1, 5)
    duty = one("asha,2026-11-23,12 pm,12 am,general")
    assert (duty.begins_at.astimezone(INDIA).hour, duty.ends_at.astimezone(INDIA).hour) == (12, 0)
    assert one("asha,2026-11-23,0:00,24.00,general") == one("asha,2026-11-23,00:00,24:00,general")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_heading_says_what_separates_the_columns(separator: str) -> None:
    text = "Login,DATE,from,to,opd\n,,,,\nasha,23/11/2026,9.00,15.00,general\n".replace(",", separator)
    report = READER.read(text, ())
    assert report.refused == []
    assert report.duties == [one("asha,2026-11-23,09:00,15:00,general")]


@pytest.mark.parametrize("heading", ["login,date;from,to;opd", "login|date|from|to|opd", "login;date,from,to,opd"])
def test_a_heading_with_other_separators_is_none(heading: str) -> None:
    assert [line.why for line in READER.read(f"{heading}\n", ()).refused] == [Refusal.HEADING]


@pytest.mark.parametrize("file", [("\ufeff" + HEAD).encode(), HEAD.encode(), HEAD.encode("utf-16")])
def test_a_file_is_read_whatever_mark_it_begins_with(file: bytes) -> None:
    assert read_text(file) == HEAD
    assert read_text(b"\xff\xfe\x00") == read_text(b"\xef\xbb\xbf\xff") == "\ufffd"


@pytest.mark.parametrize("opd", ["GENERAL", "general opd", "General  OPD", "सामान्य ओपीडी"])
def test_a_department_is_meant_by_its_key_or_by_a_name_in_any_language(opd: str) -> None:
    assert one(f"asha,2026-11-23,09:00,15:00,{opd}").opd == "general"


def test_a_name_is_the_same_however_its_letters_were_typed_and_two_departments_share_none() -> None:
    assert one("ravi,2026-11-23,09:00,15:00,\u091c\u093c\u0930\u0942\u0930\u0940").opd == "speciality"
    assert called({"a": ("Skin", "Both"), "b": ("both", "A")}) == {"skin": "a", "a": "a", "b": "b"}


def test_what_is_there_already_is_neither_doubled_nor_overlapped() -> None:
    there = one("asha,2026-11-23,09:00,15:00,general")
    assert why("asha,2026-11-23,09:00,15:00,general", there) is Refusal.KNOWN
    assert why("asha,2026-11-23,14:00,20:00,general", there) is Refusal.OVERLAPS
    assert READER.read(HEAD + "asha,2026-11-23,15:00,20:00,general", [there]).refused == []
    assert READER.read(HEAD + "ravi,2026-11-23,09:00,15:00,general", [there]).refused == []


def test_good_lines_are_taken_and_bad_ones_named_by_number() -> None:
    text = "\ufeffDate,Login,From,To,OPD\r\n2026-11-23,asha,09:00,15:00,general\r\n\r\n"
    text += "2026-11-23,asha,14:00,16:00,general\r\n"
    text += "2026-11-23,who,09:00,15:00,general\r\n2026-11-24,ravi,09:00,15:00,speciality\r\n"
    report = READER.read(text, ())
    assert [(duty.doctor_id, duty.opd) for duty in report.duties] == [(1, "general"), (2, "speciality")]
    assert [(line.number, line.why) for line in report.refused] == [(4, Refusal.OVERLAPS), (5, Refusal.LOGIN)]
    assert report.refused[0].detail == "2026-11-23 09:00-15:00"


@pytest.mark.parametrize("text", ["", "asha,2026-11-23,09:00,15:00,general", "login,date\n", '"\n', "PK\x03\x04"])
def test_without_a_heading_nothing_is_taken(text: str) -> None:
    report = READER.read(text, ())
    assert [(line.number, line.why) for line in report.refused] == [(1, Refusal.HEADING)]


def test_a_huge_file_is_refused_whole() -> None:
    report = READER.read(HEAD + "asha,2026-11-23,09:00,15:00,general\n" * MOST_LINES, ())
    assert [line.why for line in report.refused] == [Refusal.TOO_MANY]


def test_what_is_exported_can_be_imported_again() -> None:
    lines = "asha,2026-11-23,20:00,08:00,general\nravi,2026-11-24,00:00,24:00,speciality\n"
    duties = READER.read(HEAD + lines, ()).duties
    exported = csv_text(HEADING, roster_rows(duties, {1: "asha", 2: "ravi"}, INDIA))
    assert READER.read(exported, ()).duties == duties


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    for given_text in (text, HEAD + text):
        report = READER.read(given_text, ())
        assert report.duties == () or len(report.duties) <= given_text.count("\n")


@given(st.text())
def test_no_cell_is_a_formula(cell: str) -> None:
    assert not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert harmless(cell).endswith(cell)
