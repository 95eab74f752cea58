"""What the formulary knows of a medicine: list (T3), schedule, forms and strengths, and what to be careful about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

NEAREST = 3
"""How many names are offered for one that is not known."""


class DrugList(StrEnum):
    """The lists of the Telemedicine Practice Guidelines 2020 (T3)."""

    O = "O"  # noqa: E741 - the list's own name
    A = "A"
    B = "B"
    PROHIBITED = "prohibited"


class Schedule(StrEnum):
    """Of India's Drugs Rules 1945."""

    H = "H"
    H1 = "H1"
    X = "X"
    """Never by tele-consultation, whatever the list says (T3)."""
    G = "G"
    OTC = "OTC"
    """In none of them: sold without a prescription."""
    UNSTATED = ""


class Pregnancy(StrEnum):
    """What a pregnancy means for it."""

    UNSTATED = ""
    CAUTION = "caution"
    AVOID = "avoid"


@dataclass(frozen=True, slots=True)
class DailyMaximum:
    """What an adult takes in a day at most."""

    milligrams: Fraction
    source: str
    """The public source that says so."""


@dataclass(frozen=True, slots=True)
class Product:
    """A medicine in one form: a line of the table."""

    form: str
    strengths: tuple[str, ...]
    route: str = ""
    schedule: Schedule = Schedule.UNSTATED
    daily_maximum: DailyMaximum | None = None
    """None: no public source is named."""
    from_age: int = 0
    """Completed years from which it is usual; 0: from birth, or not stated."""
    pregnancy: Pregnancy = Pregnancy.UNSTATED


@dataclass(frozen=True, slots=True)
class Drug:
    """A medicine by its generic name."""

    generic: str
    """International non-proprietary name, lower case; a combination is `amoxicillin+clavulanic acid`."""
    drug_list: DrugList
    products: tuple[Product, ...]
    classes: tuple[str, ...] = ()
    """What an allergy to means an allergy to it, perhaps: `penicillin`."""
    use: str = ""
    """What it is given for: medicines of one use may stand in for each other."""

    @property
    def substances(self) -> frozenset[str]:
        """What is in it."""
        return frozenset(self.generic.split("+"))

    @property
    def forms(self) -> tuple[str, ...]:
        return tuple(product.form for product in self.products)

    @property
    def strengths(self) -> tuple[str, ...]:
        """Of any form, each once."""
        return tuple(dict.fromkeys(strength for product in self.products for strength in product.strengths))

    @property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Which form is made in which strength (no tablet of `250 mg/5 ml`)."""
        return frozenset((product.form, strength) for product in self.products for strength in product.strengths)

    @property
    def prohibited(self) -> bool:
        """Whether it is never prescribed by tele-consultation (T3)."""
        return self.drug_list is DrugList.PROHIBITED or any(one.schedule is Schedule.X for one in self.products)

    def product(self, form: str) -> Product | None:
        """None when it is not made in this form."""
        return next((product for product in self.products if product.form == form), None)

    def offers(self, form: str, strength: str) -> bool:
        """Whether this form exists in this strength."""
        return (form, strength) in self.pairs


@dataclass(frozen=True, eq=False)
class Formulary(Mapping[str, Drug]):
    """Medicines by generic name, in the table's order."""

    drugs: Mapping[str, Drug]
    version: str = ""
    """Twelve hexadecimal digits of the table's SHA-256: the same table is the same version everywhere."""
    text: str = ""
    """The table itself, as it was read (CSV)."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Generic by what else a doctor may look for, lower case: the deployment's brand names. Never printed.

    Those whose medicine this formulary does not have mean nothing."""

    def __getitem__(self, generic: str) -> Drug:
        return self.drugs[generic]

    def __iter__(self) -> Iterator[str]:
        return iter(self.drugs)

    def __len__(self) -> int:
        return len(self.drugs)

    @cached_property
    def substances(self) -> frozenset[str]:
        """Whatever is in any of them."""
        return frozenset(name for drug in self.values() for name in drug.substances)

    @cached_property
    def classes(self) -> frozenset[str]:
        """Whatever class any of them is of."""
        return frozenset(name for drug in self.values() for name in drug.classes)

    @cached_property
    def brands(self) -> frozenset[str]:
        """The aliases that mean something here."""
        return frozenset(alias for alias, generic in self.aliases.items() if generic in self)

    def generic_of(self, name: str) -> str:
        """The generic name for what was typed: small letters, single spaces, an alias resolved."""
        plain = " ".join(name.lower().split())
        meant = self.aliases.get(plain, plain)
        return meant if plain not in self.drugs and meant in self.drugs else plain

    def nearest(self, name: str) -> tuple[str, ...]:
        """Names that look like this one, the most similar first."""
        plain = " ".join(name.lower().split())
        beginning = [generic for generic in self.drugs if plain and generic.startswith(plain)]
        similar = get_close_matches(plain, self.drugs, NEAREST)
        return tuple(dict.fromkeys([*beginning, *similar]))[:NEAREST]
