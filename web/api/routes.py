"""Every address of the API; `web/routes.py` takes them over, `openapi.json` describes them."""

from aiohttp import web

from core.rules.api_client import Scope
from web.api import documents, records, tells, token
from web.api.guard import client_may


def routes() -> list[web.AbstractRouteDef]:
    """Address, the scope it needs (none: anybody may ask), and what answers."""
    get, read = web.get, Scope.READ_PRESCRIPTIONS
    return [
        get("/.well-known/oauth-authorization-server", tells.authorization_server),
        get("/api/openapi.json", tells.openapi),
        get("/api/fhir/metadata", tells.metadata),
        web.post("/api/oauth2/token", token.grant),
        get("/api/fhir/Bundle/{id}", client_may(read, records.bundle)),
        get("/api/fhir/DocumentReference", client_may(read, documents.search)),
        web.post("/api/fhir/DocumentReference/_search", client_may(read, documents.search_posted)),
    ]
