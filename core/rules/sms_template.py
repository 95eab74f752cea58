"""Registered SMS templates, filled and checked (T11).

A template is its registered text with `{variables}`. Nothing is ever cut to fit: what does not fit raises `BadSms`,
at load for the longest values a template allows, so that it cannot happen in the middle of a signature.
"""

import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field, replace

MAX_VARIABLE = 30
"""Characters of a DLT variable (T11, check)."""
CLINIC_NAME, PUBLIC_URL = "clinic_name", "public_url"
"""Names between braces that are no variables: what they stand for is fixed in a deployment, and so in a text."""
_VARIABLE = re.compile(r"\{(\w+)\}")
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
"""3GPP TS 23.038 section 6.2.1.1: each of these takes two septets."""


class BadSms(Exception):
    """A template or a value that must not go out; `variable` is empty when the whole message is meant."""

    def __init__(self, key: str, variable: str, why: str, reason: str = "other", **values: object) -> None:
        super().__init__(f"SMS template {key!r}{f', variable {variable!r}' if variable else ''}: {why}")
        self.key = key
        self.variable = variable
        self.why = why
        self.reason = reason
        """A message key of the panel, of what is wrong with a text: see `core.rules.changes.BadChange`."""
        self.values = values


@dataclass(frozen=True, slots=True)
class Length:
    """How a text travels: its alphabet, its length in units of it, and the segments that are paid for."""

    encoding: str
    """`GSM-7` or `UCS-2`."""
    units: int
    """Septets, or UTF-16 code units."""
    segments: int


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    """One template in one language, exactly as registered with the operator (DLT)."""

    key: str
    language: str
    dlt_id: str
    text: str
    """The fixed parts (clinic's name, address of the link) are already in it."""
    max_segments: int = 1
    longest: Mapping[str, int] = field(default_factory=dict)
    """Characters a variable may have, where fewer than `MAX_VARIABLE`."""
    written: str = ""
    """The text as somebody wrote it, with the names of the fixed parts."""

    @property
    def variables(self) -> frozenset[str]:
        """The names between braces."""
        return frozenset(_VARIABLE.findall(self.text))

    def room_for(self, variable: str) -> int:
        """Characters this variable may have."""
        return min(self.longest.get(variable, MAX_VARIABLE), MAX_VARIABLE)

    @property
    def longest_length(self) -> Length:
        """With the longest values, in the text's own alphabet."""
        return length(_filled(self, {name: "x" * self.room_for(name) for name in self.variables}))


class SmsTemplates:
    """All templates of the deployment, by key and language; each checked with its longest values when made."""

    def __init__(self, templates: Mapping[tuple[str, str], SmsTemplate]) -> None:
        """Raises `BadSms` for one that could become longer than it says, or lacks a variable of another language."""
        self._templates = templates
        first: dict[str, SmsTemplate] = {}
        for template in templates.values():
            _check(template)
            _check_names(template, template.text, first.setdefault(template.key, template).text)

    def __iter__(self) -> Iterator[SmsTemplate]:
        """All of them, in the order of the file."""
        return iter(self._templates.values())

    def of(self, key: str, language: str) -> SmsTemplate:
        """One of them. Raises `BadSms` for one there is not."""
        template = self._templates.get((key, language))
        if template is None:
            raise BadSms(key, "", f"no template in language {language!r}")
        return template

    def with_those(self, changed: Mapping[tuple[str, str], SmsTemplate]) -> "SmsTemplates":
        """These, each `reworded` or with another id, in place of those of the same key and language."""
        made = copy(self)
        made._templates = {**self._templates, **changed}
        return made

    def fill(self, key: str, language: str, **values: str) -> tuple[str, str]:
        """The text and its DLT template id. Raises `BadSms` for a missing, extra, empty or too long variable."""
        template = self.of(key, language)
        for variable in sorted(template.variables ^ values.keys()):
            raise BadSms(key, variable, "missing" if variable in template.variables else "not in the template")
        for variable, value in values.items():
            _check_value(template, variable, value)
        text = _filled(template, values)
        if length(text).segments > template.max_segments:
            raise BadSms(key, "", f"{length(text)} is more than {template.max_segments} segments: {text!r}")
        return text, template.dlt_id


