"""Reading posted forms strictly: what a browser cannot have sent from our pages is refused before anything happens."""

import unicodedata

from aiohttp import web
from multidict import MultiMapping

Form = MultiMapping[str]
LARGEST_BODY = 64 * 1024
"""Bytes; a long prescription is about 5 kB."""
_LARGEST_NUMBER = 2**53
_MOST_DIGITS = 16
"""Python refuses to read thousands of digits as a number, with another error."""


async def read_form(request: web.Request) -> Form:
    """The fields of an ordinary form post. Raises HTTP 400 for anything else, 413 when it is too large."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPBadRequest
    try:
        fields = await request.post()
    except (ValueError, LookupError, web.RequestPayloadError) as error:
        raise web.HTTPBadRequest from error
    if not all(isinstance(value, str) and is_text(value) for value in fields.values()):
        raise web.HTTPBadRequest
    return fields  # type: ignore[return-value]  # just checked: no file among the values


def field(form: Form, name: str, *, longest: int) -> str:
    """The one value of this field, stripped. Raises HTTP 400 unless it is there once and at most `longest` long."""
    values = form.getall(name, [])
    if len(values) != 1:
        raise web.HTTPBadRequest
    # A browser counts a line end as one character and sends it as two.
    value = values[0].replace("\r\n", "\n")
    if len(value) > longest:
        raise web.HTTPBadRequest
    return value.strip()


def optional(form: Form, name: str, *, longest: int) -> str:
    """As `field`, and empty when the form does not have it."""
    return field(form, name, longest=longest) if name in form else ""


def number(form: Form, name: str) -> int:
    """A positive whole number that our own page put into the form. Raises HTTP 400 for anything else."""
    return whole(field(form, name, longest=16))


def whole(text: str) -> int:
    """A positive whole number as it stands in our links and forms. Raises HTTP 400 for anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS and 0 < int(text) < _LARGEST_NUMBER):
        raise web.HTTPBadRequest
    return int(text)


def number_in(text: str, default: int) -> int:
    """A whole number as it stands in an address, where people may type; `default` for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else default


def one_of(form: Form, name: str, *choices: str) -> str:
    """The field's value, one of the choices of a button or list. Raises HTTP 400 for anything else."""
    value = field(form, name, longest=40)
    if value not in choices:
        raise web.HTTPBadRequest
    return value


def is_text(value: str) -> bool:
    """Whether it holds only characters that people type; line ends are among them."""
    return not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\r\n\t" for c in value)
