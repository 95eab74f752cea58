"""Checks a document Bundle against ABDM's profiles, as far as `abdm.toml` tells them; R4 is checked elsewhere."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Resource = dict[str, Any]
BEGINS = "https://nrces.in/ndhm/fhir/r4/StructureDefinition/"


def _expanded(profile: Resource) -> Resource:
    """With the rules of `codings` among its elements."""
    elements = dict(profile.get("elements", {}))
    for path, system in profile.get("codings", {}).items():
        elements[f"{path}.coding.system"] = {"min": 1} | ({"fixed": system} if system else {})
        elements |= {f"{path}.coding.{name}": {"min": 1} for name in ("code", "display")}
    return profile | {"elements": elements}


_TABLE = tomllib.loads(Path(__file__).with_name("abdm.toml").read_text("utf-8"))
PROFILES: Mapping[str, Any] = {name: _expanded(profile) for name, profile in _TABLE.items()}


def problems(bundle: Resource) -> list[str]:
    """What the profiles that its resources claim do not allow; empty when it is as they say."""
    kinds = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle["entry"]}
    resources = [bundle, *(entry["resource"] for entry in bundle["entry"])]
    claimed = [(resource, name) for resource in resources for name in claims(resource)]
    if not any(name in ("PrescriptionRecord", "OPConsultRecord") for _, name in claimed):
        return ["no profile of a document is claimed"]
    if "DocumentBundle" not in claims(bundle):
        return ["DocumentBundle is not claimed"]
    found = [problem for resource, name in claimed for problem in profile_problems(resource, name, kinds)]
    return [*found, *(f"{one} leads nowhere" for one in references(bundle) if one not in kinds)]


def claims(resource: Resource) -> list[str]:
    """The names of ABDM's profiles that it says it follows, of those that we know."""
    urls = resource.get("meta", {}).get("profile", [])
    return [url.removeprefix(BEGINS) for url in urls if url.removeprefix(BEGINS) in PROFILES]


def values(element: Any, path: str) -> list[Any]:
    """Everything that stands at this path, through lists."""
    found = [element]
    for name in path.split("."):
        found = [value for each in found if isinstance(each, dict) for value in many(each.get(name))]
    return found


def many(value: Any) -> list[Any]:
    """As a list, whatever it is."""
    return [] if value is None else value if isinstance(value, list) else [value]


def profile_problems(resource: Resource, name: str, kinds: Mapping[str, str]) -> Iterator[str]:
    for path, rule in PROFILES[name]["elements"].items():
        parent, _, last = path.rpartition(".")
        for holder in values(resource, parent) if parent else [resource]:
            here = many(holder.get(last)) if isinstance(holder, dict) else []
            for problem in _of_rule(here, rule, kinds):
                yield f"{name}.{path}: {problem}"
    for path, slicing in PROFILES[name].get("slices", {}).items():
        for problem in _of_slices(values(resource, path), slicing, kinds):
            yield f"{name}.{path}: {problem}"


def _of_rule(here: list[Any], rule: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[str]:
    if not rule.get("min", 0) <= len(here) <= rule.get("max", len(here)):
        yield f"{len(here)} of them"
    if "fixed" in rule:
        yield from (f"{value!r} is not {rule['fixed']!r}" for value in here if value != rule["fixed"])
    yield from _wrong_targets(here, rule, kinds)


def _of_slices(here: list[Any], slicing: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[str]:
    counted: Counter[str] = Counter()
    for element in here:
        named = [name for name in values(element, slicing["by"]) if name in slicing["of"]]
        if not named and slicing.get("closed"):
            yield f"{values(element, slicing['by'])} is none of its slices"
        for name in named:
            counted[name] += 1
            rule = slicing["of"][name]
            displays = values(element, "code.coding.display") if "display" in rule else []
            yield from (f"{name} is shown as {one!r}" for one in displays if one != rule["display"])
            entries = [element] if "reference" in element else element.get("entry", [])
            yield from (f"{name}: {problem}" for problem in _wrong_targets(entries, rule, kinds))
    for name, count in counted.items():
        if count > slicing["of"][name].get("max", count):
            yield f"{count} of {name}"


def _wrong_targets(references: list[Any], rule: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[str]:
    for reference in references if "targets" in rule else []:
        kind = kinds.get(reference.get("reference", ""), "nothing")
        if kind not in rule["targets"]:
            yield f"leads to {kind}, not to {' or '.join(rule['targets'])}"


def references(element: Any) -> Iterator[str]:
    """Every literal reference in it."""
    if isinstance(element, dict):
        if isinstance(element.get("reference"), str):
            yield element["reference"]
        for value in element.values():
            yield from references(value)
    elif isinstance(element, list):
        for value in element:
            yield from references(value)
