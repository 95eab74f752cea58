"""What a patient told: what it warns of, and what not, in Latin letters and Devanagari; what is not understood."""

import pytest

from config.tables import load_formulary
from core.rules.formulary.told import read_told, unread

STARTER = load_formulary()


def warned(text: str) -> set[str]:
    told = read_told(text, STARTER)
    return {generic for generic, drug in STARTER.items() if told.concerns(drug)}


@pytest.mark.parametrize(("told", "of", "not_of"), [
    ("sulfa", "sulfamethoxazole+trimethoprim", "ibuprofen"),
    ("paracetamol", "aceclofenac+paracetamol", "diclofenac"),
    ("paracetamol", "tramadol+paracetamol", "morphine"),
    ("fluoroquinolone", "ofloxacin+ornidazole", "metronidazole"),
    ("dicyclomine", "mefenamic acid+dicyclomine", "ibuprofen"),
    ("montelukast", "montelukast+levocetirizine", "cetirizine"),
    ("NSAIDs", "diclofenac", "sulfamethoxazole+trimethoprim"),
    ("cotrimoxazole", "sulfamethoxazole+trimethoprim", "clotrimazole"),
    ("cefixime", "cefalexin", "azithromycin"),
    ("penicillin", "cefixime", "azithromycin"),  # the labels of either ask about the other
    ("diclofenac", "ibuprofen", "paracetamol"),
    ("iron tablets", "ferrous sulfate", "folic acid"),
])  # fmt: skip
def test_a_class_is_widened_by_one_substance_alone(told: str, of: str, not_of: str) -> None:
    assert of in warned(told)
    assert not_of not in warned(told)


@pytest.mark.parametrize(("told", "meant"), [
    ("पेनिसिलिन", "penicillin"), ("सल्फा", "sulfa"), ("sulpha drugs", "sulfa"), ("painkillers", "nsaid"),
    ("pain killer", "nsaid"), ("दर्द की दवा", "nsaid"), ("मुझे दर्द की गोली से", "nsaid"), ("एस्पिरिन", "aspirin"),
    ("ऐस्पिरिन से दाने", "aspirin"), ("पैरासिटामोल", "paracetamol"), ("पेरासिटामोल", "paracetamol"),
    ("इबुप्रोफेन", "ibuprofen"), ("आइबूप्रोफेन", "ibuprofen"), ("डाइक्लोफेनाक", "diclofenac"),
    ("अमोक्सिसिलिन", "amoxicillin"), ("सिप्रोफ्लोक्सासिन", "ciprofloxacin"), ("एज़िथ्रोमाइसिन", "azithromycin"),
    ("मेट्रोनिडाज़ोल", "metronidazole"), ("मेटफॉर्मिन", "metformin"), ("एमलोडिपिन", "amlodipine"),
    ("एनालाप्रिल", "enalapril"), ("टेल्मिसार्टन", "telmisartan"), ("एटेनोलोल", "atenolol"), ("वारफेरिन", "warfarin"),
    ("ओमेप्राज़ोल", "omeprazole"), ("सेट्रीजीन", "cetirizine"), ("इंसुलिन", "insulin"), ("निमेसुलाइड", "nimesulide"),
    ("डॉक्सीसाइक्लिन", "doxycycline"), ("कोडीन", "codeine"), ("steroids", "corticosteroid"),
])  # fmt: skip
def test_what_people_call_it_is_understood(told: str, meant: str) -> None:
    read = read_told(told, STARTER)
    assert meant in read.substances | read.classes
    assert warned(told) == warned(meant)
    assert unread(told, STARTER) == ()


def test_half_of_a_racemate_is_the_whole() -> None:
    assert "cetirizine" in read_told("levocetirizine", STARTER).substances


@pytest.mark.parametrize(("told", "parts"), [
    ("", ()), ("none", ()), ("No known allergies.", ()), ("NKDA", ()), ("कुछ नहीं", ()), ("कोई एलर्जी नहीं", ()),
    ("n/a", ()), ("penicillin since childhood", ()), ("dust, peanuts", ("dust", "peanuts")),
    ("penicillin and a white tablet", ("a white tablet",)), ("दूध और पेनिसिलिन", ("दूध",)),
    ("metformin\nBP tablet", ("BP tablet",)),
])  # fmt: skip
def test_what_is_not_understood_is_named(told: str, parts: tuple[str, ...]) -> None:
    assert unread(told, STARTER) == parts
