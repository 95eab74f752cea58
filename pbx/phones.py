"""Phones of our own people: provisions their SIP accounts without a restart, and knows which are registered.

A softphone comes by UDP or TCP. A browser phone comes by WebSocket through our web, with WebRTC's encrypted voice
(https://docs.asterisk.org/Configuration/WebRTC/).
"""

import asyncio
import hashlib
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from pbx.ami import AmiEvent
from pbx.ari import Ari, AriError
from pbx.names import APP, FROM_ACCOUNT, FROM_TRUNK, PULSE, TRUNK

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

BROWSER_AOR = AOR | {"qualify_frequency": "0"}
"""Not asked: the contact ends with its WebSocket, which our web watches (web/pages/phone.py)."""

BROWSER_ENDPOINT = {
    "webrtc": "yes",  # DTLS-SRTP with a certificate of its own, ICE, one port for all
    "allow": "alaw,ulaw",
    "timers": "no",
    "rtp_symmetric": "no",  # ICE has found the address
    "force_rport": "no",
}

UP = frozenset({"Reachable", "NonQualified", "Created", "Updated"})
"""Contact states in which a phone can be rung (pjsip_options: a fresh contact has not been asked yet)."""


@dataclass(frozen=True)
class ContactChange:
    """A phone came, went, or stopped answering: as far as we heard, `Phones.online` knows."""

    account: str
    online: bool


@dataclass(frozen=True)
class _Account:
    ha1: str
    display_name: str
    browser: bool
    number: str


def ha1(account: str, password: str) -> str:
    """What is kept instead of the password: MD5 of account:realm:password (RFC 7616), in hex."""
    return hashlib.md5(f"{account}:{APP}:{password}".encode()).hexdigest()


