"""Tables as CSV that a browser saves under a name; a mark at the beginning tells spreadsheets that it is UTF-8."""

from collections.abc import Mapping

from aiohttp import web

UTF_8_MARK = "\ufeff"


def csv_headers(name: str) -> Mapping[str, str]:
    """Of one that is sent piece by piece."""
    return {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'}


def csv_response(text: str, name: str) -> web.Response:
    """The whole of it."""
    return web.Response(body=f"{UTF_8_MARK}{text}".encode(), headers=csv_headers(name))
