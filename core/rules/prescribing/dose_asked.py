"""What is asked of one medicine besides its name: the form and strength that are meant, or that none can be told."""

from dataclasses import dataclass, replace

from core.rules.formulary.drug import Drug
from core.rules.prescribing.paper import plain_halves


@dataclass(frozen=True, slots=True)
class Asked:
    """As it was given; empty: not said."""

    form: str = ""
    strength: str = ""
    frequency: str = ""
    days: int | None = None

    @property
    def plain(self) -> "Asked":
        """With single blanks, and the form in small letters, as formularies have them."""
        return replace(
            self, form=" ".join(self.form.lower().split()), strength=" ".join(self.strength.split()),
            frequency=plain_halves(self.frequency.strip()),
        )  # fmt: skip


class CannotJudge(ValueError):
    """A dose of which it is not known what it is a dose of; the message says what to add."""


def meant(asked: Asked, drug: Drug) -> Asked:
    """With the form and the strength that must be meant, where there is only one that fits."""
    pairs = [pair for pair in drug.pairs if asked.form in ("", pair[0]) and asked.strength in ("", pair[1])]
    forms, strengths = {form for form, _ in pairs}, {strength for _, strength in pairs}
    return replace(
        asked,
        form=asked.form or (forms.pop() if len(forms) == 1 else ""),
        strength=asked.strength or (strengths.pop() if len(strengths) == 1 and len(forms) < 2 else ""),
    )


def missing(asked: Asked, drug: Drug) -> str:
    """What must be added before the dose can be judged; empty when it can be."""
    limited = any(product.longest for product in drug.products)
    if not asked.form and (asked.frequency or (asked.days and limited)):
        return f"a dose is judged of one form: add --form ({', '.join(drug.forms)})"
    product = drug.product(asked.form)
    if asked.frequency and not asked.strength and product:
        return f"a dose is judged of one strength: add --strength ({', '.join(product.strengths)})"
    return ""
