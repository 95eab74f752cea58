"""What an SMSC brings: receipts as various SMSCs write them, messages whole and in parts. No network."""

import pytest
from aiosmpplib import NPI, TON, DeliverSm, OptionalParam, PhoneNumber  # type: ignore[import-untyped]

from core.adapters.sms.smpp.delivery import Delivery, Receipt, parse_delivery
from core.adapters.sms.smpp.parts import PATIENCE, ReceivedParts, SentParts
from core.adapters.sms.smpp.text import encode

RECEIPTED_ID, STATE = 0x001E, 0x0427


def delivery(
    octets: bytes = b"", *, esm_class: int = 0, sender: str = "919876543210", ton: TON = TON.INTERNATIONAL,
    data_coding: str | None = None, **options: int | str,
) -> Delivery:  # fmt: skip
    """As read from a PDU that the library has made."""
    tags = {"receipted": RECEIPTED_ID, "state": STATE, "sar_ref": 0x020C, "sar_total": 0x020E, "sar_number": 0x020F}
    pdu = DeliverSm(
        short_message="-",
        source=PhoneNumber(sender, ton, NPI.ISDN),
        destination=PhoneNumber("56161"),
        esm_class=esm_class,
        encoding=data_coding,
        optional_params=[OptionalParam(tags[name], value) for name, value in options.items()],
    )
    pdu.set_encoded_message(octets)
    if not octets:
        pdu.smpp_encode = lambda text: b""
    return parse_delivery(pdu.pdu()[16:])


def receipt(text: str, **options: int | str) -> Receipt | None:
    return delivery(text.encode(), esm_class=4, **options).receipt()  # type: ignore[arg-type]


PLAIN = "id:{id} sub:001 dlvrd:001 submit date:2611210930 done date:2611210931 stat:{stat} err:{err} text:{text}"


@pytest.mark.parametrize(("stat", "status"), [
    ("DELIVRD", "delivered"), ("EXPIRED", "undelivered"), ("DELETED", "undelivered"), ("UNDELIV", "undelivered"),
    ("REJECTD", "undelivered"), ("ACCEPTD", "sent"), ("ENROUTE", "sent"), ("UNKNOWN", "sent"), ("NEWFANGLED", "sent"),
])  # fmt: skip
def test_the_states_of_the_standard(stat: str, status: str) -> None:
    told = receipt(PLAIN.format(id="8f2a-1", stat=stat, err="000", text="id:no stat:no"))
    assert told == Receipt("8f2a-1", status, f"{stat}, error 000")


@pytest.mark.parametrize("text", [
    "id:77 sub:001 dlvrd:001 submit date:261121093015 done date:261121093016 stat:UNDELIV err:0A1 Text:hello",
    "id:77 submit date:21/11/26 done date: stat:undeliv err:0A1",
    "ID:77 STAT:UNDELIV ERR:0A1",
])  # fmt: skip
def test_every_smsc_writes_them_its_own_way(text: str) -> None:
    assert receipt(text) == Receipt("77", "undelivered", "UNDELIV, error 0A1")


def test_optional_parameters_say_more_than_the_text() -> None:
    text = PLAIN.format(id="0000000042", stat="ENROUTE", err="003", text="")
    assert receipt(text, receipted="2A", state=5) == Receipt("2A", "undelivered", "UNDELIV, error 003")
    assert receipt("", receipted="2A", state=2) == Receipt("2A", "delivered", "DELIVRD")


def test_what_is_no_receipt() -> None:
    assert receipt("stat:DELIVRD") is None  # of which message?
    assert delivery(b"id:77 stat:DELIVRD").receipt() is None
    assert delivery(b"id:77 stat:DELIVRD", esm_class=0b0010_0000).receipt() is None
    assert not delivery(b"id:77 stat:DELIVRD", esm_class=0b0010_0000).is_message


@pytest.mark.parametrize(("ton", "sender", "mobile"), [
    (TON.INTERNATIONAL, "919876543210", "+919876543210"),
    (TON.INTERNATIONAL, "+919876543210", "+919876543210"),
    (TON.UNKNOWN, "919876543210", "+919876543210"),
    (TON.UNKNOWN, "09876543210", "+919876543210"),
    (TON.NATIONAL, "9876543210", "+919876543210"),
    (TON.INTERNATIONAL, "447400123456", "+447400123456"),
    (TON.ALPHANUMERIC, "VM-OFFERS", "VM-OFFERS"),
    (TON.NETWORK_SPECIFIC, "121", "121"),
])  # fmt: skip
def test_who_wrote_it(ton: TON, sender: str, mobile: str) -> None:
    assert delivery(b"STATUS", ton=ton, sender=sender).mobile == mobile


