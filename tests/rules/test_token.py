"""A token's life: what the table allows, and that every life ends (S15-S19)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.rules.token import ACTIVE, MOVES, NotAllowed, Priority, Token, TokenState, check_move

S = TokenState
NOW = datetime(2026, 3, 2, tzinfo=UTC)
TOKEN = Token(
    id=1,
    number="4711",
    day=date(2026, 3, 2),
    patient_id=1,
    opd="general",
    state_code="RJ",
    language="hi",
    priority=Priority.ROUTINE,
    state=S.WAITING,
    created_at=NOW,
    joined_at=NOW,
)
ALLOWED = {(start, to) for start, targets in MOVES.items() for to in targets}


@pytest.mark.parametrize(("start", "to"), [(start, to) for start in S for to in S])
def test_only_the_moves_of_the_table_are_allowed(start: TokenState, to: TokenState) -> None:
    token = replace(TOKEN, state=start)
    if (start, to) in ALLOWED:
        check_move(token, to)
    else:
        with pytest.raises(NotAllowed, match=f"a {start} token cannot become {to}"):
            check_move(token, to)


def test_every_state_is_in_the_table() -> None:
    assert set(MOVES) == set(S)


def test_the_active_states_are_those_that_go_on() -> None:
    assert {S.WAITING, S.CALLED, S.TALKING, S.WRITING} == ACTIVE


def test_a_token_is_consumed_only_after_they_talked() -> None:
    """S18."""
    assert {start for start, to in ALLOWED if to in {S.CONSUMED, S.CLOSED}} == {S.TALKING, S.WRITING}


def test_those_who_have_talked_are_never_put_back_nor_lost() -> None:
    """A dropped call keeps its token (S18)."""
    assert {to for start, to in ALLOWED if start in {S.TALKING, S.WRITING}} == {
        S.TALKING,
        S.WRITING,
        S.CONSUMED,
        S.CLOSED,
    }


def test_the_patient_may_cancel_until_they_talk() -> None:
    """S15."""
    assert {start for start, to in ALLOWED if to == S.CANCELLED} == {S.WAITING, S.CALLED}


@pytest.mark.parametrize("start", sorted(ACTIVE))
def test_every_life_can_end(start: TokenState) -> None:
    reached, frontier = {start}, {start}
    while frontier:
        frontier = {to for state in frontier for to in MOVES[state]} - reached
        reached |= frontier
    assert reached - ACTIVE
