"""The engine asked about one medicine by name: one decision, its rule, why, and the lawful way forward."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.rules.formulary.drug import Drug, DrugList, Formulary
from core.rules.prescribing.check import findings
from core.rules.prescribing.encounter import Encounter
from core.rules.prescribing.finding import Decision, Finding, Problem, Reason
from core.rules.prescribing.judge import free_instead, judge, story_of
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
    language: str = "en", form: str = "", strength: str = "", frequency: str = "",
) -> Answer:  # fmt: skip
    """Refused when the formulary does not know it. With form, strength and frequency the dose is judged as well."""
    generic = formulary.generic_of(name)
    drug = formulary.get(generic)
    if drug is None:
        never = formulary.forbidden.named(generic)
        missing = Finding(Reason.PROHIBITED if never else Reason.NOT_IN_FORMULARY)
        meant = "" if never else did_you_mean(formulary.nearest(name), language)
        said = " ".join(filter(None, (way_forward(missing, language), meant)))
        return Answer(generic, Decision.REFUSED, missing.reason.rule, why(missing, language), said)
    medicine = Medicine(generic, form, strength, frequency, 1)
    lines = [
        Answer(
            generic, one.reason.decision, one.reason.rule, why(one, language),
            way_forward(one, language, free_instead(drug, formulary, form)), drug.list_of(form),
        )
        for one in _found(medicine, drug, encounter, formulary)
    ]  # fmt: skip
    if not lines:
        return Answer(generic, Decision.ALLOWED, "T3", _why_allowed(drug, encounter, language), "", drug.drug_list)
    lines.sort(key=lambda line: line.decision is not Decision.REFUSED)
    return replace(lines[0], also=tuple(lines[1:]))


def _why_allowed(drug: Drug, encounter: Encounter, language: str) -> str:
    """By its list; on a follow-up of which the history is not known: if it is a refill, or an addition."""
    anyway = DrugList.A if encounter.mode is Mode.VIDEO else None
    unsure = encounter.follow_up and not encounter.history_known and drug.drug_list is not anyway
    table = ONLY_IF if unsure and drug.drug_list is not DrugList.O else ALLOWED
    return table.get(language, table["en"])[drug.drug_list]


def _found(medicine: Medicine, drug: Drug, encounter: Encounter, formulary: Formulary) -> Sequence[Finding | Problem]:
    if not medicine.form:
        return list(judge(drug, encounter, story_of(encounter, formulary)))
    return list(_with_form(medicine, drug, encounter, formulary))


def _with_form(
    medicine: Medicine, drug: Drug, encounter: Encounter, formulary: Formulary
) -> Iterator[Finding | Problem]:
    yield from findings(Prescription("", "", (medicine,)), formulary, encounter)
    if drug.product(medicine.form) is None:
        yield Finding(Reason.FORM_NOT_OFFERED)
    elif medicine.strength and not drug.offers(medicine.form, medicine.strength):
        yield Finding(Reason.STRENGTH_NOT_OFFERED)
