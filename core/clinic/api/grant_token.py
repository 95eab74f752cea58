"""Give a client its token by its secret (RFC 6749 section 4.4), and know it again by the token (RFC 6750)."""

import secrets
from dataclasses import dataclass

from core.clinic.api.manage_clients import hash_of, name_of_client
from core.clinic.clinic import Clinic
from core.rules.api_client import TOKEN_LASTS, ApiClient, ApiToken, granted
from core.rules.records import AuditEntry


class UnknownClient(Exception):
    """No such client, a wrong secret, or one that was revoked: they look alike."""


class ScopeRefused(Exception):
    """The client may not have what it asks for."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A token as it is handed out, this once."""

    token: str
    """256 random bits."""
    stored: ApiToken


async def grant_token(clinic: Clinic, client_id: str, secret: str, scope: str) -> Grant:
    """Raises `UnknownClient`, `ScopeRefused`."""
    async with clinic.ledger.read() as books:
        client = await books.api_clients.by_client_id(client_id)
    right = secrets.compare_digest(hash_of(secret), client.secret_hash if client else hash_of(""))
    if client is None or not right or client.revoked_at is not None:
        await _note_refusal(clinic, client)
        raise UnknownClient(client_id)
    scopes = granted(scope, client.scopes)
    if scopes is None:
        raise ScopeRefused(scope)
    token, now = secrets.token_urlsafe(32), clinic.clock.now()
    stored = ApiToken(hash_of(token), client.id, scopes, now, now + TOKEN_LASTS)
    async with clinic.ledger.write() as books:
        await books.api_clients.drop_expired(now)
        await books.api_clients.add_token(stored)
        await books.audit(AuditEntry(now, name_of_client(client), "got a token", name_of_client(client)))
    return Grant(token, stored)


async def client_of(clinic: Clinic, token: str) -> tuple[ApiClient, ApiToken] | None:
    """Whose token this is, and what it lets one do; None when it is no good."""
    async with clinic.ledger.read() as books:
        return await books.api_clients.of_token(hash_of(token), clinic.clock.now())


async def _note_refusal(clinic: Clinic, client: ApiClient | None) -> None:
    """Of a client that there is: others would only fill the audit."""
    if client is not None:
        async with clinic.ledger.write() as books:
            who = name_of_client(client)
            await books.audit(AuditEntry(clinic.clock.now(), who, "refused: wrong secret or revoked", who))
