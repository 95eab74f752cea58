"""Whole calls as they are heard: which prompts the recording holds, how long it is silent, what it costs the caller."""

from collections.abc import Callable

import pytest

from core.clinic.cancel_token import cancel_token
from pbx.handset import Kind
from tests.live.audio import Heard, longest_silence, tone_present
from tests.live.instance import CHECKOUT, Instance
from tests.live.town import PATIENT_TONE, Villager, visit

pytestmark = pytest.mark.live

LANGUAGE_KEYS = {"hi": "1", "en": "2"}
SILENCE = 3.0
"""Seconds it may never last (docs/ivr.md, "The caller's clock")."""
NEW_KEYS, AGE_AND_PIN_KEYS, RETURNING_KEYS = 12, 8, 2
LISTENS = 1.5
"""Seconds of a question that our callers hear before they press."""
RECOGNISED = 0.6
"""Seconds of a prompt's beginning by which it is found in the recording."""
NEW_PROMPTS = (
    "welcome", "notice_consent", "for_whom", "say_name", "age", "gender", "pin_code", "opd_choice_general.0",
    "token_spoken.0", "token_again.0", "sms_sent", "no_doctors", "hold_or_callback", "hold_comfort",
)  # fmt: skip
RETURNING_PROMPTS = ("welcome_back", "opd_choice_general.0", "token_spoken.0")

Record = Callable[[str, object], None]


@pytest.mark.parametrize("language", ["hi", "en"])
async def test_a_new_patient_and_their_next_call(service: Instance, language: str, record_property: Record) -> None:
    async with visit(service) as town:
        patient = await town.stranger()
        await patient.phone.dial("104")
        await _registers(patient, language, town.pin_code)
        await patient.said("token_spoken")
        assert len(_keys(patient)) - AGE_AND_PIN_KEYS <= NEW_KEYS
        await patient.said("no_doctors")
        await _answers(patient, "hold_or_callback", "1")
        await patient.said("hold_comfort")
        await patient.phone.stay(8.0)  # of the wait and of music
        await patient.phone.hang_up()
        _check(patient, language, NEW_PROMPTS, record_property)

        async with service.clinic.ledger.read() as books:
            (patient.patient,) = await books.patients.of_mobile(patient.number)
            (token,) = await books.tokens.active_of_mobile(patient.number)
        assert await cancel_token(service.clinic, token, patient.patient)
        before = len(_keys(patient))
        await patient.phone.dial("104")
        await _answers(patient, "which_patient", "1")
        await _answers(patient, "opd_choice_general", "1")
        await patient.said("token_spoken")
        await patient.phone.stay(LISTENS)
        assert len(_keys(patient)) - before == RETURNING_KEYS
        await patient.phone.hang_up()
        _check(patient, language, RETURNING_PROMPTS, record_property)
        assert tone_present(patient.phone.recordings[-1], PATIENT_TONE), "the recorded name was not played"


async def _registers(patient: Villager, language: str, pin_code: str) -> None:
    await _answers(patient, "language_choice", LANGUAGE_KEYS[language])
    await _answers(patient, "notice_consent", "1")
    await patient.said("for_whom", "for_whom")  # nothing is pressed for a whole round of this menu
    await patient.phone.keys("1")
    await patient.says_name()
    for question, keys in (("age", "34"), ("gender", "2"), ("pin_code", pin_code), ("opd_choice_general", "1")):
        await _answers(patient, question, keys)


async def _answers(patient: Villager, question: str, keys: str) -> None:
    await patient.said(question)
    await patient.phone.stay(LISTENS)
    await patient.phone.keys(keys)


def _keys(patient: Villager) -> list[str]:
    return [event.detail["digit"] for event in patient.phone.log if event.kind is Kind.KEY]


def _check(patient: Villager, language: str, prompts: tuple[str, ...], record_property: Record) -> None:
    """The latest recording holds these prompts in this order, and is never silent for long."""
    recording = patient.phone.recordings[-1]
    heard, folder = Heard(recording), CHECKOUT / ".build/prompts" / language / "prompt"
    begins: dict[str, float] = {}
    for prompt in prompts:
        places = [found.at for found in heard.find(folder / f"{prompt}.wav", first=RECOGNISED)]
        later = [at for at in places if at >= max(begins.values(), default=0.0)]
        assert later, f"{prompt} was not heard after {begins}, but at {places}"
        begins[prompt] = later[0]
    assert longest_silence(recording) < SILENCE
    record_property(f"seconds to the token, {language}, {prompts[0]}", begins["token_spoken.0"])
