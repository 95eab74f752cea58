"""The small elements that resources are made of: codings, texts, references, narrative, times."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from html import escape

from core.rules.fhir.names import Element, profile

XHTML = "http://www.w3.org/1999/xhtml"


def resource(kind: str, identity: str, *, text: Iterable[str], abdm: bool = True) -> Element:
    """The beginning of a resource: its id, its ABDM profile, and what a person reads of it."""
    begun: Element = {"resourceType": kind, "id": identity}
    if abdm:
        begun["meta"] = {"profile": [profile(kind)]}
    return begun | {"text": narrative(text)}


def narrative(paragraphs: Iterable[str]) -> Element:
    """Text for people, generated from the data beside it; line ends of what was typed are kept."""
    lines = (escape(part, quote=False).replace("\r\n", "\n").replace("\n", "<br/>") for part in paragraphs if part)
    return {"status": "generated", "div": f'<div xmlns="{XHTML}">{"".join(f"<p>{line}</p>" for line in lines)}</div>'}


def coding(system: str, code: str, display: str) -> Element:
    """One code of a system."""
    return {"system": system, "code": code, "display": display}


def coded(system: str, code: str, display: str) -> Element:
    """A concept that has a code."""
    return {"coding": [coding(system, code, display)]}


def said(text: str) -> Element:
    """A concept in the words of whoever wrote it (T13: no code is invented)."""
    return {"text": text.strip()}


def identifier(kind: Element, system: str, value: str) -> Element:
    """A business identifier; `kind` is a concept."""
    return {"type": kind, "system": system, "value": value}


def instant(moment: datetime, zone: tzinfo) -> str:
    """To the millisecond, with the clinic's offset."""
    return moment.astimezone(zone).isoformat(timespec="milliseconds")


def filled(element: Element) -> Element:
    """Without what has no value: FHIR knows no empty strings, lists and objects."""
    return {name: value for name, value in element.items() if value not in (None, "", [], {})}
