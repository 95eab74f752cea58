"""Registered SMS templates, filled and checked (T11).

A template is its registered text with `{variables}`. Nothing is ever cut to fit: what does not fit raises `BadSms`,
at load for the longest values a template allows, so that it cannot happen in the middle of a signature.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

MAX_VARIABLE = 30
"""Characters of a DLT variable (T11, check)."""
_VARIABLE = re.compile(r"\{(\w+)\}")
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
"""3GPP TS 23.038 section 6.2.1.1: each of these takes two septets."""


class BadSms(Exception):
    """A template or a value that must not go out; `variable` is empty when the whole message is meant."""

    def __init__(self, key: str, variable: str, why: str) -> None:
        super().__init__(f"SMS template {key!r}{f', variable {variable!r}' if variable else ''}: {why}")
        self.key = key
        self.variable = variable
        self.why = why


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

    @property
    def variables(self) -> frozenset[str]:
        """The names between braces."""
        return frozenset(_VARIABLE.findall(self.text))

    def room_for(self, variable: str) -> int:
        """Characters this variable may have."""
        return min(self.longest.get(variable, MAX_VARIABLE), MAX_VARIABLE)


class SmsTemplates:
    """All templates of the deployment, by key and language; each checked with its longest values when made."""

    def __init__(self, templates: Mapping[tuple[str, str], SmsTemplate]) -> None:
        """Raises `BadSms` for a template that could become longer than it says."""
        self._templates = templates
        for template in templates.values():
            _check(template)

    def __iter__(self) -> Iterator[SmsTemplate]:
        """All of them, in the order of the file."""
        return iter(self._templates.values())

    def with_ids(self, ids: Mapping[tuple[str, str], str]) -> "SmsTemplates":
        """The same texts under other DLT ids, by key and language. Raises `BadSms` for a template there is not."""
        for key, language in ids.keys() - self._templates.keys():
            raise BadSms(key, "", f"no template in language {language!r}")
        changed = {each: replace(self._templates[each], dlt_id=dlt_id) for each, dlt_id in ids.items()}
        return SmsTemplates({**self._templates, **changed}) if changed else self

    def fill(self, key: str, language: str, **values: str) -> tuple[str, str]:
        """The text and its DLT template id. Raises `BadSms` for a missing, extra, empty or too long variable."""
        template = self._templates.get((key, language))
        if template is None:
            raise BadSms(key, "", f"no template in language {language!r}")
        for variable in sorted(template.variables ^ values.keys()):
            raise BadSms(key, variable, "missing" if variable in template.variables else "not in the template")
        for variable, value in values.items():
            _check_value(template, variable, value)
        text = _filled(template, values)
        if length(text).segments > template.max_segments:
            raise BadSms(key, "", f"{length(text)} is more than {template.max_segments} segments: {text!r}")
        return text, template.dlt_id


def length(text: str) -> Length:
    """Alphabet and segments of a text (3GPP TS 23.038, 23.040): 160/153 septets, or 70/67 UTF-16 units."""
    if all(char in _GSM_BASIC or char in _GSM_EXTENDED for char in text):
        units = sum(2 if char in _GSM_EXTENDED else 1 for char in text)
        return Length("GSM-7", units, _segments(units, 160, 153))
    units = len(text.encode("utf-16-be")) // 2
    return Length("UCS-2", units, _segments(units, 70, 67))


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
    if {"{", "}"} & set(_VARIABLE.sub("", template.text)):
        raise BadSms(template.key, "", "a brace that belongs to no variable")
    longest = length(_filled(template, {name: "x" * template.room_for(name) for name in template.variables}))
    if longest.segments > template.max_segments:
        why = f"[{template.language}] may need {longest.segments} segments ({longest}), {template.max_segments} allowed"
        raise BadSms(template.key, "", why)
