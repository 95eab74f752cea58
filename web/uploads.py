"""Reading a form with a file in it strictly, never more than was allowed, never to the disk."""

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiDict

from web.forms import Form, is_text

MOST_PARTS = 20
LARGEST_TEXT = 256 * 1024
"""Bytes of all fields that are no file, together: each of their characters is looked at."""
_CHUNK = 64 * 1024
_NO_FORM = (HttpProcessingError, web.RequestPayloadError, ConnectionError)
"""Raised by lines and headers too long for a form, what cannot be unpacked, and when the sender's network is lost."""


async def read_upload(request: web.Request, largest: int) -> tuple[Form, bytes]:
    """The fields, and the content of the one file (empty when none was chosen), together at most `largest` bytes.

    Raises HTTP 400 for anything else than a form with at most one file, 413 when it is too large. What the browser
    says of the file, its name and type, is not believed and not kept.
    """
    if request.content_type != "multipart/form-data":
        raise web.HTTPBadRequest
    fields, files = MultiDict[str](), list[bytes]()
    left, left_for_text = largest, min(largest, LARGEST_TEXT)
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or not part.name or len(fields) + len(files) >= MOST_PARTS:
                raise web.HTTPBadRequest
            room = left if part.filename is not None else min(left, left_for_text)
            data = await _content(part, room, largest)
            left -= len(data)
            if part.filename is None:
                left_for_text -= len(data)
                fields.add(part.name, data.decode())
            else:
                files.append(data)
    except (*_NO_FORM, ValueError, AssertionError, LookupError, RuntimeError) as error:
        raise web.HTTPBadRequest from error
    if len(files) > 1 or not all(is_text(text) for text in fields.values()):
        raise web.HTTPBadRequest
    return fields, files[0] if files else b""


async def _content(part: BodyPartReader, left: int, largest: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk(_CHUNK):
        data += chunk
        if len(data) > left:
            raise web.HTTPRequestEntityTooLarge(max_size=largest, actual_size=largest + 1)
    return bytes(data)
