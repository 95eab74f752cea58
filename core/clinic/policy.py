"""What a deployment decides, and where that is known: its files, and what was changed on top while running."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from core.rules.call_back import Caps
from core.rules.changes import Changes
from core.rules.dose_words import DoseWords
from core.rules.formulary.drug import Formulary
from core.rules.opd import Opd
from core.rules.sms_template import SmsTemplates


@dataclass(frozen=True, slots=True)
class Policy:
    """What a deployment decides."""

    clinic_name: str
    time_zone: ZoneInfo
    languages: tuple[str, ...]
    """In the order in which callers are offered them."""
    opds: Mapping[str, Opd]
    """Those that callers are offered, in that order."""
    states: tuple[str, ...]
    """Every state code: what a doctor without a list of states serves."""
    formulary: Formulary
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
    dispensing_days: int = 30
    """How long after its signature a prescription may be filled."""
    correction_days: int = 7
    """How long its doctor may correct it; it may be taken back as long as anything may be given on it."""
    grievance_days: int = 7
    """By when a complaint is answered (T9, S24)."""
    dose_words: Mapping[str, DoseWords] = field(default_factory=dict)
    """By language; a dose goes out as the doctor wrote it where there are none."""
    every_opd: Mapping[str, Opd] = field(default_factory=dict)
    """Also those not offered yet, and the retired ones; empty where nobody can add or retire one."""
    served_states: frozenset[str] = frozenset()
    """Whose patients get tokens (S10); empty: every state's."""
    every_language: tuple[str, ...] = ()
    """Also those that callers are not offered any more; empty where that cannot be."""

    @property
    def known_languages(self) -> tuple[str, ...]:
        """What patients may have chosen once and staff may speak; those that are offered come first."""
        return self.every_language or self.languages

    @property
    def known_opds(self) -> Mapping[str, Opd]:
        """Whatever a token may wait in; those of the files come first, in their order."""
        return self.every_opd or self.opds

    @property
    def staffed_opds(self) -> tuple[str, ...]:
        """Those that a doctor may be given: an OPD is prepared before it is offered."""
        return tuple(key for key, opd in self.known_opds.items() if not opd.retired)

    def serves(self, state: str) -> bool:
        """Whether patients of this state get tokens."""
        return not self.served_states or state in self.served_states


class Group(StrEnum):
    """Where a setting is shown."""

    LIMITS = "limits"
    NUMBERS = "numbers"
    LANGUAGES = "languages"
    FILES = "files"
    """It cannot be changed while running."""


@dataclass(frozen=True, slots=True)
class Knob:
    """A setting that the administration sees."""

    key: str
    value: str
    """As the deployment's files say."""
    group: Group
    live: bool
    """Whether a change is in force within seconds; otherwise from the next start on."""
    now: str
    """In force in this process; of a live one it is what was changed, or `value`."""
    waits: bool
    """Whether something else holds from the next start on."""

    @property
    def changeable(self) -> bool:
        """Whether it can be changed while running."""
        return self.group is not Group.FILES


class Lack(StrEnum):
    """What a language needs before callers can be offered it."""

    PROMPTS = "prompts"
    """Sentences for the telephone."""
    SOUNDS = "sounds"
    """The same, as something that can be heard."""
    SMS = "sms"
    PAPER = "paper"
    DOSES = "doses"
    """Words for how to take a medicine."""
    PAGES = "pages"
    """Of patients and staff."""


@dataclass(frozen=True, slots=True)
class KnownLanguage:
    """A language of which the deployment's files know something."""

    code: str
    lacks: Mapping[Lack, Sequence[str]]
    """With the names of what is missing, as far as they are known; empty: callers can be offered it."""


class Configuration(Protocol):
    """The deployment's files, and what a change would do to them."""

    def knobs(self, changes: Changes) -> Sequence[Knob]:
        """In the order in which they are shown."""
        ...

    def languages(self) -> Sequence[KnownLanguage]:
        """Those of the files come first."""
        ...

    def check(self, changes: Changes) -> None:
        """Raises `BadChange` when these changes together cannot be used, by the very code that reads the files."""
        ...

    def in_force(self, changes: Changes) -> tuple[Policy, SmsTemplates]:
        """What holds with these changes; one that does not fit the files any more is logged and left out."""
        ...

    def keep_for_start(self, changes: Changes) -> None:
        """Let who starts without the ledger know them."""
        ...
