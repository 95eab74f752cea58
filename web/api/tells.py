"""What the API tells of itself to anybody: OAuth's metadata (RFC 8414), FHIR's metadata, its OpenAPI description."""

import json
from pathlib import Path
from typing import Any

from aiohttp import web

from core.rules.api_client import Scope
from core.rules.fhir.capability import capability
from web.api.answers import api_base, fhir
from web.deps import clinic_of

OPENAPI: dict[str, Any] = json.loads(Path(__file__).with_name("openapi.json").read_text("utf-8"))


def token_endpoint(request: web.Request) -> str:
    """Where tokens are given."""
    return f"{clinic_of(request).policy.public_url}/api/oauth2/token"


async def authorization_server(request: web.Request) -> web.StreamResponse:
    """RFC 8414 section 2."""
    issuer = clinic_of(request).policy.public_url
    return web.json_response({
        "issuer": issuer,
        "token_endpoint": token_endpoint(request),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "scopes_supported": list(Scope),
        "service_documentation": f"{issuer}/api/openapi.json",
    })  # fmt: skip


async def metadata(request: web.Request) -> web.StreamResponse:
    """FHIR's CapabilityStatement."""
    name = clinic_of(request).policy.clinic_name
    return fhir(capability(api=api_base(request), clinic_name=name, token_endpoint=token_endpoint(request)))


async def openapi(request: web.Request) -> web.StreamResponse:
    """OpenAPI 3.1, with this deployment's address."""
    public = clinic_of(request).policy.public_url
    return web.json_response(OPENAPI | {"servers": [{"url": public}]})