@pytest.mark.parametrize("body", [b"", b"\0", b"\0\1\1919876543210", b"\0\1\1\0\0\0\0\0\0\0\0\0\0\0\0\0\x09short"])
def test_what_is_cut_off_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="too short"):
        parse_delivery(body)


# Parts ----------------------------------------------------------------------------------------------------------------


class Watch:
    """A clock that is set by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def parts(watch: Watch) -> ReceivedParts:
    return ReceivedParts(watch)


def long_text(sender: str, text: str, reference: int = 7) -> list[Delivery]:
    coded = encode(text, reference)
    return [
        delivery(part, esm_class=0x40, sender=sender, data_coding=coded.encoding) for part in coded.parts
    ]  # fmt: skip


def test_parts_come_in_any_order_and_twice(parts: ReceivedParts) -> None:
    text = "मरीज़ 34 साल, " * 60  # twelve parts: they are numbers, not words
    first, *rest = long_text("919876543210", text)
    for part in (*reversed(rest), *rest[:2]):
        assert parts.join(part) is None
    whole = parts.join(first)
    assert whole is not None
    assert first.text(whole) == text
    assert parts.join(first) == whole, "not stored yet: the SMSC brings it again"
    parts.forget(first)
    assert parts.join(first) is None


def test_two_people_with_the_same_reference_are_kept_apart(parts: ReceivedParts) -> None:
    his, hers = long_text("919876543210", "a" * 200), long_text("919876543211", "b" * 200)
    assert parts.join(his[0]) is None
    assert parts.join(hers[1]) is None
    assert parts.join(hers[0]) == b"b" * 200
    assert parts.join(his[1]) == b"a" * 200


def test_a_16_bit_reference_and_one_in_optional_parameters(parts: ReceivedParts) -> None:
    header = bytes((6, 8, 4, 1, 7, 2))
    assert parts.join(delivery(header + b"\x01TOK", esm_class=0x40)) is None
    assert parts.join(delivery(header + b"\x02EN", esm_class=0x40)) == b"TOKEN"
    assert parts.join(delivery(b"STA", sar_ref=300, sar_total=2, sar_number=1)) is None
    assert parts.join(delivery(b"TUS", sar_ref=300, sar_total=2, sar_number=2)) == b"STATUS"


@pytest.mark.parametrize("octets", [
    bytes((4, 0x24, 1, 1, 0)) + b"STATUS",  # another element: a language
    bytes((5, 0, 3, 7, 2, 0)) + b"STATUS",  # part 0 of 2
    bytes((5, 0, 3, 7, 2, 3)) + b"STATUS",
    bytes((5, 0, 3, 7, 0, 0)) + b"STATUS",
    bytes((0,)) + b"STATUS",
])  # fmt: skip
def test_a_header_that_tells_of_no_parts(parts: ReceivedParts, octets: bytes) -> None:
    assert parts.join(delivery(octets, esm_class=0x40)) == b"STATUS"


@pytest.mark.parametrize("octets", [b"", bytes((200,)), bytes((5, 0, 3)), bytes((1, 0))])
def test_a_header_that_is_longer_than_the_message(parts: ReceivedParts, octets: bytes) -> None:
    assert parts.join(delivery(octets, esm_class=0x40)) == b""


def test_who_never_finishes_is_forgotten(parts: ReceivedParts, watch: Watch) -> None:
    first, second = long_text("919876543210", "a" * 200)
    parts.join(first)
    watch.seconds = PATIENCE + 1
    assert parts.join(second) is None


def test_a_long_message_is_delivered_when_every_part_is() -> None:
    sent = SentParts()
    assert sent.add(["a", "b"]) == "b"
    assert sent.whole(Receipt("b", "delivered")) == Receipt("b", "sent")
    assert sent.whole(Receipt("b", "delivered")) == Receipt("b", "sent")
    assert sent.whole(Receipt("a", "delivered")) == Receipt("b", "delivered")


def test_a_long_message_fails_with_any_part() -> None:
    sent = SentParts()
    sent.add(["a", "b"])
    assert sent.whole(Receipt("a", "undelivered", "EXPIRED")) == Receipt("b", "undelivered", "EXPIRED")
    assert sent.whole(Receipt("b", "delivered")) == Receipt("b", "sent")


def test_a_short_message_and_one_before_a_restart_stand_for_themselves() -> None:
    sent = SentParts()
    assert sent.add(["a"]) == "a"
    assert sent.whole(Receipt("a", "delivered")) == Receipt("a", "delivered")
    assert sent.whole(Receipt("unknown", "delivered")) == Receipt("unknown", "delivered")
