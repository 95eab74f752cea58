"""SMS texts and DLT ids as the administration changed them (T11)."""

import re
from collections.abc import Mapping
from dataclasses import replace

from core.rules.changes import BadChange, Changes
from core.rules.sms_template import BadSms, SmsTemplate, SmsTemplates, reworded

_DLT_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_KEY = re.compile(r"sms\.(\w+)\.(\w+)\.(dlt_id|text)")


def is_of_sms(key: str) -> bool:
    """Whether this key says something about an SMS template."""
    return _KEY.fullmatch(key) is not None


def changed_templates(templates: SmsTemplates, changes: Changes, fixed: Mapping[str, str]) -> SmsTemplates:
    """With the changed texts and ids; `fixed` is what stands in a text for itself. Raises `BadChange`, naming the key.

    What is changed is checked as the file is at start, and by what the file says of the same message.
    """
    changed: dict[tuple[str, str], SmsTemplate] = {}
    for key, value in changes.items():
        if (found := _KEY.fullmatch(key)) is not None:
            place = found[1], found[2]
            try:
                template = changed.get(place) or templates.of(*place)
                changed[place] = _changed(template, key, value, fixed)
            except BadSms as bad:
                raise BadChange(key, str(bad), bad.reason, **bad.values) from bad
    return templates.with_those(changed)


def _changed(template: SmsTemplate, key: str, value: str, fixed: Mapping[str, str]) -> SmsTemplate:
    if key.endswith(".text"):
        return reworded(template, value, fixed)
    if not _DLT_ID.fullmatch(value):
        raise BadChange(key, f"{value!r} is not a DLT id: up to 40 letters, digits and hyphens", "dlt_id")
    return replace(template, dlt_id=value)
