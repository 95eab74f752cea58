"""One medicine in one encounter: allowed, to be acknowledged, or refused (T2, T3, T8)."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.rules.formulary.drug import Drug, DrugList, Formulary, Pregnancy, Product
from core.rules.formulary.told import Told, read_told
from core.rules.prescribing.encounter import CHILDHOOD, Encounter
from core.rules.prescribing.finding import Finding, Reason
from core.rules.prescription import Mode


@dataclass(frozen=True, slots=True)
class Story:
    """What the patient told, understood once for all medicines of a prescription."""

    allergies: Told
    taken: Told
    before: frozenset[str]
    """Substances that this doctor prescribed before, or that are taken, as told."""
    treated: frozenset[str]
    """What they are for, and their classes."""


def story_of(encounter: Encounter, formulary: Formulary) -> Story:
    """By the names that the formulary knows."""
    taken = read_told(encounter.current_medicines, formulary)
    prescribed = encounter.prescribed or frozenset()
    before = taken.substances | prescribed.union(*(drug.substances for drug in map(formulary.get, prescribed) if drug))
    given = [drug for drug in formulary.values() if before and drug.substances <= before]
    treated = taken.classes.union(*({drug.use, *drug.classes} for drug in given)) - {""}
    return Story(read_told(encounter.allergies, formulary), taken, before, treated)


def judge(drug: Drug, encounter: Encounter, story: Story, *, form: str = "") -> Iterator[Finding]:
    """Everything that is to be said against this medicine; nothing when it is allowed. The gravest first.

    Without a form every form is meant: a warning is only given where it holds for all of them.
    """
    yield from _unlawful(drug, encounter, form)
    if encounter.follow_up and encounter.history_known:
        yield from _no_follow_up(drug, encounter, story, form)
    yield from _told(drug, encounter, story)
    products = [product for product in drug.products if form in ("", product.form)]
    if products:
        yield from _for_this_patient(products, encounter)


def unlawful_list(drug: Drug, *, mode: Mode, follow_up: bool, form: str = "") -> Reason | None:
    """T3 in one place: None when this medicine's list (or its form's) may be prescribed so, else why not."""
    if drug.prohibited:
        return Reason.PROHIBITED
    match drug.list_of(form):
        case DrugList.A if not follow_up and mode is not Mode.VIDEO:
            return Reason.LIST_A_NEEDS_VIDEO
        case DrugList.B if not follow_up:
            return Reason.LIST_B_NEEDS_FOLLOW_UP
        case _:
            return None


def free_instead(drug: Drug, formulary: Formulary, form: str = "") -> tuple[str, ...]:
    """Medicines of List O for the same use, by the same way in: what may be given at once, where that is enough."""
    ways = {product.route for product in drug.products if form in ("", product.form)}
    others = (one for one in formulary.values() if one.drug_list is DrugList.O and not one.prohibited)
    alike = (one for one in others if drug.use and one.use == drug.use)
    return tuple(one.generic for one in alike if ways.intersection(product.route for product in one.products))


def _unlawful(drug: Drug, encounter: Encounter, form: str) -> Iterator[Finding]:
    if encounter.age is None:
        yield Finding(Reason.AGE_UNKNOWN)
    elif encounter.minor_alone:
        yield Finding(Reason.MINOR_ALONE)
    if reason := unlawful_list(drug, mode=encounter.mode, follow_up=encounter.follow_up, form=form):
        yield Finding(reason)


def _no_follow_up(drug: Drug, encounter: Encounter, story: Story, form: str) -> Iterator[Finding]:
    """Lawful on a follow-up, but as a refill, or as an addition, only (T3)."""
    if drug.prohibited or drug.substances <= story.before:
        return
    if drug.list_of(form) is DrugList.A and encounter.mode is not Mode.VIDEO:
        yield Finding(Reason.NOT_A_REFILL)
    elif drug.list_of(form) is DrugList.B and not story.treated & {drug.use, *drug.classes}:
        yield Finding(Reason.NOT_AN_ADD_ON)


def _told(drug: Drug, encounter: Encounter, story: Story) -> Iterator[Finding]:
    """A refill is taken already, as it should be: of it no reason is asked every month."""
    if told := story.allergies.concerns(drug):
        yield Finding(Reason.ALLERGY, {"told": told})
    refill = encounter.follow_up and drug.generic in (encounter.prescribed or ())
    if (taken := story.taken.substances & drug.substances) and not refill:
        yield Finding(Reason.TAKEN_ALREADY, {"told": ", ".join(sorted(taken))})


def _for_this_patient(products: list[Product], encounter: Encounter) -> Iterator[Finding]:
    from_age = min(product.from_age for product in products)
    if encounter.age is not None and encounter.age < from_age:
        yield Finding(Reason.BELOW_AGE, {"age": str(from_age)})
    elif encounter.age in CHILDHOOD and all(product.for_adults for product in products):
        about = {"most": str(maximum.most), "source": maximum.source} if (maximum := products[0].maximum) else {}
        yield Finding(Reason.ADULT_MAXIMUM, {"age": str(encounter.age), **about})
    if encounter.may_be_pregnant and all(product.pregnancy is not Pregnancy.UNSTATED for product in products):
        yield Finding(Reason.PREGNANCY)
