"""The rest of the outside: the clock, the SMS gateway, the paper, the map, the story of every call."""

from datetime import datetime
from typing import Protocol

from core.rules.patient import Patient
from core.rules.prescription import SignedPrescription
from core.rules.sms import Sms
from core.rules.staff import Doctor


class Clock(Protocol):
    """What time it is: UTC, aware."""

    def now(self) -> datetime: ...


class SmsGateway(Protocol):
    """Sends one SMS."""

    async def send(self, sms: Sms) -> str:
        """The gateway's id for it. Raises `SmsRefused` (for good) or `SmsDelayed` (try again)."""
        ...

    async def alive(self) -> bool: ...


class SmsRefused(Exception):
    """The gateway will never take this message."""


class SmsDelayed(Exception):
    """Not now: network, rate limit, gateway error."""


class Printer(Protocol):
    """Turns a signed prescription into a PDF that is sealed with the clinic's certificate (PAdES)."""

    def pdf(
        self,
        prescription: SignedPrescription,
        patient: Patient,
        doctor: Doctor,
        *,
        follow_up: bool,
        token: str,
        replaces: str = "",
        draft: bool = False,
    ) -> bytes:
        """T6's content; takes CPU and waits for the timestamp's server, so call it in a thread.

        `replaces` is the printed number of the version that a correction corrects. A `draft` says on each page that
        it is one, and is never sealed.
        """
        ...


class Geography(Protocol):
    """PIN code -> where it is, as far as open data goes."""

    def state_of(self, pin_code: str) -> str | None:
        """State code (ISO 3166-2:IN without prefix), None for a PIN code that cannot exist."""
        ...

    def district_of(self, pin_code: str) -> str | None: ...


class Timeline(Protocol):
    """The running story of every call: stored soon after, published at once. Never blocks, never fails a call."""

    def note(self, call_id: str, kind: str, detail: str = "") -> None: ...
