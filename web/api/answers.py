"""How the API answers: FHIR resources, and errors as FHIR and OAuth want them."""

import json
from hashlib import sha256
from http import HTTPStatus

from aiohttp import web

from core.rules.fhir.names import Element
from core.rules.fhir.outcome import outcome
from web.deps import clinic_of

FHIR_JSON = "application/fhir+json"
OAUTH = "/api/oauth2/"
_CODES = {
    400: ("invalid", "The request is not one that this API knows; /api/openapi.json tells which it knows."),
    401: ("login", "An access token is needed; /.well-known/oauth-authorization-server tells where to get one."),
    403: ("forbidden", "This token does not let you do that."),
    404: ("not-found", "There is no such document, or the patient has not agreed that you read it."),
    405: ("not-supported", "This method is not for this address."),
    413: ("too-long", "The request is too large."),
    429: ("throttled", "Too many requests; please wait a minute."),
}
"""FHIR's IssueType and a text, by status."""


class ApiRefused(Exception):
    """The request is answered with this error."""

    def __init__(self, status: int, text: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(status, text)
        self.status = status
        self.text = text
        self.headers = headers or {}


def api_base(request: web.Request) -> str:
    """FHIR's base URL."""
    return f"{clinic_of(request).policy.public_url}/api/fhir"


def fhir(resource: Element, status: int = 200) -> web.Response:
    """A resource."""
    text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, content_type=FHIR_JSON, charset="utf-8")


def fhir_unless_known(request: web.Request, resource: Element) -> web.Response:
    """A resource with its ETag; 304 when the client has this one (RFC 9110 section 13.1.2).

    The tag is of the content, not of the version: a corrected name is another content of the same version.
    """
    response = fhir(resource)
    tag = sha256((response.text or "").encode()).hexdigest()[:32]
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        response = web.Response(status=304)
    response.headers["ETag"] = f'W/"{tag}"'
    return response


def refusal(request: web.Request, refused: ApiRefused) -> web.Response:
    """The error as its reader knows errors: RFC 6749 section 5.2, or an OperationOutcome."""
    code, text = _CODES.get(refused.status, ("exception", HTTPStatus(refused.status).phrase))
    if request.path.startswith(OAUTH):
        response = web.json_response(
            {"error": "invalid_request", "error_description": refused.text or text}, status=refused.status
        )
    else:
        response = fhir(outcome(code, refused.text or text), refused.status)
    response.headers.update(refused.headers)
    if refused.status == 429:
        response.headers["Retry-After"] = "60"
    return response
