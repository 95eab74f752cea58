"""Who may use the API: a bearer token in the header (RFC 6750), with the scope that the address needs."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from aiohttp import web

from core.clinic.api.grant_token import client_of
from core.clinic.clinic import Clinic
from core.rules.api_client import ApiClient, Scope
from web.address import may_again
from web.api.answers import ApiRefused
from web.deps import DEPS, clinic_of
from web.guard import Handler

_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)
"""RFC 6750 section 2.1. Tokens in a form or an address are not taken: they would be logged."""
_SCOPES: WeakKeyDictionary[Handler, Scope] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class ApiVisit:
    """A request by a client whose token and scope have been checked."""

    request: web.Request
    client: ApiClient

    @property
    def clinic(self) -> Clinic:
        """The clinic that is asked."""
        return clinic_of(self.request)


def client_may(scope: Scope, answer: Callable[[ApiVisit], Awaitable[web.StreamResponse]]) -> Handler:
    """For clients whose token has this scope; 401, 403 and 429 for others, as RFC 6750 section 3 says."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        return await answer(ApiVisit(request, await _enter(request, scope)))

    _SCOPES[guarded] = scope
    return guarded


def scope_of(handler: Handler) -> Scope | None:
    """The scope this address needs; None: a token opens nothing here."""
    return _SCOPES.get(handler)


async def _enter(request: web.Request, scope: Scope) -> ApiClient:
    given = request.headers.getall("Authorization", [])
    if not given:
        raise ApiRefused(401, headers=_challenge())
    found = _BEARER.fullmatch(given[0].strip()) if len(given) == 1 else None
    known = await client_of(clinic_of(request), found[1]) if found else None
    if known is None:
        limits = request.app[DEPS].api_limits
        if not await may_again(request, "wrong-token", limit=limits.wrong_tokens, seconds=60):
            raise ApiRefused(429)
        raise ApiRefused(401, "The access token is wrong, has expired or was revoked.", _challenge("invalid_token"))
    client, token = known
    if scope not in token.scopes:
        raise ApiRefused(403, headers=_challenge("insufficient_scope", scope))
    if not await clinic_of(request).line.allow(f"api:{client.id}", request.app[DEPS].api_limits.requests, 60):
        raise ApiRefused(429)
    return client


def _challenge(error: str = "", scope: str = "") -> dict[str, str]:
    parts = ['Bearer realm="duravani"', f'error="{error}"' if error else "", f'scope="{scope}"' if scope else ""]
    return {"WWW-Authenticate": ", ".join(part for part in parts if part)}
