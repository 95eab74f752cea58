"""A call told in order: what was said, pressed, decided and sent, as steps that a page can put into words (T7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.rules.records import CallEvent

SECRET_PROMPTS = frozenset({"pharmacy_code", "pharmacy_pin"})
"""Prompts after which keys are a secret and are never shown: with them somebody else could look, or give, in a name."""
KNOWN = frozenset({
    "said", "pressed", "recorded", "recorded_nothing", "started", "ended", "token", "human", "rang_operator",
    "operator", "emergency", "talking", "doctor_left", "doctor_cut", "patient_left", "prescribed",
    "supervisor_joined", "doctors_page_left", "operators_page_left", "read_aloud", "verified", "pharmacy", "dispensed",
    "sms_sent", "sms_private", "sms_received",
})  # fmt: skip
"""Kinds of steps that have words of their own (`story.<kind>`); any other is shown as it was noted."""
MASK = "•"
PRIVATE = ("prescription", "medicines_", "one_time_code", "record_link")
"""Beginnings of templates whose SMS say what a doctor wrote, or open something of the patient's."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the story."""

    at: datetime
    kind: str
    """One of `KNOWN`, or `other`."""
    detail: str
    """What was said, which keys, which token; empty when the kind says all."""


def story_of(events: Iterable[CallEvent], secret: frozenset[str] = SECRET_PROMPTS) -> list[Step]:
    """The steps of a call in order. Keys in a row are one step; those after a `secret` prompt are masked."""
    steps: list[Step] = []
    prompt = ""
    for event in events:
        if event.kind == "said":
            prompt = event.detail.partition(": ")[0]
        step = _step(event, masked=prompt in secret)
        if step.kind == "pressed" and steps and steps[-1].kind == "pressed":
            steps[-1] = replace(steps[-1], detail=f"{steps[-1].detail} {step.detail}")
        else:
            steps.append(step)
    return steps


def is_private(template: str) -> bool:
    """Whether an SMS made from this template is for the patient's eyes only; the desk then shows that it was sent."""
    return template.startswith(PRIVATE)


def in_order(*stories: Sequence[Step]) -> list[Step]:
    """Several stories as one; what happened at the same moment stays in the order of the stories."""
    return sorted((step for story in stories for step in story), key=lambda step: step.at)


def _step(event: CallEvent, *, masked: bool) -> Step:
    kind, detail = event.kind, event.detail
    if kind == "said":
        detail = detail.partition(": ")[2] or detail
    elif kind == "pressed" and masked:
        detail = MASK
    elif kind == "recorded":  # the name of a file means nothing to anybody
        kind, detail = ("recorded" if detail else "recorded_nothing"), ""
    elif kind in ("started", "operator", "talking", "doctor_left", "doctor_cut", "doctors_page_left", "patient_left"):
        detail = ""  # numbers, logins and rooms: who was on the line stands at the top of the story
    elif kind not in KNOWN:
        kind, detail = "other", f"{kind} {detail}".strip()
    return Step(event.at, kind, detail)
