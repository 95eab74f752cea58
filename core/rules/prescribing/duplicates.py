"""Two medicines of one prescription that are rarely meant together: of one substance, or of one class (T8)."""

from collections.abc import Iterator, Sequence

from core.rules.formulary.drug import Drug, Formulary
from core.rules.prescribing.finding import Finding, Reason
from core.rules.prescription import Medicine

ONCE = tuple(map(frozenset[str], (
    {"ace inhibitor", "angiotensin receptor blocker"}, {"nsaid"}, {"antihistamine"}, {"proton pump inhibitor"},
    {"statin"}, {"beta blocker"}, {"dihydropyridine"}, {"thiazide"}, {"loop diuretic"}, {"sulfonylurea"}, {"gliptin"},
    {"gliflozin"}, {"biguanide"}, {"penicillin"}, {"cephalosporin"}, {"macrolide"}, {"fluoroquinolone"},
    {"tetracycline"}, {"nitroimidazole"}, {"azole antifungal"}, {"benzimidazole"}, {"triptan"}, {"xanthine"},
    {"gabapentinoid"}, {"phenothiazine"}, {"thionamide"}, {"bisphosphonate"}, {"progestogen"}, {"iron"},
)))  # fmt: skip
"""Classes of which one at a time is usual, and those that go against each other. Not those in which two are a
treatment: insulins, inhaled beta agonists, nitrates, medicines for epilepsy, a cream of what is also a tablet."""
THROUGHOUT = frozenset({"oral", "injection", "rectal"})
"""The ways by which a medicine reaches all of the body."""


def duplicate_findings(place: int, medicines: Sequence[Medicine], formulary: Formulary) -> Iterator[Finding]:
    """What is said of the later one of two; the very same one twice is refused elsewhere."""
    here, drug = medicines[place], formulary[medicines[place].generic]
    above = [(one, formulary[one.generic]) for one in medicines[:place] if one.generic in formulary]
    shared = {name for one, other in above if not the_same(here, one) for name in drug.substances & other.substances}
    if shared and not any(the_same(here, one) for one, _ in above):
        yield Finding(Reason.SAME_SUBSTANCE, {"told": ", ".join(sorted(shared))})
    others = (other for one, other in above if not drug.substances & other.substances and _throughout(one, other))
    kinds = sorted({kind for other in others for kind in _alike(drug, other)}) if _throughout(here, drug) else ()
    if kinds:
        yield Finding(Reason.SAME_CLASS, {"told": ", ".join(kinds)})


def the_same(one: Medicine, other: Medicine) -> bool:
    return (one.generic, one.form, one.strength) == (other.generic, other.form, other.strength)


def _throughout(medicine: Medicine, drug: Drug) -> bool:
    product = drug.product(medicine.form)
    return product is not None and product.route in THROUGHOUT


def _alike(drug: Drug, other: Drug) -> set[str]:
    """Classes of both that belong to one kind: `ace inhibitor` beside `angiotensin receptor blocker`."""
    found = [(kind.intersection(drug.classes), kind.intersection(other.classes)) for kind in ONCE]
    return {name for ours, theirs in found if ours and theirs for name in ours | theirs}
