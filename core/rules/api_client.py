"""Who may use the API: other systems, what they may do, and the tokens that they get for it (RFC 6749)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TOKEN_LASTS = timedelta(hours=1)
LONGEST_NAME = 80
"""Characters."""


class Scope(StrEnum):
    """What a token lets one do. There is nothing to write."""

    READ_PRESCRIPTIONS = "prescriptions.read"


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Another system, known by its id and secret."""

    id: int
    client_id: str
    """RFC 6749 section 2.2: no secret."""
    name: str
    secret_hash: str
    """SHA-256 in hex; the secret has 256 random bits, so it needs no salt."""
    scopes: tuple[str, ...]
    """What it may ask for."""
    created_at: datetime
    created_by: str
    """As in the audit."""
    revoked_at: datetime | None = None
    """Since then neither its secret nor its tokens open anything."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """An access token (RFC 6749 section 1.4), without the token itself."""

    id_hash: str
    """SHA-256 of the token in hex."""
    client_id: int
    """`ApiClient.id`."""
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime


def granted(asked: str, allowed: Collection[str]) -> tuple[str, ...] | None:
    """The scopes of a token (RFC 6749 section 3.3): those asked for, all that are allowed when none is named.

    None when one is not allowed, or unknown.
    """
    wanted = tuple(dict.fromkeys(asked.split(" "))) if asked else tuple(allowed)
    return wanted if wanted and set(wanted) <= set(allowed) & set(Scope) else None
