"""The checkers themselves: whatever rule is broken is noticed, and what the profiles want filled is filled."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from core.rules.fhir.consultation_record import consultation_record
from core.rules.fhir.prescription_record import prescription_record
from tests.fhir import abdm
from tests.fhir.cases import FULL
from tests.fhir.r4_validator import R4

UNFILLED = {
    ("Patient", "telecom"),  # whoever reads the document has no need of it
    ("Patient", "birthDate"),  # an age was said
    ("Practitioner", "address"), ("Practitioner", "gender"), ("Practitioner", "birthDate"),  # not asked
    ("Organization", "telecom"), ("Organization", "address"),  # not known to the program
    ("Encounter", "serviceType"), ("Encounter", "hospitalization"),  # nobody is in a hospital
    ("MedicationRequest", "reasonCode"), ("MedicationStatement", "reasonCode"),  # the diagnosis is referred to
    ("Observation", "hasMember"),  # none is a panel
    ("Appointment", "serviceType"), ("Appointment", "specialty"), ("Appointment", "appointmentType"),  # not agreed
}  # fmt: skip
"""What a profile marks as must-support and we leave empty, and why."""


def documents() -> list[dict[str, Any]]:
    return [prescription_record(FULL), consultation_record(FULL)]


def rules() -> Iterator[tuple[str, str, str]]:
    """Every way to break a rule: profile, path, how."""
    for profile, told in abdm.PROFILES.items():
        for path, rule in told["elements"].items():
            yield from ((profile, path, kind) for kind in rule)
        for path, slicing in told.get("slices", {}).items():
            yield from [(profile, path, "closed")] if slicing.get("closed") else []
            for name, rule in slicing["of"].items():
                yield from ((profile, f"{path}={name}", f"slice-{kind}") for kind in rule)


@pytest.mark.parametrize(("profile", "path", "how"), list(rules()))
def test_a_broken_rule_is_noticed(profile: str, path: str, how: str) -> None:
    bundle = next(one for one in documents() if claiming(one, profile))
    assert abdm.problems(bundle) == []
    BREAKS[how](claiming(bundle, profile)[0], profile, path)
    assert any(profile in problem for problem in abdm.problems(bundle))


def test_what_the_profiles_want_filled_is_filled() -> None:
    empty = {
        (profile, element)
        for profile, told in abdm.PROFILES.items()
        for element in told.get("must_support", [])
        if not any(resource.get(element) for one in documents() for resource in claiming(one, profile))
    }
    assert empty == UNFILLED


def test_a_reference_that_leads_nowhere_is_noticed() -> None:
    bundle = prescription_record(FULL)
    del bundle["entry"][-1]
    assert any("leads nowhere" in problem for problem in abdm.problems(bundle))


@pytest.mark.parametrize(
    ("change", "noticed"),
    [
        (lambda bundle: bundle.pop("timestamp"), "bdl-10"),
        (lambda bundle: bundle["entry"].reverse(), "bdl-11"),
        (lambda bundle: composition(bundle).pop("title"), "title"),
        (lambda bundle: composition(bundle).update(status="nonsense"), "status"),
        (lambda bundle: composition(bundle).update(wrong=1), "wrong"),
        (lambda bundle: composition(bundle).update(date="yesterday"), "date"),
        (lambda bundle: composition(bundle)["section"].append({"title": "Nothing"}), "cmp-1"),
        (lambda bundle: bundle["entry"][1]["resource"].update(gender="girl"), "gender"),
    ],
)
def test_what_is_no_r4_is_noticed(r4: R4, change: Any, noticed: str) -> None:
    bundle = prescription_record(FULL)
    assert r4.problems(bundle) == []
    change(bundle)
    assert any(noticed in problem for problem in r4.problems(bundle)), r4.problems(bundle)


def composition(bundle: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = bundle["entry"][0]["resource"]
    return first


def claiming(bundle: dict[str, Any], profile: str) -> list[dict[str, Any]]:
    resources = [bundle, *(entry["resource"] for entry in bundle["entry"])]
    return [resource for resource in resources if profile in abdm.claims(resource)]


def holder_of(resource: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    """Where the last name of the path belongs; made where there is none."""
    parent, _, last = path.rpartition(".")
    found = abdm.values(resource, parent) if parent else [resource]
    if found:
        return found[0], last
    holder, name = holder_of(resource, parent)
    holder[name] = {}
    return holder[name], last


def break_min(resource: dict[str, Any], _: str, path: str) -> None:
    holder, last = holder_of(resource, path)
    holder.pop(last, None)
    holder.setdefault("other", 1)


def break_max(resource: dict[str, Any], _: str, path: str) -> None:
    holder, last = holder_of(resource, path)
    holder[last] = [deepcopy(one) for one in abdm.many(holder.get(last, {}))] * 2


def break_fixed(resource: dict[str, Any], _: str, path: str) -> None:
    holder, last = holder_of(resource, path)
    holder[last] = "something else"


def break_targets(resource: dict[str, Any], _: str, path: str) -> None:
    holder, last = holder_of(resource, path)
    first = abdm.many(holder[last])[0]
    first["reference"] = f"urn:uuid:{FULL.identity('Condition/diagnosis' if last != 'condition' else 'Patient')}"


def break_closed(resource: dict[str, Any], profile: str, path: str) -> None:
    holder, last = holder_of(resource, path)
    by = abdm.PROFILES[profile]["slices"][path]["by"]
    element = deepcopy(abdm.many(holder[last])[0]) if last in holder else {}
    holder[last] = [element | {by: "something else"}]


def slice_of(resource: dict[str, Any], profile: str, path: str) -> tuple[list[Any], dict[str, Any]]:
    """The list that is sliced, and an element of this slice in it; made where there is none."""
    where, _, name = path.partition("=")
    holder, last = holder_of(resource, where)
    slicing = abdm.PROFILES[profile]["slices"][where]
    here = holder[last]
    found = next((one for one in here if name in abdm.values(one, slicing["by"])), None)
    if found is None:
        found = {"code": {"coding": [{"code": name, "display": slicing["of"][name]["display"]}]}, "entry": [{}]}
        here.append(found)
    return here, found


def break_slice_max(resource: dict[str, Any], profile: str, path: str) -> None:
    here, found = slice_of(resource, profile, path)
    here.append(deepcopy(found))


def break_slice_display(resource: dict[str, Any], profile: str, path: str) -> None:
    slice_of(resource, profile, path)[1]["code"]["coding"][0]["display"] = "something else"


def break_slice_targets(resource: dict[str, Any], profile: str, path: str) -> None:
    found = slice_of(resource, profile, path)[1]
    (found if "reference" in found else found["entry"][0])["reference"] = f"urn:uuid:{FULL.identity('Patient')}"


BREAKS = {
    "min": break_min, "max": break_max, "fixed": break_fixed, "targets": break_targets, "closed": break_closed,
    "slice-max": break_slice_max, "slice-display": break_slice_display, "slice-targets": break_slice_targets,
}  # fmt: skip
