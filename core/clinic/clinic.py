"""The clinic: the ports that every use case works with, wired once by `main`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.ports import Clock, Geography, Ledger, Line, Printer, Timeline
from core.rules.call_back import Caps
from core.rules.opd import Opd
from core.rules.prescription import Drug
from core.rules.sms_template import SmsTemplates


@dataclass(frozen=True, slots=True)
class Policy:
    """What a deployment decides."""

    clinic_name: str
    time_zone: ZoneInfo
    languages: tuple[str, ...]
    """In the order in which they are offered."""
    opds: Mapping[str, Opd]
    """In the order in which they are offered."""
    states: tuple[str, ...]
    """Every state code: what a doctor without a list of states serves."""
    formulary: Mapping[str, Drug]
    public_url: str
    """What a patient's link begins with, without a slash at the end."""
    notice_version: str
    family_limit: int
    """How many patients one mobile may register (S7; 1 = no family)."""
    token_digits: int
    link_days: int
    """How long a prescription's link works."""
    call_backs: Caps
    """How often the machine calls back (T14)."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """Handed to every use case as its first argument."""

    ledger: Ledger
    line: Line
    clock: Clock
    printer: Printer
    geography: Geography
    timeline: Timeline
    sms: SmsTemplates
    policy: Policy

    def today(self) -> date:
        """The day in the clinic's time zone."""
        return self.local_now().date()

    def open_opds(self) -> list[str]:
        """The departments that serve now (S2), in the order of the configuration."""
        now = self.local_now()
        return [key for key, opd in self.policy.opds.items() if opd.is_open(now)]

    def local_now(self) -> datetime:
        """Now, in the clinic's time zone."""
        return self.clock.now().astimezone(self.policy.time_zone)
