"""The ledger, other systems: clients of the API, their tokens, and the ABHA numbers of patients who agreed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.rules.abha import AbhaLink
from core.rules.api_client import ApiClient, ApiToken


class ApiClients(Protocol):
    async def add(self, client: ApiClient) -> ApiClient: ...
    async def all(self) -> Sequence[ApiClient]:
        """Oldest first, those that were revoked among them."""
        ...

    async def by_client_id(self, client_id: str) -> ApiClient | None: ...
    async def revoke(self, client: ApiClient, at: datetime) -> ApiClient:
        """Its tokens are gone with it. Raises `Stale` when it was revoked already."""
        ...

    async def add_token(self, token: ApiToken) -> None: ...
    async def of_token(self, id_hash: str, now: datetime) -> tuple[ApiClient, ApiToken] | None:
        """Whose token this is; None when there is none, it has expired, or its client was revoked."""
        ...

    async def drop_expired(self, now: datetime) -> None:
        """Tokens that are no good any more."""
        ...


class AbhaLinks(Protocol):
    async def add(self, link: AbhaLink) -> AbhaLink:
        """Raises `Duplicate` when the patient has a number, or the number a patient."""
        ...

    async def of_patient(self, patient_id: int) -> AbhaLink | None:
        """The one that holds."""
        ...

    async def by_number(self, number: str) -> AbhaLink | None:
        """The one that holds."""
        ...

    async def withdraw(self, link: AbhaLink, at: datetime) -> AbhaLink:
        """Raises `Stale` when it was withdrawn already."""
        ...
