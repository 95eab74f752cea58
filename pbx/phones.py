"""Phones of our own people: provisions their SIP accounts without a restart, and knows which are registered."""

import asyncio
import hashlib
import logging
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from pbx.ami import AmiEvent
from pbx.ari import Ari, AriError
from pbx.names import APP, FROM_ACCOUNT, PULSE, TRUNK

log = logging.getLogger(__name__)

MOST_WAITING = 10000

AOR = {
    "max_contacts": "1",
    "remove_existing": "yes",
    "qualify_frequency": "30",
    "qualify_timeout": "3",
    "minimum_expiration": "60",
    "default_expiration": "120",
    "maximum_expiration": "600",
}
"""One phone an account, the last to register wins; asked every 30 s whether it is still there."""

ENDPOINT = {
    "context": FROM_ACCOUNT,
    "identify_by": "username",
    "disallow": "all",
    "allow": "alaw,ulaw",
    "direct_media": "no",
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "rewrite_contact": "yes",  # behind any NAT
    "dtmf_mode": "rfc4733",
    "rtp_timeout": "60",
    "rtp_timeout_hold": "600",
    "timers": "yes",
    "timers_sess_expires": "900",
    "allow_transfer": "no",
    "allow_subscribe": "no",
    "allow_overlap": "no",
    "send_connected_line": "no",
}

UP = frozenset({"Reachable", "NonQualified", "Created", "Updated"})
"""Contact states in which a phone can be rung (pjsip_options: a fresh contact has not been asked yet)."""


@dataclass(frozen=True)
class ContactChange:
    """A phone came, went, or stopped answering."""

    account: str
    online: bool


@dataclass(frozen=True)
class _Account:
    ha1: str
    display_name: str


def ha1(account: str, password: str) -> str:
    """What is kept instead of the password: MD5 of account:realm:password (RFC 7616), in hex."""
    return hashlib.md5(f"{account}:{APP}:{password}".encode()).hexdigest()


class Phones:
    """The accounts of one switch. Our database is the truth; this pushes it, again after each (re)connection."""

    def __init__(self, ari: Ari, options: Mapping[str, str]) -> None:
        """`options` of every endpoint are added to ours (`SwitchConfig.voice_options`)."""
        self._ari = ari
        self._endpoint = ENDPOINT | dict(options)
        self._accounts: dict[str, _Account] = {}
        self._changes: asyncio.Queue[ContactChange] = asyncio.Queue(MOST_WAITING)

    async def provision(self, account: str, ha1: str, display_name: str) -> None:
        """Add or change an account; may be called before Asterisk is there. Raises ValueError for an unusable value.

        An account starts with a letter: what is all digits is a number of the trunk.
        """
        if not re.fullmatch(r"[a-z][a-z0-9_-]{1,39}", account) or account in (TRUNK, PULSE):
            raise ValueError(f"an account cannot be named {account!r}: a letter, then 1 to 39 of a-z 0-9 - _")
        if not re.fullmatch(r"[0-9a-f]{32}", ha1):
            raise ValueError(f"the digest of {account} must be 32 hex digits")
        self._accounts[account] = _Account(ha1, re.sub(r"[^\w .()-]", " ", display_name).strip())
        if self._ari.connected:
            await self._push(account)

    async def remove(self, account: str) -> None:
        """Forget an account: its phone can no longer register nor call. Calls it is in go on."""
        self._accounts.pop(account, None)
        if self._ari.connected:
            for kind in ("endpoint", "auth", "aor"):
                await self._delete(kind, account)

    async def push_all(self) -> None:
        """After each connection: Asterisk forgets the accounts when it is started anew."""
        await asyncio.gather(*(self._push(account) for account in list(self._accounts)))

    async def online(self, account: str) -> bool:
        """Whether a phone is registered under this account and answers. False when Asterisk cannot be asked."""
        try:
            endpoint = await self._ari.get("endpoints", "PJSIP", account)
        except AriError:
            return False
        return bool(endpoint["state"] == "online")

    async def changes(self) -> AsyncIterator[ContactChange]:
        """Phones as they come and go; ask `online` first, then follow these. For one reader."""
        while True:
            yield await self._changes.get()

    def on_event(self, event: AmiEvent) -> None:
        """One event of AMI, of any kind."""
        account = event.headers.get("EndpointName") or event.headers.get("AOR", "")
        if event.name == "ContactStatus" and account in self._accounts and not self._changes.full():
            self._changes.put_nowait(ContactChange(account, event.headers.get("ContactStatus") in UP))

    async def _push(self, account: str) -> None:
        known = self._accounts.get(account)
        if known is None:
            return
        await self._put("auth", account, {"auth_type": "md5", "username": account, "realm": APP, "md5_cred": known.ha1})
        await self._put("aor", account, AOR)
        await self._put(
            "endpoint",
            account,
            self._endpoint | {"auth": account, "aors": account, "callerid": f'"{known.display_name}" <{account}>'},
        )

    async def _put(self, kind: str, account: str, values: Mapping[str, str]) -> None:
        fields = [{"attribute": key, "value": value} for key, value in values.items()]
        await self._ari.put("asterisk", "config", "dynamic", "res_pjsip", kind, account, body={"fields": fields})

    async def _delete(self, kind: str, account: str) -> None:
        try:
            await self._ari.delete("asterisk", "config", "dynamic", "res_pjsip", kind, account)
        except AriError as error:
            if error.status != 404:
                raise
