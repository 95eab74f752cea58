"""The engine asked about one medicine by name: one decision, its rule, why, and the lawful way forward."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.rules.formulary.drug import Drug, DrugList, Formulary
from core.rules.prescribing.check import findings
from core.rules.prescribing.dose_asked import Asked, CannotJudge, meant, missing
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Decision, Finding, Problem, Reason
from core.rules.prescribing.judge import free_instead, judge, story_of
from core.rules.prescribing.paper import medicine_problems
from core.rules.prescribing.words import ALLOWED, ONLY_IF, did_you_mean, way_forward, why
from core.rules.prescription import Medicine, Mode, Prescription


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say; texts are in the language that was asked for."""

    medicine: str
    decision: Decision
    rule: str
    reason: str
    way_forward: str = ""
    list: DrugList | None = None
    also: "tuple[Answer, ...]" = ()
    """What else there is to say, the gravest first."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        kept = asdict(self)
        said = ("decision", "rule", "reason", "way_forward")
        kept["also"] = [{key: one[key] for key in said} for one in kept["also"]]
        return kept


def answer(
    name: str, encounter: Encounter, formulary: Formulary, *,
    language: str = "en", form: str = "", strength: str = "", frequency: str = "", days: int | None = None,
) -> Answer:  # fmt: skip
    """Refused when the formulary does not know it. With form, strength and frequency the dose is judged as well.

    Raises `CannotJudge` when something was said of a dose that nothing can be said of, unless it is refused anyway.
    """
    generic = formulary.generic_of(name)
    drug = formulary.get(generic)
    if drug is None:
        never = formulary.forbidden.named(generic)
        missing_one = Finding(Reason.PROHIBITED if never else Reason.NOT_IN_FORMULARY)
        near = "" if never else did_you_mean(formulary.nearest(name), language)
        said = " ".join(filter(None, (way_forward(missing_one, language), near)))
        return Answer(generic, Decision.REFUSED, missing_one.reason.rule, why(missing_one, language), said)
    asked = meant(Asked(form, strength, frequency, days).plain, drug)
    listed = drug.list_of(asked.form)
    lines = [
        Answer(
            generic, one.reason.decision, one.reason.rule, why(one, language),
            way_forward(one, language, free_instead(drug, formulary, asked.form)), listed,
        )
        for one in _found(asked, drug, encounter, formulary)
    ]  # fmt: skip
    lines.sort(key=lambda line: line.decision is not Decision.REFUSED)
    if (lacks := missing(asked, drug)) and not (lines and lines[0].decision is Decision.REFUSED):
        raise CannotJudge(f"{generic}: {lacks}")
    if not lines:
        return Answer(generic, Decision.ALLOWED, "T3", _why_allowed(listed, encounter, language), "", listed)
    return replace(lines[0], also=tuple(lines[1:]))


def _why_allowed(listed: DrugList, encounter: Encounter, language: str) -> str:
    """By its list; on a follow-up of which the history is not known: if it is a refill, or an addition."""
    anyway = {DrugList.O, DrugList.A} if encounter.mode is Mode.VIDEO else {DrugList.O}
    unsure = encounter.follow_up and not encounter.history_known and listed not in anyway
    table = ONLY_IF if unsure else ALLOWED
    return table.get(language, table["en"])[listed]


def _found(asked: Asked, drug: Drug, encounter: Encounter, formulary: Formulary) -> Iterator[Finding | Problem]:
    days = 1 if asked.days is None else asked.days
    medicine = Medicine(drug.generic, asked.form, asked.strength, asked.frequency, days)
    if drug.product(asked.form) is None:
        yield from judge(drug, encounter, story_of(encounter, formulary))
    else:
        yield from findings(Prescription("", "", (medicine,)), formulary, encounter)
    yield from map(Finding, _never_so(asked, medicine, drug))


def _never_so(asked: Asked, medicine: Medicine, drug: Drug) -> Iterator[Reason]:
    """What no signature would take, of what was said; what was not said is no mistake."""
    if asked.form and drug.product(asked.form) is None:
        yield Reason.FORM_NOT_OFFERED
    elif asked.strength and asked.strength not in {made for form, made in drug.pairs if asked.form in ("", form)}:
        yield Reason.STRENGTH_NOT_OFFERED
    said = {"frequency": bool(asked.frequency), "days": asked.days is not None}
    yield from (reason for field, reason in medicine_problems(medicine, drug) if said.get(field))
