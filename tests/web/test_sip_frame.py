"""Only one whole, plainly signed message goes through: what could be read in two ways does not."""

import pytest

from web.sip_frame import BadFrame, speaker

REGISTER = (
    "REGISTER sip:duravani SIP/2.0",
    "Via: SIP/2.0/WS abc.invalid;branch=z9hG4bK1",
    "To: <sip:doctor-asha-web@duravani>",
    "From: <sip:doctor-asha-web@duravani>;tag=x1",
    "Contact: <sip:doctor-asha-web@abc.invalid;transport=ws>;+sip.ice",
    "Content-Length: 0",
)


def frame(*lines: str, body: str = "") -> str:
    return "\r\n".join(lines) + "\r\n\r\n" + body


def signed(value: str) -> str:
    """The same message with another From."""
    return frame(*REGISTER[:3], value, *REGISTER[4:])


def test_a_request_is_its_authors() -> None:
    assert speaker(frame(*REGISTER)) == "doctor-asha-web"
    assert speaker(signed('f: "Dr. Asha" <sip:a.b_c-web@h:5060;transport=ws>;tag=1')) == "a.b_c-web"


def test_a_body_is_counted_in_bytes() -> None:
    assert speaker(frame(*REGISTER[:-1], "l: 4", body="आ\n")) == "doctor-asha-web"


@pytest.mark.parametrize("said", ["", "\r\n", "\r\n\r\n", "SIP/2.0 200 OK\r\nl: 0\r\n\r\n"])
def test_answers_and_keep_alives_are_nobodys(said: str) -> None:
    assert speaker(said) is None


@pytest.mark.parametrize(
    "said",
    [
        "REGISTER",
        "\r\n\r\n\r\n",
        "\r\n" + frame(*REGISTER),
        frame(*REGISTER) + frame(*REGISTER),
        frame(*REGISTER[:-1]),
        frame(*REGISTER, "l: 0"),
        frame(*REGISTER, "From: <sip:doctor-rao-web@duravani>;tag=x2"),
        frame(*REGISTER, "f : <sip:doctor-rao-web@duravani>;tag=x2"),
        frame(*REGISTER[:3], *REGISTER[4:]),
        frame(*REGISTER, "Subject: x", " folded"),
        frame(*REGISTER, "Subject: x\nFrom: <sip:doctor-rao-web@duravani>"),
        frame("SIP/2.0 999 Odd", "l: 0"),
        frame("register sip:duravani SIP/2.0", *REGISTER[1:]),
        signed("From: sip:doctor-asha-web@duravani;tag=1"),
        signed('From: "<sip:doctor-asha-web@duravani>" <sip:doctor-rao-web@duravani>;tag=1'),
        signed("From: <sip:doctor-asha-web%40x@duravani>;tag=1"),
        signed("From: <sip:doctor-asha-web@duravani>, <sip:doctor-rao-web@duravani>"),
        signed("From: <tel:+919811111111>;tag=1"),
    ],
)
def test_anything_else_is_refused(said: str) -> None:
    with pytest.raises(BadFrame):
        speaker(said)