def fixed_in(written: str, fixed: Mapping[str, str]) -> str:
    """A text as it is registered: what is fixed in a deployment stands in it."""
    return _VARIABLE.sub(lambda found: fixed.get(found[1], found[0]), written)


def reworded(template: SmsTemplate, written: str, fixed: Mapping[str, str]) -> SmsTemplate:
    """The same message in other words. Raises `BadSms` unless they do what those did, at no greater cost (T11).

    The clinic's name may come or go; every other name between braces is needed, and none is known beside them. Words
    in the GSM alphabet stay in it, since one curly quotation mark makes a message twice as dear.
    """
    _check_braces(template.key, written)
    _check_names(template, written, template.written or template.text)
    new = replace(template, written=written, text=fixed_in(written, fixed))
    if length(template.text).encoding == "GSM-7" and (strange := _beyond_gsm(new.text)):
        raise BadSms(template.key, "", f"{strange} is not in the GSM alphabet", "alphabet", characters=strange)
    _check(new)
    return new


def length(text: str) -> Length:
    """Alphabet and segments of a text (3GPP TS 23.038, 23.040): 160/153 septets, or 70/67 UTF-16 units."""
    if not _beyond_gsm(text):
        units = sum(2 if char in _GSM_EXTENDED else 1 for char in text)
        return Length("GSM-7", units, _segments(units, 160, 153))
    units = len(text.encode("utf-16-be")) // 2
    return Length("UCS-2", units, _segments(units, 70, 67))


def _beyond_gsm(text: str) -> str:
    """Each character once, in order."""
    return " ".join(dict.fromkeys(char for char in text if char not in _GSM_BASIC and char not in _GSM_EXTENDED))


def _segments(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)


def _filled(template: SmsTemplate, values: Mapping[str, str]) -> str:
    # One pass, so that braces inside a value stay what they are.
    return _VARIABLE.sub(lambda found: values[found[1]], template.text)


def _check_value(template: SmsTemplate, variable: str, value: str) -> None:
    room = template.room_for(variable)
    if not value.strip():
        raise BadSms(template.key, variable, "is empty")
    if len(value) > room:
        raise BadSms(template.key, variable, f"{value!r} has {len(value)} characters, {room} fit")
    if not value.isprintable():
        raise BadSms(template.key, variable, f"{value!r} holds a line break or control character")


def _check(template: SmsTemplate) -> None:
    """Fill it with the longest values in its own alphabet and count the segments."""
    for variable in template.longest.keys() - template.variables:
        raise BadSms(template.key, variable, "has a length but is not in the text")
    _check_braces(template.key, template.text)
    longest = template.longest_length
    if longest.segments > template.max_segments:
        why = f"[{template.language}] may need {longest.segments} segments ({longest}), {template.max_segments} allowed"
        raise BadSms(template.key, "", why, "segments", needed=longest.segments, allowed=template.max_segments)


def _check_braces(key: str, text: str) -> None:
    if {"{", "}"} & set(_VARIABLE.sub("", text)):
        raise BadSms(key, "", "a brace that belongs to no variable", "brace")


def _check_names(template: SmsTemplate, text: str, other: str) -> None:
    """What the program fills in must have its place, and nothing else is filled in."""
    here, there = (set(_VARIABLE.findall(each)) - {CLINIC_NAME} for each in (text, other))
    for name in sorted(there - here):
        raise BadSms(template.key, name, f"[{template.language}] lacks it", "lacks", name=f"{{{name}}}")
    for name in sorted(here - there):
        raise BadSms(template.key, name, f"[{template.language}] nothing fills it", "unknown", name=f"{{{name}}}")
