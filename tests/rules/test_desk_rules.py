"""The desk's decisions: details as typed, a token's new place, a call told in order, an answer cut for an SMS."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.grievance import MOST_PIECES, PIECE, pieces
from core.rules.queue import rank
from core.rules.records import CallEvent
from core.rules.registration import Wrong, age_of, name_of, wrong_details
from core.rules.rerank import Spot, joined_at
from core.rules.sms_words import Wish, wish_in
from core.rules.story import Step, in_order, story_of
from core.rules.token import Priority, Token, TokenState
from ivr.talk_events import Event

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Sunita   Devi ", "Sunita Devi"), ("सुनीता देवी", "सुनीता देवी"), ("D'Souza (Jr.)", "D'Souza (Jr.)"),
        ("", None), ("...", None), ("12", None), ("<b>", None), ("a" * 81, None), ("a" * 10_000, None), ("\x00a", None),
    ],
)  # fmt: skip
def test_names(text: str, name: str | None) -> None:
    assert name_of(text) == name


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("0", 0), (" 34 ", 34), ("120", 99), ("121", None), ("-1", None), ("3.5", None), ("३४", None), ("", None),
        ("1e1", None), ("9" * 10_000, None), ("²", None),
    ],
)  # fmt: skip
def test_ages(text: str, age: int | None) -> None:
    assert age_of(text) == age


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = list(wrong_details(name="", age="x", pin_code_known=False, guardian="1"))
    assert wrong == [
        Wrong("name", "needed"), Wrong("age", "not_an_age"), Wrong("pin_code", "not_a_pin_code"),
        Wrong("guardian", "not_a_name"),
    ]  # fmt: skip


@pytest.mark.parametrize(("age", "guardian", "wrong"), [("17", "", True), ("18", "", False), ("3", "Ram", False)])
def test_a_minor_needs_an_adult(age: str, guardian: str, wrong: bool) -> None:
    found = list(wrong_details(name="Mina", age=age, pin_code_known=True, guardian=guardian))
    assert found == ([Wrong("guardian", "adult_needed")] if wrong else [])
    assert list(wrong_details(name="Mina", age=age, pin_code_known=True, guardian=None)) == []


def _token(number: int, minutes: int, priority: Priority = Priority.ROUTINE, opd: str = "general") -> Token:
    joined = NOW + timedelta(minutes=minutes)
    return Token(
        number, str(number), date(2026, 11, 21), number, opd, "RJ", "hi", priority, TokenState.WAITING, joined, joined
    )


@given(
    minutes=st.lists(st.tuples(st.integers(-300, 0), st.sampled_from(Priority)), max_size=6),
    priority=st.sampled_from(Priority),
    own=st.integers(-300, 0),
)
def test_the_front_is_before_everybody_and_the_back_is_now(
    minutes: list[tuple[int, Priority]], priority: Priority, own: int
) -> None:
    others = [_token(place, *each) for place, each in enumerate(minutes, start=2)]
    token = _token(1, own)
    front = joined_at(token, priority, Spot.FRONT, [token, *others], NOW)
    assert all(rank(front, priority) < rank(other.joined_at, other.priority) for other in others)
    assert front <= token.joined_at
    assert joined_at(token, priority, Spot.BACK, [token, *others], NOW) == NOW
    assert joined_at(token, priority, Spot.KEEP, [token, *others], NOW) == token.joined_at


def test_another_lane_does_not_count() -> None:
    token, elsewhere = _token(1, 0), _token(2, -100, opd="speciality")
    assert joined_at(token, Priority.ROUTINE, Spot.FRONT, [token, elsewhere], NOW) == token.joined_at
    abroad = replace(_token(3, -100), state_code="MH")
    assert joined_at(token, Priority.ROUTINE, Spot.FRONT, [token, abroad], NOW) == token.joined_at


def _event(kind: str, detail: str = "", second: int = 0) -> CallEvent:
    return CallEvent("leg", NOW + timedelta(seconds=second), kind, detail)


def test_a_call_is_told_in_order() -> None:
    told = story_of([
        _event("started", "patient +919876543210"), _event("said", "age: How old: 1 to 99?"), _event("pressed", "3"),
        _event("pressed", "4"), _event("recorded", "name-77"), _event("recorded"), _event("talking", "consultation-3"),
        _event("odd", "thing"), _event("ended", "hangup normal"),
    ])  # fmt: skip
    assert [(step.kind, step.detail) for step in told] == [
        ("started", ""), ("said", "How old: 1 to 99?"), ("pressed", "3 4"), ("recorded", ""), ("recorded_nothing", ""),
        ("talking", ""), ("other", "odd thing"), ("ended", "hangup normal"),
    ]  # fmt: skip


@pytest.mark.parametrize("event", [event for event in Event if event is not Event.ENDED])
def test_whatever_breaks_into_a_talk_has_words_and_names_no_room(event: Event) -> None:
    kind = event.name.lower()
    assert story_of([_event(kind, "consultation-3")]) == [Step(NOW, kind, "")]


def test_secret_keys_stay_masked() -> None:
    events = [
        _event("said", "otp: Your code?"),
        _event("pressed", "7"),
        _event("said", "age: ?"),
        _event("pressed", "4"),
    ]
    assert [step.detail for step in story_of(events, frozenset({"otp"}))] == ["Your code?", "•", "?", "4"]


def test_sms_stand_where_they_were_sent() -> None:
    told = [Step(NOW, "said", "a"), Step(NOW + timedelta(seconds=9), "said", "b")]
    sent = [Step(NOW + timedelta(seconds=5), "sms_sent", "token")]
    assert [step.detail for step in in_order(told, sent)] == ["a", "token", "b"]


@given(st.text(alphabet="ab ", max_size=200))
def test_an_answer_is_cut_between_words_or_not_at_all(answer: str) -> None:
    parts = pieces(answer)
    if parts is not None:
        assert 1 <= len(parts) <= MOST_PIECES
        assert all(0 < len(part) <= PIECE for part in parts)
        assert " ".join(parts).split() == answer.split()


@pytest.mark.parametrize("text", ["", "  ", "a" * 31, "word " * 40])
def test_what_does_not_fit_a_template_is_not_cut(text: str) -> None:
    assert pieces(text) is None


@pytest.mark.parametrize(
    "text", ["GRIEVANCE nobody called me", "शिकायत", "shikayat: doctor ne phone nahi kiya " + "aur " * 30]
)
def test_a_complaint_by_sms_is_one_however_long(text: str) -> None:
    assert wish_in(text) is wish_in(text, whole=True) is Wish.GRIEVANCE
