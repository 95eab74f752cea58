"""Let another system in, and shut it out again: from the command line alone, and audited."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from core.clinic.clinic import Clinic
from core.ports import NEW, Stale
from core.rules.api_client import LONGEST_NAME, ApiClient, Scope
from core.rules.records import AuditEntry


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client, with the secret that nobody can look up again."""

    client: ApiClient
    secret: str


def hash_of(secret: str) -> str:
    """How secrets and tokens are stored."""
    return sha256(secret.encode(errors="surrogateescape")).hexdigest()


def name_of_client(client: ApiClient) -> str:
    """As the audit names it: `api:3`."""
    return f"api:{client.id}"


async def add_client(clinic: Clinic, name: str, by: str) -> NewClient:
    """A client that may read. Raises `ValueError` for a name that is empty or too long."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"name: 1 to {LONGEST_NAME} characters, please")
    secret, now = secrets.token_urlsafe(32), clinic.clock.now()
    client = ApiClient(
        NEW, f"client-{secrets.token_hex(8)}", name, hash_of(secret), (Scope.READ_PRESCRIPTIONS.value,), now, by
    )
    async with clinic.ledger.write() as books:
        stored = await books.api_clients.add(client)
        await books.audit(AuditEntry(now, by, "let in", name_of_client(stored), stored.name))
    return NewClient(stored, secret)


async def revoke_client(clinic: Clinic, client_id: str, by: str) -> ApiClient:
    """It and its tokens open nothing any more. Raises `LookupError`, also when it was revoked before."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        client = await books.api_clients.by_client_id(client_id)
        if client is None:
            raise LookupError(f"there is no client {client_id!r}")
        try:
            revoked = await books.api_clients.revoke(client, now)
        except Stale as stale:
            raise LookupError(str(stale)) from stale
        await books.audit(AuditEntry(now, by, "shut out", name_of_client(client), client.name))
    return revoked


async def clients(clinic: Clinic) -> Sequence[ApiClient]:
    """All that there ever were, oldest first."""
    async with clinic.ledger.read() as books:
        return await books.api_clients.all()
