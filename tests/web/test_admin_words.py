"""Whatever the administration says by a name made in Python has words."""

from collections.abc import Iterable

import pytest

from config.changes import AT_START, LIVE, SHOWN
from core.clinic.policy import Group, Lack
from core.ports import PromptState
from core.rules.opd import DAYS
from core.rules.roster_csv import Refusal
from core.rules.staff import StaffKind, Verification
from web.pages.admin.audit import FIELDS
from web.pages.admin.common import DONE
from web.pages.admin.prompts import SHOWN as KINDS_OF_SOUNDS
from web.pages.admin.staff_form import DOCTOR_LISTS, DOCTOR_TEXTS
from web.words import load_words

STAFF_REASONS = ("login", "empty", "too_long", "choose", "taken", "last_admin", "busy", "outside")
SOUND_REASONS = (
    "not_wav", "too_long", "too_large", "rate", "bits", "silent", "read_only", "no_such_prompt", "no_other", "not_here",
    "no_voice",
)  # fmt: skip
REASONS = (
    "other", "number", "length", "braces", "one_line", "more_than", "shared", "empty", "sender_needed", "form_number",
    "form_numbers", "form_trunk_number", "form_twilio_from", "form_twilio_voice_sip", "form_smpp_sender", "no_state",
    "no_language", "language_lacks", "no_opd", "sms_too_long", "not_changed", "no_such", "dlt_id", "lacks", "unknown",
    "brace", "alphabet", "segments", "opd_exists", "opd_key", "opd_words", "opd_hours", "opd_most", "opd_of_files",
)  # fmt: skip
MENU = ("staff", "roster", "opds", "hours", "prompts", "sms", "settings", "audit")


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("admin.menu_", MENU),
        ("admin.done_", DONE),
        ("admin.bad_", STAFF_REASONS),
        ("admin.", [*DOCTOR_TEXTS, *DOCTOR_LISTS, "outside_number"]),
        ("admin.is_", Verification),
        ("admin.verification_", Verification),
        ("admin.cannot_practise_", [Verification.UNVERIFIED, Verification.SUSPENDED]),
        ("admin.kind_", [kind for kind in StaffKind if kind is not StaffKind.DOCTOR]),
        ("admin.do_", ["password", "password_hint", "phone", "phone_hint", "sessions", "sessions_hint"]),
        ("roster.bad_", Refusal),
        ("hours.", DAYS),
        ("hours.short_", map(str, range(7))),
        ("settings.", [*LIVE, *AT_START, *SHOWN]),
        ("settings.", Group),
        ("settings.lack_", [*Lack, "more"]),
        ("refused.", REASONS),
        ("prompts.", [*PromptState, *KINDS_OF_SOUNDS]),
        ("prompts.bad_", SOUND_REASONS),
        ("audit.", [*FIELDS, "who_example", "what_example", "subject_example"]),
    ],
)
def test_everything_that_is_shown_by_its_name_has_a_text(prefix: str, names: Iterable[str]) -> None:
    texts = load_words(("en",)).tongues["en"].texts
    assert {f"{prefix}{name}" for name in names} <= texts.keys()
