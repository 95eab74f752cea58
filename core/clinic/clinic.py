"""The clinic: the ports that every use case works with, wired once by `main`."""

from dataclasses import dataclass
from datetime import date, datetime

from core.clinic.policy import Configuration, Policy
from core.ports import Clock, Geography, Ledger, Line, PageMaker, Printer, PromptLibrary, Timeline
from core.rules.sms_template import SmsTemplates

__all__ = ["Clinic", "Policy"]


@dataclass(eq=False, slots=True)
class Clinic:
    """Handed to every use case as its first argument.

    `policy` and `sms` are renewed while it runs, by `core.clinic.admin.renew_policy` alone: a use case reads them when
    it needs them, and keeps none for later. Everything else is set once.
    """

    ledger: Ledger
    line: Line
    clock: Clock
    printer: Printer
    geography: Geography
    timeline: Timeline
    sms: SmsTemplates
    policy: Policy
    configuration: Configuration | None = None
    """None: nothing can be changed while this one runs."""
    prompts: PromptLibrary | None = None
    """None: the sounds are not at hand here."""
    page_maker: PageMaker | None = None
    """None: nobody can send health records here."""

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
