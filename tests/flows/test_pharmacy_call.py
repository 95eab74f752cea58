"""A pharmacy dials 106: is this prescription genuine, what is left of it, and what is given now."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.clinic.pharmacy.attempts import LOOKS, PINS
from core.clinic.pharmacy.dispense import dispense
from core.rules.dispensing import Portion, Refusal, Standing
from core.rules.patient import Gender
from core.rules.pharmacy import Channel
from core.rules.prescription import verification_code
from core.rules.spelled_initials import spelled_initials
from core.rules.staff import Verification
from core.rules.story import MASK
from ivr.pharmacy_call import pharmacy_call
from tests.flows.house import PHRASEBOOKS, House
from tests.flows.prescribed import PARACETAMOL, PIN, SHOP, pharmacy, prescribed, rendered, void
from tests.flows.telephone import Answers, ScriptedCall

UNKNOWN = verification_code(99)


async def _calls(house: House, code: str, answers: Answers, caller: str = SHOP) -> ScriptedCall:
    """A whole call to the line."""
    rendered(house, "paracetamol", "cetirizine")
    call = house.exchange.dials(caller, "106", {"language_choice": "2", "pharmacy_code": f"{code}#", **answers})
    house.reception.converse(call, "pharmacy", pharmacy_call(house.desk, call))
    await house.quiet()
    assert not call.up
    return call


async def _given(house: House) -> list[tuple[int, int, Channel]]:
    async with house.clinic.ledger.read() as books:
        every = [given for number in range(1, 9) for given in await books.dispensings.of_consultation(number)]
    return [(given.item, given.days, given.channel) for given in every]


async def test_anybody_hears_whether_it_is_genuine(house: House) -> None:
    signed = await prescribed(house, await house.patient(gender=Gender.WOMAN))
    call = await _calls(house, signed.code, {"pharmacy_keys": ["1", ""]}, caller="")
    told = ["pharmacy_genuine", "pharmacy_unnamed", "pharmacy_woman", "medicine", "dose_morning", "dose_night"]
    told += ["pharmacy_due"]
    start = call.heard.index("pharmacy_genuine")
    assert call.heard[start : start + len(told)] == told
    assert call.heard.count("pharmacy_genuine") == 2
    assert call.heard[-1] == "goodbye"
    async with house.clinic.ledger.read() as books:
        (entry,) = await books.audit_of(f"prescription:{signed.id}")
    assert (entry.actor, entry.action, entry.detail) == ("caller:hidden", "verified", "phone: genuine")


async def test_initials_are_spelt(house: House) -> None:
    patient = await house.patient()
    async with house.clinic.ledger.write() as books:
        await books.patients.save(replace(patient, name="प्रेम Devi"))
    signed = await prescribed(house, patient)
    call = await _calls(house, signed.code, {"pharmacy_keys": ""})
    letters = [sound.rpartition("/")[2] for sound in call.sounds if "/letter/" in sound]
    assert letters == ["p", "d"]


@pytest.mark.parametrize(
    ("name", "spelt"),
    [("Sita  devi", "SD"), ("शांति ऋषि", "SR"), ("ஆனந்த்", "A"), ("Émile 3", "E"), ("", ""), ("- 李", "")],
)
def test_letters_of_a_name(name: str, spelt: str) -> None:
    assert spelled_initials(name) == spelt


async def test_a_void_one_tells_nothing_more(house: House) -> None:
    signed = await prescribed(house, await house.patient())
    await void(house, signed)
    call = await _calls(house, signed.code, {"pharmacy_keys": ""})
    assert "pharmacy_void" in call.heard
    assert not {"medicine", "pharmacy_man", "pharmacy_unnamed"} & set(call.heard)


async def test_an_expired_one_has_nothing_to_give(house: House) -> None:
    signed = await prescribed(house, await house.patient(), days_ago=40)
    await pharmacy(house)
    answers = {"pharmacy_keys": ["2", ""], "pharmacy_pin": f"{PIN}#"}
    call = await _calls(house, signed.code, answers)
    assert "pharmacy_expired" in call.heard
    assert "pharmacy_due" not in call.heard
    assert "refused_expired" in call.heard
    assert await _given(house) == []


async def test_three_unknown_codes_end_the_call(house: House) -> None:
    call = await _calls(house, UNKNOWN, {})
    assert call.heard.count("pharmacy_unknown") == 3
    assert call.heard[-2:] == ["pharmacy_no_more", "goodbye"]


async def test_another_code_after_a_slip(house: House) -> None:
    signed = await prescribed(house, await house.patient())
    codes = [f"{UNKNOWN}#", "123#", f"{signed.code}#", f"{UNKNOWN}#"]
    call = await _calls(house, "", {"pharmacy_code": codes, "pharmacy_keys": "3"})
    assert call.heard.count("pharmacy_genuine") == 1
    assert call.heard[-1] == "goodbye"


async def test_codes_are_tried_so_often_and_not_more(house: House) -> None:
    for _ in range(LOOKS):
        await house.clinic.line.allow(f"verify:caller:{SHOP}", LOOKS, 600)
    call = await _calls(house, verification_code(1), {})
    assert call.heard[-1] == "pharmacy_too_many"


# Giving


async def test_all_of_it_is_given_and_not_twice(house: House) -> None:
    signed = await prescribed(house, await house.patient())
    shop = await pharmacy(house)
    gives = {"pharmacy_keys": ["2", "2", ""], "pharmacy_pin": f"{PIN}#", "pharmacy_give": "1"}
    call = await _calls(house, signed.code, gives)
    assert call.heard.count("pharmacy_stored") == 1
    assert call.heard.count("refused_given") == 1  # pressed again in the same call
    assert call.heard.count("pharmacy_pin") == 1
    assert await _given(house) == [(0, 5, Channel.PHONE), (1, 1, Channel.PHONE)]

    call = await _calls(house, signed.code, {**gives, "pharmacy_keys": ["2", ""]})
    assert "pharmacy_dispensed" in call.heard
    assert call.heard.count("refused_given") == 1
    assert len(await _given(house)) == 2
    async with house.clinic.ledger.read() as books:
        audit = await books.audit_of(f"prescription:{signed.id}")
    assert {entry.action for entry in audit} >= {"verified", "dispensed", "refused to dispense"}
    assert f"pharmacy:{shop.id}" in {entry.actor for entry in audit}


async def test_one_by_one(house: House) -> None:
    third = replace(PARACETAMOL, strength="650 mg", days=3)
    signed = await prescribed(house, await house.patient(), [PARACETAMOL, third])
    await pharmacy(house)
    answers = {"pharmacy_keys": ["2", "1", ""], "pharmacy_pin": f"{PIN}#", "pharmacy_give": ["3", "2"]}
    call = await _calls(house, signed.code, answers)
    assert await _given(house) == [(1, 3, Channel.PHONE)]
    stored = call.heard.index("pharmacy_stored")
    assert call.heard[stored + 1 : stored + 3] == ["pharmacy_ready", "pharmacy_keys"]
    assert call.heard[stored + 3] == "pharmacy_partly"
    assert "pharmacy_none_left" in call.heard


async def test_all_the_rest_is_not_what_was_passed_over(house: House) -> None:
    signed = await prescribed(house, await house.patient())
    await pharmacy(house)
    answers = {"pharmacy_keys": ["2", ""], "pharmacy_pin": f"{PIN}#", "pharmacy_give": ["3", "1"]}
    await _calls(house, signed.code, answers)
    assert await _given(house) == [(1, 1, Channel.PHONE)]


async def test_repeats_are_told(house: House) -> None:
    signed = await prescribed(house, await house.patient(), [replace(PARACETAMOL, repeats=2)])
    call = await _calls(house, signed.code, {"pharmacy_keys": ""})
    assert "pharmacy_repeats" in call.heard


async def test_a_repeat_waits_until_most_was_taken(house: House) -> None:
    signed = await prescribed(house, await house.patient(), [replace(PARACETAMOL, repeats=2)])
    await pharmacy(house)
    answers = {"pharmacy_keys": ["2", "2", "1", ""], "pharmacy_pin": f"{PIN}#", "pharmacy_give": "1"}
    call = await _calls(house, signed.code, answers)
    assert call.heard.count("refused_too_early") == 1
    assert call.heard.count("pharmacy_not_yet") == 1
    assert await _given(house) == [(0, 5, Channel.PHONE)]


async def test_somebody_else_gives_meanwhile(house: House) -> None:
    signed = await prescribed(house, await house.patient(), [PARACETAMOL])
    shop = await pharmacy(house)

    class Counter(ScriptedCall):
        async def play(self, sounds: Sequence[str]) -> None:
            await super().play(sounds)
            if self.heard[-1] == "pharmacy_give":  # by the web, while this one thinks
                await dispense(house.clinic, shop, signed.code, [Portion(0, 5, 0)], channel=Channel.WEB)

    answers = {"language_choice": "2", "pharmacy_code": f"{signed.code}#", "pharmacy_keys": ["2", ""]}
    call = Counter(house.desk.recordings, SHOP, "106", {**answers, "pharmacy_pin": f"{PIN}#", "pharmacy_give": "1"})
    house.exchange.legs.append(call)
    house.reception.converse(call, "pharmacy", pharmacy_call(house.desk, call))
    await house.quiet()
    assert call.heard.count("refused_given") == 1
    assert await _given(house) == [(0, 5, Channel.WEB)]


async def test_telephone_and_pin_belong_together(house: House) -> None:
    signed = await prescribed(house, await house.patient())
    await pharmacy(house)
    answers = {"pharmacy_keys": ["2", ""], "pharmacy_pin": "000000#"}
    call = await _calls(house, signed.code, answers)
    assert call.heard.count("pharmacy_pin_wrong") == 3
    other = await _calls(house, signed.code, {**answers, "pharmacy_pin": f"{PIN}#"}, caller="+911412345679")
    assert other.heard.count("pharmacy_pin_wrong") == 3
    for _ in range(PINS):
        await house.clinic.line.allow(f"pin:{SHOP}", PINS, 600)
    barred = await _calls(house, signed.code, {**answers, "pharmacy_pin": f"{PIN}#"})
    assert barred.heard[-1] == "pharmacy_too_many"
    assert await _given(house) == []


async def test_a_licence_that_nobody_looked_up_gives_nothing(house: House) -> None:
    signed = await prescribed(house, await house.patient())
    await pharmacy(house, Verification.UNVERIFIED)
    call = await _calls(house, signed.code, {"pharmacy_keys": ["2", ""], "pharmacy_pin": f"{PIN}#"})
    assert "pharmacy_not_registered" in call.heard
    assert await _given(house) == []


async def test_codes_and_pins_are_not_in_the_story(house: House) -> None:
    signed = await prescribed(house, await house.patient())
    await pharmacy(house)
    await _calls(house, signed.code, {"pharmacy_keys": ["2", ""], "pharmacy_pin": f"{PIN}#", "pharmacy_give": "1"})
    pressed = [event.detail for event in house.story.events if event.kind == "pressed"]
    assert pressed.count(MASK) == len(f"{signed.code}#{PIN}#")
    assert [key for key in pressed if key != MASK] == ["2", "2", "1"]
    noted = {event.kind: event.detail for event in house.story.events}
    assert noted["verified"] == f"{signed.number} genuine"
    assert noted["dispensed"] == signed.number


async def test_who_says_nothing_is_not_called_back(house: House) -> None:
    call = house.exchange.dials("+919876500001", "106", {})
    house.reception.converse(call, "pharmacy", pharmacy_call(house.desk, call))
    await house.quiet()
    assert call.heard[-1] == "give_up_hidden"
    assert await house.call_backs() == []


def test_every_standing_and_refusal_has_a_sentence() -> None:
    for book in PHRASEBOOKS:
        assert {f"pharmacy_{standing}" for standing in Standing} <= book.prompts.keys()
        assert {f"refused_{refusal}" for refusal in Refusal} <= book.prompts.keys()
