"""The token endpoint (RFC 6749 section 4.4): a client's id and secret for an access token."""

from base64 import b64decode
from urllib.parse import unquote_plus

from aiohttp import web

from core.clinic.api.grant_token import ScopeRefused, UnknownClient, grant_token
from core.rules.api_client import TOKEN_LASTS
from web.address import may_again
from web.deps import DEPS, clinic_of
from web.forms import Form, read_form

LONGEST = 200
"""Characters of a parameter."""


class _OAuthError(Exception):
    """RFC 6749 section 5.2."""

    def __init__(self, error: str, text: str, status: int = 400) -> None:
        super().__init__(error)
        self.answer = {"error": error, "error_description": text}
        self.status = status


async def grant(request: web.Request) -> web.StreamResponse:
    """The answer of section 5.1, or the error of section 5.2. Neither is ever kept by anybody in between."""
    try:
        response = web.json_response(await _granted(request))
    except _OAuthError as error:
        response = web.json_response(error.answer, status=error.status)
        if error.status == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="duravani", charset="UTF-8"'
        if error.status == 429:
            response.headers["Retry-After"] = "60"
    response.headers.update({"Cache-Control": "no-store", "Pragma": "no-cache"})
    return response


async def _granted(request: web.Request) -> dict[str, object]:
    if not await may_again(request, "token", limit=request.app[DEPS].api_limits.token_requests, seconds=60):
        raise _OAuthError("temporarily_unavailable", "Too many requests; please wait a minute.", 429)
    form = await _form(request)
    client_id, secret = _credentials(request, form)
    match _parameter(form, "grant_type"):
        case "":
            raise _OAuthError("invalid_request", "grant_type is missing")
        case "client_credentials":
            pass
        case _:
            raise _OAuthError("unsupported_grant_type", "only client_credentials")
    try:
        given = await grant_token(clinic_of(request), client_id, secret, _parameter(form, "scope"))
    except UnknownClient as error:
        raise _OAuthError("invalid_client", "unknown client or wrong secret", 401) from error
    except ScopeRefused as error:
        raise _OAuthError("invalid_scope", "this client may not have that scope") from error
    return {
        "access_token": given.token,
        "token_type": "Bearer",
        "expires_in": int(TOKEN_LASTS.total_seconds()),
        "scope": " ".join(given.stored.scopes),
    }


async def _form(request: web.Request) -> Form:
    try:
        return await read_form(request)
    except web.HTTPBadRequest as error:
        raise _OAuthError("invalid_request", "the body must be application/x-www-form-urlencoded") from error


def _credentials(request: web.Request, form: Form) -> tuple[str, str]:
    """By `client_secret_basic` or `client_secret_post`, never both (section 2.3)."""
    posted = _parameter(form, "client_id"), _parameter(form, "client_secret")
    header = request.headers.get("Authorization")
    if header is None:
        if not all(posted):
            raise _OAuthError("invalid_client", "client_id and client_secret are needed", 401)
        return posted
    if posted[1]:
        raise _OAuthError("invalid_request", "authenticate by the header or by the body, not by both")
    client_id, secret = _basic(header)
    if posted[0] not in ("", client_id):
        raise _OAuthError("invalid_request", "client_id differs between header and body")
    return client_id, secret


def _basic(header: str) -> tuple[str, str]:
    """RFC 7617, both parts form-encoded before (section 2.3.1)."""
    scheme, _, encoded = header.strip().partition(" ")
    try:
        client_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        scheme, client_id, colon, secret = "", "", "", ""
    if scheme.lower() != "basic" or not colon:
        raise _OAuthError("invalid_client", "the Authorization header is not Basic", 401)
    return unquote_plus(client_id), unquote_plus(secret)


def _parameter(form: Form, name: str) -> str:
    """Empty when it is not there, or has no value (section 3.1); it must not be there twice."""
    values = form.getall(name, [""])
    if len(values) != 1 or len(values[0]) > LONGEST:
        raise _OAuthError("invalid_request", f"{name}: once, and at most {LONGEST} characters")
    return values[0]
