"""docs/ivr.md is what the code does; and what holds at every question holds at every question."""

from pathlib import Path

import pytest

from tests.flows.crawl import HOLD, NOTHING, SPEAKS, Atlas, Step, crawl
from tests.flows.draw import draw
from tests.flows.house import House

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ivr.md"


_walked: list[Atlas] = []


@pytest.fixture
async def atlas(house: House) -> Atlas:
    """Walked once for all that is asked of it."""
    if not _walked:
        _walked.append(await crawl(house))
    return _walked[0]


async def test_the_page_is_up_to_date(atlas: Atlas) -> None:
    assert draw(atlas) == PAGE.read_text("utf-8"), "python -m tests.flows.draw > docs/ivr.md"


async def test_every_question_repeats_itself_and_knows_the_keys_for_help(atlas: Atlas) -> None:
    questions = atlas.questions
    assert len(questions) > 15
    for question, entries in questions.items():
        if SPEAKS not in entries:
            star = "" if "9" in entries else "*"
            assert entries[NOTHING][0].question == question
            assert entries[f"{star}9"] == [Step(("emergency_advice",), question)]
            assert question.startswith("operator") or entries[f"{star}0"] == [Step(("operator_none",), question)]


@pytest.mark.parametrize("key", ["*", "#"])
async def test_a_wrong_key_is_said_to_be_one(atlas: Atlas, key: str) -> None:
    for question, entries in atlas.questions.items():
        if key in entries and question not in (HOLD, "language_choice"):
            assert entries[key][0].said == ("not_understood",)
            assert entries[key][0].question == question
