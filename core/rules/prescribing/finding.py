"""What the rules find: a reason, its rule, whether it refuses or only warns, and where it stands in the form."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as of
from enum import StrEnum
from hashlib import sha256


class Decision(StrEnum):
    """What the rules say of a medicine. They only remind: the doctor decides and signs (T8)."""

    ALLOWED = "allowed"
    WARNED = "warned"
    """It may be signed once the doctor has written why, all the same (`Medicine.acknowledged`, `answers`)."""
    REFUSED = "refused"


class Reason(StrEnum):
    """Message keys; the words are in `core.rules.prescribing.words`."""

    COMPLAINT_MISSING = "complaint_missing"
    DIAGNOSIS_MISSING = "diagnosis_missing"
    NOTHING_DECIDED = "nothing_decided"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    UNPRINTABLE = "unprintable"
    WEIGHT_UNCLEAR = "weight_unclear"
    NOT_IN_FORMULARY = "not_in_formulary"
    FORM_NOT_OFFERED = "form_not_offered"
    STRENGTH_NOT_OFFERED = "strength_not_offered"
    LISTED_TWICE = "listed_twice"
    FREQUENCY_MISSING = "frequency_missing"
    FREQUENCY_NOT_PLAIN = "frequency_not_plain"
    NO_DOSE = "no_dose"
    DAYS_OUT_OF_RANGE = "days_out_of_range"
    REPEATS_OUT_OF_RANGE = "repeats_out_of_range"
    NOT_VERIFIED = "not_verified"

    PROHIBITED = "prohibited"
    LIST_A_NEEDS_VIDEO = "list_a_needs_video"
    LIST_B_NEEDS_FOLLOW_UP = "list_b_needs_follow_up"
    AGE_UNKNOWN = "age_unknown"
    MINOR_ALONE = "minor_alone"
    MEDICINE_IN_TEXT = "medicine_in_text"
    MEDICINE_IN_FREQUENCY = "medicine_in_frequency"
    PROHIBITED_IN_TEXT = "prohibited_in_text"
    PROHIBITED_WITH_DOSE = "prohibited_with_dose"

    NOT_A_REFILL = "not_a_refill"
    NOT_AN_ADD_ON = "not_an_add_on"
    ALLERGY = "allergy"
    TAKEN_ALREADY = "taken_already"
    SAME_SUBSTANCE = "same_substance"
    SAME_CLASS = "same_class"
    ABOVE_DAILY_MAXIMUM = "above_daily_maximum"
    ABOVE_WEEKLY_MAXIMUM = "above_weekly_maximum"
    MANY_AT_ONCE = "many_at_once"
    TOO_MANY_DAYS = "too_many_days"
    DOSE_UNCOUNTED = "dose_uncounted"
    BELOW_AGE = "below_age"
    ADULT_MAXIMUM = "adult_maximum"
    PREGNANCY = "pregnancy"

    @property
    def rule(self) -> str:
        """The number of the service's rule that it comes from."""
        return _RULES.get(self, "T8" if self in WARNINGS else "T6")

    @property
    def decision(self) -> Decision:
        return Decision.WARNED if self in WARNINGS else Decision.REFUSED

    @property
    def of_medicine(self) -> bool:
        """Whether it says what may be prescribed, rather than what is still to be written."""
        return self in WARNINGS or self in OF_LAW


WARNINGS = frozenset({
    Reason.NOT_A_REFILL, Reason.NOT_AN_ADD_ON, Reason.ALLERGY, Reason.TAKEN_ALREADY, Reason.SAME_SUBSTANCE,
    Reason.ABOVE_DAILY_MAXIMUM, Reason.BELOW_AGE, Reason.SAME_CLASS, Reason.PREGNANCY, Reason.DOSE_UNCOUNTED,
    Reason.ABOVE_WEEKLY_MAXIMUM, Reason.MANY_AT_ONCE, Reason.TOO_MANY_DAYS, Reason.ADULT_MAXIMUM,
})  # fmt: skip
"""Reminders that the doctor may answer with a reason."""
OF_LAW = frozenset({
    Reason.PROHIBITED, Reason.LIST_A_NEEDS_VIDEO, Reason.LIST_B_NEEDS_FOLLOW_UP, Reason.AGE_UNKNOWN,
    Reason.MINOR_ALONE,
})  # fmt: skip
"""No reason of a doctor's makes these lawful."""
IN_WORDS = frozenset({
    Reason.MEDICINE_IN_TEXT, Reason.MEDICINE_IN_FREQUENCY, Reason.PROHIBITED_IN_TEXT, Reason.PROHIBITED_WITH_DOSE,
})  # fmt: skip
"""A medicine stands where none belongs."""
_RULES: Mapping[Reason, str] = {
    Reason.PROHIBITED: "T3",
    Reason.LIST_A_NEEDS_VIDEO: "T3",
    Reason.LIST_B_NEEDS_FOLLOW_UP: "T3",
    Reason.NOT_A_REFILL: "T3",
    Reason.NOT_AN_ADD_ON: "T3",
    Reason.AGE_UNKNOWN: "T2",
    Reason.MINOR_ALONE: "T2",
    Reason.MEDICINE_IN_TEXT: "T3",
    Reason.MEDICINE_IN_FREQUENCY: "T3",
    Reason.PROHIBITED_IN_TEXT: "T3",
    Reason.PROHIBITED_WITH_DOSE: "T3",
    Reason.NOT_VERIFIED: "T9",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, and what its words name: `{"told": "penicillin"}`."""

    reason: Reason
    about: Mapping[str, str] = of(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a prescription cannot be signed as it is, or what its doctor is reminded of.

    `field` names the form's field: `complaint`, `tests.0`, `medicines.2.strength`, or `medicines` for the whole list.
    """

    field: str
    reason: Reason
    about: Mapping[str, str] = of(default_factory=dict)

    @property
    def key(self) -> str:
        """Names this very reminder: of another dose, or another allergy, it is another one. At most 40 characters."""
        about = json.dumps(sorted(self.about.items()))
        return f"{self.reason}-{sha256(about.encode()).hexdigest()[:8]}"

    @property
    def place(self) -> int | None:
        """Of the medicine that it is about, from 0."""
        parts = self.field.split(".")
        return int(parts[1]) if parts[0] == "medicines" and len(parts) == 3 else None


def decision_of(found: Iterable[Finding]) -> Decision:
    """The gravest of them."""
    decisions = {finding.reason.decision for finding in found}
    order = (Decision.REFUSED, Decision.WARNED)
    return next((decision for decision in order if decision in decisions), Decision.ALLOWED)
