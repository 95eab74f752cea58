"""What the formulary knows of a medicine: list (T3), schedule, forms and strengths, and what to be careful about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property

from core.rules.formulary.forbidden import Forbidden
from core.rules.formulary.quantity import Quantity
from core.rules.formulary.typed_name import agrees, ways_to_read

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
class Maximum:
    """What an adult takes in a day, or in a week, at most."""

    most: Quantity
    source: str
    """The public source that says so."""


@dataclass(frozen=True, slots=True)
class Product:
    """A medicine in one form: a line of the table."""

    form: str
    strengths: tuple[str, ...]
    route: str = ""
    schedule: Schedule = Schedule.UNSTATED
    daily_maximum: Maximum | None = None
    """None: no public source is named."""
    weekly_maximum: Maximum | None = None
    """Of what is taken once a week."""
    longest: int = 0
    """Days on end at most; 0: no public source is named."""
    source: str = ""
    """The public source of these."""
    drug_list: DrugList | None = None
    """Of this form, where it is not that of the medicine's other forms."""
    from_age: int = 0
    """Completed years from which it is usual; 0: from birth, or not stated."""
    pregnancy: Pregnancy = Pregnancy.UNSTATED

    @property
    def maximum(self) -> Maximum | None:
        return self.daily_maximum or self.weekly_maximum

    @property
    def for_adults(self) -> bool:
        """Whether all that is known of its dose is an adult's maximum."""
        return self.maximum is not None and self.from_age == 0


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
    contains: tuple[str, ...] = ()
    """What is in it, where the name does not say so: of a salt, or of one half of a racemate, what it is one of."""

    @property
    def names(self) -> frozenset[str]:
        """Of its substances, as they stand in its name."""
        return frozenset(self.generic.split("+"))

    @property
    def parts(self) -> tuple[str, ...]:
        """Its substances in the order of its strengths."""
        return self.contains or tuple(self.generic.split("+"))

    @property
    def substances(self) -> frozenset[str]:
        """What is in it, by every name."""
        return self.names.union(self.contains)

    @property
    def single(self) -> bool:
        """Whether it is of one substance."""
        return len(self.parts) == 1

    def list_of(self, form: str) -> DrugList:
        """The list that this form is in; without a form the most lenient one, which holds for all."""
        product = self.product(form)
        return product.drug_list if product and product.drug_list else self.drug_list

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


@dataclass(frozen=True, eq=False, repr=False)
class Formulary(Mapping[str, Drug]):
    """Medicines by generic name, in the table's order."""

    drugs: Mapping[str, Drug]
    version: str = ""
    """Twelve hexadecimal digits of the table's SHA-256: the same table is the same version everywhere."""
    text: str = ""
    """The table itself, as it was read (CSV)."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Generic by what else a doctor may look for, lower case: synonyms and the deployment's brands. Never printed.

    Those whose medicine this formulary does not have mean nothing."""
    everyday: frozenset[str] = frozenset()
    """Aliases that are a drink, a food or a blood test as well."""
    never: Mapping[str, str] = field(default_factory=dict)
    """What may never be prescribed (T3), here or not: the name by each way to write it."""

    def __getitem__(self, generic: str) -> Drug:
        return self.drugs[generic]

    def __iter__(self) -> Iterator[str]:
        return iter(self.drugs)

    def __len__(self) -> int:
        return len(self.drugs)

    def __repr__(self) -> str:
        """Not four hundred medicines: it stands in whatever is told of a clinic."""
        return f"Formulary({self.version!r})"

    @cached_property
    def substances(self) -> frozenset[str]:
        """Whatever is in any of them, by the names of medicines."""
        return frozenset(name for drug in self.values() for name in drug.names)

    @cached_property
    def classes(self) -> frozenset[str]:
        """Whatever class any of them is of."""
        return frozenset(name for drug in self.values() for name in drug.classes)

    @cached_property
    def told_names(self) -> frozenset[str]:
        """Whatever may be named when a patient tells of allergies and medicines."""
        return self.classes.union(*(drug.substances for drug in self.values()))

    @cached_property
    def brands(self) -> frozenset[str]:
        """The aliases that mean something here."""
        return frozenset(alias for alias, generic in self.aliases.items() if generic in self)

    @cached_property
    def forbidden(self) -> Forbidden:
        """Finds the names of what is never prescribed, this table's and all others."""
        names = dict(self.never) | {drug.generic: drug.generic for drug in self.values() if drug.prohibited}
        names |= {alias: names[generic] for alias, generic in self.aliases.items() if generic in names}
        lawful = {drug.generic for drug in self.values() if not drug.prohibited}
        return Forbidden(names, lawful | (self.aliases.keys() - names.keys()))

    def generic_of(self, name: str) -> str:
        """The generic name for what was typed, an alias resolved, and a form or strength around it (`Tab. X 5 mg`)
        left out. What is not known: small letters, single spaces."""
        plain = " ".join(name.lower().split())
        return next(filter(None, map(self._known, ways_to_read(plain))), plain)

    def generic_meant(self, name: str, strength: str) -> str:
        """The same, beside the strength that was chosen: of a name that says another one it is not known what is
        meant."""
        generic, plain = self.generic_of(name), " ".join(name.lower().split())
        return generic if plain in self.drugs or not strength or agrees(name, strength) else plain

    def _known(self, plain: str) -> str:
        if plain in self.drugs:
            return plain
        meant = self.aliases.get(plain) or self._without_hyphens.get(plain.replace("-", " "), "")
        return meant if meant in self.drugs else ""

    @cached_property
    def _without_hyphens(self) -> Mapping[str, str]:
        named = {generic: generic for generic in self.drugs} | dict(self.aliases)
        return {name.replace("-", " "): generic for name, generic in named.items()}

    def nearest(self, name: str) -> tuple[str, ...]:
        """Lawful generics whose name, or another name of theirs, looks like this one, the most similar first."""
        offered = {drug.generic: drug.generic for drug in self.values() if not drug.prohibited}
        offered |= {alias: self.aliases[alias] for alias in self.brands if self.aliases[alias] in offered}
        *_, plain = ways_to_read(" ".join(name.lower().split()))
        beginning = [known for known in offered if plain and known.startswith(plain)]
        similar = get_close_matches(plain, offered, NEAREST)
        return tuple(dict.fromkeys(offered[known] for known in (*beginning, *similar)))[:NEAREST]
