"""What every conversation shares: the clinic, the exchange, the voices, who waits. Wired once by `main`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.clinic.clinic import Clinic
from core.rules.speech import Phrasebooks
from ivr.call import Exchange
from ivr.on_air import OnAir
from ivr.pace import Pace
from ivr.staff_phones import Softphones, StaffPhones
from ivr.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Desk:
    """Handed to every flow as its first argument."""

    clinic: Clinic
    exchange: Exchange
    phrasebooks: Phrasebooks
    prompts: Path
    recordings: Path
    service_number: str
    """What a called patient or a rung doctor sees."""
    ambulance: str | None
    """The number key 9 is connected to, where the trunk allows it (T10); None: only the advice is spoken."""
    pace: Pace = field(default_factory=Pace)
    waiting: Waiting = field(default_factory=Waiting)
    on_air: OnAir = field(default_factory=OnAir)
    phones: StaffPhones = field(default_factory=Softphones)
    own_sounds: Sequence[Path] = ()
    """Folders of this deployment's own sounds, which win over `prompts`."""
    busy_operators: set[int] = field(default_factory=set)

    @property
    def default_language(self) -> str:
        """The one that is offered first."""
        return self.clinic.policy.languages[0]
