"""Whole calls, as they are heard: which prompts the recording holds, how long it is silent, what it costs the caller."""

from collections.abc import Callable

import pytest

from tests.live.instance import CHECKOUT, Instance
from tests.live.town import visit

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SOUNDS = CHECKOUT / ".build/prompts"
LANGUAGE_KEYS = {"hi": "1", "en": "2"}
SILENCE = 3.0
"""Seconds it may never last (design.md, "The caller's clock")."""
NEW_SECONDS, NEW_KEYS = 60.0, 12
RETURNING_SECONDS, RETURNING_KEYS = 15.0, 2
AGE_AND_PIN_KEYS = 8
NAME_SECONDS = 2.0
"""A spoken name."""
WHOLE_CALL = (
    "welcome", "notice_consent", "for_whom", "say_name", "age", "gender", "pin_code", "opd_choice_general.0",
    "token_spoken.0", "token_again.0", "sms_sent",
)  # fmt: skip
"""What a new patient hears of, each at least in part, in this order."""

Record = Callable[[str, object], None]


@pytest.mark.parametrize("language", ["hi", "en"])
async def test_a_new_patient_gets_a_token(service: Instance, language: str, record_property: Record) -> None:
    async with visit(service) as town:
        patient = await town.stranger()
        await patient.phone.dial("104")
        await patient.answers("language_choice", LANGUAGE_KEYS[language])
        for question in ("notice_consent", "for_whom"):
            await patient.hears(question, language)
            await patient.phone.keys("1")