class Phones:
    """The accounts of one switch. Our database is the truth; this pushes it, again after each (re)connection."""

    def __init__(self, ari: Ari, options: Mapping[str, str], browser_options: Mapping[str, str]) -> None:
        """`options` of every endpoint are added to ours (`SwitchConfig.voice_options`), the others to browsers'."""
        self._ari = ari
        self._endpoint = ENDPOINT | dict(options)
        self._browser_endpoint = self._endpoint | BROWSER_ENDPOINT | dict(browser_options)
        self._accounts: dict[str, _Account] = {}
        self._changes: asyncio.Queue[ContactChange] = asyncio.Queue(MOST_WAITING)
        self._changed: dict[str, asyncio.Event] = {}
        self._departures: Counter[str] = Counter()

    async def provision(
        self, account: str, ha1: str, display_name: str, *, browser: bool = False, number: str = ""
    ) -> None:
        """Add or change an account; may be called before Asterisk is there. Raises ValueError for an unusable value.

        An account starts with a letter: what is all digits is a number of the trunk. With a `number` (E.164) it plays a
        phone of the public network: it calls from that number, reaches what the trunk reaches, and rings for it.
        """
        if not re.fullmatch(r"[a-z][a-z0-9_-]{1,47}", account) or account in (TRUNK, PULSE):
            raise ValueError(f"an account cannot be named {account!r}: a letter, then 1 to 47 of a-z 0-9 - _")
        if not re.fullmatch(r"[0-9a-f]{32}", ha1):
            raise ValueError(f"the digest of {account} must be 32 hex digits")
        if not re.fullmatch(r"(\+[0-9]{5,15})?", number):
            raise ValueError(f"{account} cannot play {number!r}: it is no number")
        wanted = _Account(ha1, re.sub(r"[^\w .()-]", " ", display_name).strip(), browser, number)
        known, self._accounts[account] = self._accounts.get(account), wanted
        if self._ari.connected and known != wanted:
            try:
                await self._push(account)
            except AriError:
                del self._accounts[account]
                raise

    def is_known(self, account: str) -> bool:
        """Whether there is this account of one of our own people."""
        return account in self._accounts and not self._accounts[account].number

    def known(self) -> frozenset[str]:
        """The accounts of our own people that there are."""
        return frozenset(account for account, known in self._accounts.items() if not known.number)

    def played(self) -> frozenset[str]:
        """The accounts that play a phone of the public network."""
        return frozenset(self._accounts) - self.known()

    def player_of(self, number: str) -> str | None:
        """The account that plays the phone of this number."""
        return next((account for account, known in self._accounts.items() if known.number == number != ""), None)

    async def remove(self, account: str) -> None:
        """Forget an account: its phone can no longer register nor call, and departs.

        The switch holds its legs for as long as it is not told otherwise: whoever talks with it ends them.
        """
        self._accounts.pop(account, None)
        self._departures[account] += 1  # even if somebody registers anew before anybody has looked
        try:
            if self._ari.connected:
                for kind in ("endpoint", "auth", "aor"):
                    await self._delete(kind, account)
        finally:
            self._note(account, online=False)

    async def push_all(self) -> None:
        """After each connection: Asterisk forgets the accounts when it is started anew."""
        await asyncio.gather(*(self._push(account) for account in list(self._accounts)))
        for account in {*self._changed, *(each for each, known in self._accounts.items() if known.browser)}:
            self._note(account, online=False)  # it may have gone while we heard nothing: who wants to know asks

    async def online(self, account: str) -> bool:
        """Whether a phone is registered under this account and answers. False when Asterisk cannot be asked."""
        return await self._state(account) is True

    async def arrives(self, account: str) -> None:
        """Returns when a phone is registered under this account."""
        await self._until(account, lambda online: online is True)

    def departures(self, account: str) -> int:
        """How often a phone of this account has gone."""
        return self._departures[account]

    async def departs(self, account: str, since: int) -> None:
        """Returns when it has gone more often than `since`, even if it is back already; or is not there."""
        await self._until(account, lambda online: online is False or self._departures[account] > since)

    async def forgotten(self, account: str) -> None:
        """Returns when there is no such account of one of our own people (any more)."""
        await self._until(account, lambda _: not self.is_known(account))

    async def _until(self, account: str, true: Callable[[bool | None], bool]) -> None:
        while True:
            changed = self._changed.setdefault(account, asyncio.Event())
            if true(await self._state(account)):
                return
            await changed.wait()

    async def changes(self) -> AsyncIterator[ContactChange]:
        """Phones as they come and go; ask `online` first, then follow these. For one reader."""
        while True:
            yield await self._changes.get()

    def on_event(self, event: AmiEvent) -> None:
        """One event of AMI, of any kind."""
        account = event.headers.get("EndpointName") or event.headers.get("AOR", "")
        if event.name == "ContactStatus" and account in self._accounts:
            online = event.headers.get("ContactStatus") in UP
            self._departures[account] += not online
            self._note(account, online=online)

    def _note(self, account: str, *, online: bool) -> None:
        if not self._changes.full():
            self._changes.put_nowait(ContactChange(account, online))
        if (changed := self._changed.pop(account, None)) is not None:
            changed.set()

    async def _state(self, account: str) -> bool | None:
        """Whether it is registered; None when Asterisk cannot be asked."""
        try:
            endpoint = await self._ari.get("endpoints", "PJSIP", account)
        except AriError as error:
            return False if error.status == 404 else None
        return bool(endpoint["state"] == "online")

    async def _push(self, account: str) -> None:
        known = self._accounts.get(account)
        if known is None:
            return
        await self._put("auth", account, {"auth_type": "md5", "username": account, "realm": APP, "md5_cred": known.ha1})
        await self._put("aor", account, BROWSER_AOR if known.browser else AOR)
        await self._put(
            "endpoint",
            account,
            (self._browser_endpoint if known.browser else self._endpoint)
            | {"auth": account, "aors": account, "callerid": f'"{known.display_name}" <{known.number or account}>'}
            | ({"context": FROM_TRUNK} if known.number else {}),
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
