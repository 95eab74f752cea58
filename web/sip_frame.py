"""Who speaks in a frame of SIP over WebSocket (RFC 7118): strict, as what passes here is believed to be a person's own.

One frame holds one message; a second one behind it, a folded line or a second From would be read differently by others.
"""

import re

LONGEST = 32 * 1024
"""Characters; an offer with every candidate of a browser is 4,000."""
_REQUEST = re.compile(r"[A-Z]+ sips?:\S+ SIP/2\.0")
_RESPONSE = re.compile(r"SIP/2\.0 [1-6]\d\d [^\r\n]*")
_FROM = re.compile(r'(?:"[^"<>\\]*" ?)?<sips?:([\w.-]+)@[\w.:\[\]-]+(?:;[\w.=-]+)*>(?:;[\w.=-]+)*')
_KEEP_ALIVE = re.compile(r"(\r\n){0,2}")


class BadFrame(ValueError):
    """Nothing that our own phone would send."""


def speaker(frame: str) -> str | None:
    """The account in the From of a request; None for a response or a keep-alive. Raises `BadFrame`."""
    if _KEEP_ALIVE.fullmatch(frame):
        return None
    head, separator, body = frame.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = [_header(line) for line in lines]
    lengths = [value for name, value in headers if name in ("content-length", "l")]
    if not separator or lengths != [str(len(body.encode()))]:
        raise BadFrame("one whole message a frame")
    if _RESPONSE.fullmatch(first):
        return None
    authors = [_FROM.fullmatch(value) for name, value in headers if name in ("from", "f")]
    if not _REQUEST.fullmatch(first) or len(authors) != 1 or authors[0] is None:
        raise BadFrame("a request with one plain From")
    return authors[0][1]


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or "\n" in line or "\r" in line or not re.fullmatch(r"[\w.-]+ ?", name):
        raise BadFrame("a header is a name, a colon and a value on one line")
    return name.strip().lower(), value.strip()
