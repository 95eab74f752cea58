"""Telephones for whoever has none: a page on this machine plays a patient's phone for as long as it is open.

They are lent from memory: the page and the switch's accounts are of one process, and nothing of them outlives it.
"""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.ports import Clock
from core.rules.mobile import indian_mobile, is_indian_mobile
from core.rules.staff import sip_digest

MOST = 20
"""Phones at a time."""
GONE_FOR = timedelta(minutes=1)
"""How long a phone is kept whose page has gone: it may only be loaded anew."""
LASTS = timedelta(hours=12)
MOST_REMEMBERED = 1000
"""Callers that browsers have played."""
PREFIX = "try-"
"""What its SIP account begins with; those of the staff begin with what they are."""
INVENTED = "+9198765{:05}"


class NoTryPhone(Exception):
    """Why none was lent: `bad_number`, `no_number`, `taken` or `too_many` (a text of the page)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True, eq=False)
class TryPhone:
    """One phone: the caller that it plays, and who has it."""

    account: str
    digest: str
    """See `core.rules.staff.sip_digest`."""
    number: str
    """E.164, an Indian mobile's."""
    visitor: str
    """The browser that it was lent to."""
    lent_at: datetime
    hears_since: datetime
    """When this browser first played this caller: older SMS are none of its business."""
    gone_at: datetime | None
    """None while its page is connected."""
    pages: int = 0
    void: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it can no longer be used."""


class TryPhones:
    """All of them, the numbers that they may dial, and whether SMS to them stay here and can be shown.

    With `invents` false nobody is given a number at random: it could be rung, or written to, for real.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        patient_numbers: Sequence[str] = (),
        missed_numbers: Sequence[str] = (),
        pharmacy_numbers: Sequence[str] = (),
        invents: bool = True,
        shows_sms: bool = True,
    ) -> None:
        self.patient_numbers, self.missed_numbers, self.shows_sms = patient_numbers, missed_numbers, shows_sms
        self.pharmacy_numbers = pharmacy_numbers
        self._clock, self._invents = clock, invents
        self._phones: dict[str, TryPhone] = {}
        self._first_lent: dict[tuple[str, str], datetime] = {}
        self._changed = asyncio.Event()

    def lend(self, visitor: str, wanted: str = "") -> tuple[TryPhone, str]:
        """A phone with this number (or one of our choice), and its SIP password. Raises `NoTryPhone`.

        The same browser gets the same number anew: then the phone it had is void.
        """
        self.sweep()
        number = self._number(visitor, wanted)
        older = self._holder(number)
        if older is None and len(self._phones) >= MOST:
            raise NoTryPhone("too_many")
        if older is not None:
            self._drop(older)
        account, password, now = PREFIX + secrets.token_hex(6), secrets.token_hex(16), self._clock.now()
        phone = TryPhone(
            account, sip_digest(account, password), number, visitor, now, self._since(visitor, number, now), now
        )
        self._phones[account] = phone
        self._changed.set()
        return phone, password

    def find(self, account: str, visitor: str) -> TryPhone | None:
        """This phone, if it is lent to this browser."""
        phone = self._phones.get(account)
        return phone if phone is not None and secrets.compare_digest(phone.visitor, visitor) else None

    def lent(self) -> Sequence[TryPhone]:
        """Those that there are."""
        return list(self._phones.values())

    @contextmanager
    def open(self, phone: TryPhone) -> Iterator[None]:
        """A page of it is connected while the block runs."""
        phone.pages, phone.gone_at = phone.pages + 1, None
        try:
            yield
        finally:
            phone.pages -= 1
            if not phone.pages:
                phone.gone_at = self._clock.now()

    def sweep(self) -> None:
        """Those whose page has gone, or that have been lent long enough, are void."""
        now = self._clock.now()
        for phone in self.lent():
            gone = phone.gone_at is not None and now - phone.gone_at >= GONE_FOR
            if gone or now - phone.lent_at >= LASTS:
                self._drop(phone)

    async def changed(self) -> None:
        """Returns when one was lent or became void since the last time this returned. For one reader."""
        await self._changed.wait()
        self._changed.clear()

    def _number(self, visitor: str, wanted: str) -> str:
        if not wanted.strip():
            return self._invent()
        number = indian_mobile(wanted)
        if number is None:
            raise NoTryPhone("bad_number")
        holder = self._holder(number)
        if holder is not None and holder.visitor != visitor:
            raise NoTryPhone("taken")
        return number

    def _invent(self) -> str:
        if not self._invents:
            raise NoTryPhone("no_number")
        while True:
            number = INVENTED.format(secrets.randbelow(100_000))
            if is_indian_mobile(number) and self._holder(number) is None:
                return number

    def _since(self, visitor: str, number: str, now: datetime) -> datetime:
        if len(self._first_lent) >= MOST_REMEMBERED:
            del self._first_lent[next(iter(self._first_lent))]
        return self._first_lent.setdefault((visitor, number), now)

    def _holder(self, number: str) -> TryPhone | None:
        return next((phone for phone in self._phones.values() if phone.number == number), None)

    def _drop(self, phone: TryPhone) -> None:
        del self._phones[phone.account]
        phone.void.set()
        self._changed.set()
