"""How doctor and patient met, and what is known of the patient: all that the rules ask about besides the medicine."""

from dataclasses import dataclass

from core.rules.patient import ADULT_AGE, Gender
from core.rules.prescription import Mode

FERTILE_AGES = range(12, 51)
"""Completed years in which a woman is reminded of a pregnancy: WHO's 15-49, with a margin."""

CHILDHOOD = range(12)
"""Completed years in which an adult's maximum says nothing: labels for adults begin at 12."""


@dataclass(frozen=True, slots=True)
class Encounter:
    """One consultation, as far as prescribing is concerned."""

    mode: Mode
    follow_up: bool
    """Same doctor, same condition, within six months (T5)."""
    age: int | None
    """Completed years; None: not asked yet, so nothing may be prescribed (T2)."""
    gender: Gender | None = None
    adult_identified: bool = True
    """Whether a minor's adult is known by name or voice (T2); of no meaning for adults."""
    allergies: str = ""
    """As told."""
    current_medicines: str = ""
    """As told."""
    prescribed: frozenset[str] | None = None
    """Generics on earlier valid prescriptions of this doctor for this patient; None: nobody can tell."""

    @property
    def minor_alone(self) -> bool:
        return self.age is not None and self.age < ADULT_AGE and not self.adult_identified

    @property
    def history_known(self) -> bool:
        """Whether it can be told what the patient was given before, or takes."""
        return self.prescribed is not None or bool(self.current_medicines.strip())

    @property
    def may_be_pregnant(self) -> bool:
        """By age and gender alone."""
        return self.age in FERTILE_AGES and self.gender in (Gender.WOMAN, Gender.OTHER)
