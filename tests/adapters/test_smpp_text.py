"""How texts travel by SMPP: alphabets, parts, and back. No network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.sms.smpp.text import GSM, UCS2, decode, encode
from core.rules.sms_template import length

HINDI = "आपका टोकन 4821 है। डॉक्टर के खाली होते ही हम इसी नंबर पर फ़ोन करेंगे। आपात में 112 मिलाएँ।"
CODING = {GSM: 0, UCS2: 8}


def joined(text: str, reference: int = 0) -> str:
    coded = encode(text, reference)
    octets = b"".join(part[6:] if coded.joined else part for part in coded.parts)
    return decode(octets, CODING[coded.encoding])


@pytest.mark.parametrize(("text", "encoding", "octets"), [
    ("Your token is 4821.", GSM, [19]),
    ("a" * 160, GSM, [160]),
    ("a" * 161, GSM, [159, 14]),
    ("[" * 80, GSM, [160]),
    ("a" * 159 + "[", GSM, [159, 14]),  # 161 septets: a bracket is two
    ("a" * 152 + "[" + "a" * 20, GSM, [158, 28]),  # the pair stays together
    ("é£€", GSM, [4]),
    ("ê", UCS2, [2]),
    ("आ" * 70, UCS2, [140]),
    ("आ" * 71, UCS2, [140, 14]),
    ("आ" * 66 + "🙂" + "आ" * 5, UCS2, [138, 20]),  # likewise a surrogate pair
    ("", GSM, [0]),
])  # fmt: skip
def test_alphabet_and_length_of_each_part(text: str, encoding: str, octets: list[int]) -> None:
    coded = encode(text, 0)
    assert coded.encoding == encoding
    assert [len(part) for part in coded.parts] == octets
    assert joined(text) == text


def test_every_part_says_which_it_is_of_which_message() -> None:
    assert [part[:6] for part in encode(HINDI * 2, 0x1234).parts] == [bytes((5, 0, 3, 0x34, 3, n)) for n in (1, 2, 3)]


@given(st.text(max_size=60), st.sampled_from(["", "a[", "आ🙂"]), st.integers(0, 200), st.integers(0, 10**9))
def test_what_is_sent_is_what_was_written(start: str, more: str, times: int, reference: int) -> None:
    text = start + more * times
    coded = encode(text, reference)
    assert joined(text, reference) == text
    assert max(map(len, coded.parts)) <= (140 if coded.encoding == UCS2 else 159 if coded.joined else 160)
    # A pair that may not be torn can cost a part more than the plain division says.
    assert 0 <= len(coded.parts) - length(text).segments <= 1


@pytest.mark.parametrize(("octets", "coding", "text"), [
    (b"STATUS\x00", 0x00, "STATUS@"),
    ("टोकन".encode("utf-16-be"), 0x08, "टोकन"),
    ("टोकन".encode("utf-16-be"), 0x18, "टोकन"),
    (b"caf\xe9", 0x03, "café"),
    (b"TOKEN", 0x01, "TOKEN"),
    (b"\xff\xfe", 0x04, "ÿþ"),
    (b"\xf0", 0x00, "?"),
    (b"\x09", 0x08, "�"),
    (b"TOKEN", 0xF1, "TOKEN"),
])  # fmt: skip
def test_whatever_comes_in_is_read(octets: bytes, coding: int, text: str) -> None:
    assert decode(octets, coding) == text
