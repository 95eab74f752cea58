"""The deployment's files as the administration sees them, and the clinic's policy made from them."""

import logging
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from config.changes import (
    AT_START,
    LIVE,
    SHOWN,
    caps,
    changed_settings,
    check_caps,
    check_key,
    template_ids,
)
from config.opd_changes import changed_opds, check_opd_key, check_together, is_of_opd, standings
from config.opds import load_opds
from config.settings import BadSettings, Settings
from config.tables import BadTable, load_dose_words, load_formulary, load_sms_templates, load_states
from core.clinic.policy import Knob, Policy
from core.rules.call_back import Caps
from core.rules.changes import BadChange, Changes
from core.rules.sms_template import BadSms, SmsTemplates

log = logging.getLogger(__name__)


class FileConfiguration:
    """See `core.clinic.policy.Configuration`. Files are read once; a changed file needs a restart, as ever."""

    def __init__(self, files: Settings, at_start: Changes) -> None:
        """`at_start` is what was changed by then. Raises `BadTable`, `BadSettings`."""
        self._files = files
        self._opds = load_opds(files.opds)
        self._formulary = load_formulary(files.formulary, files.aliases)
        self._dose_words = load_dose_words()
        self._states = tuple(state.code for state in load_states())
        self._sms = self._templates(files)
        if unknown := self._unknown_states(files):
            raise BadSettings(f"DURAVANI_STATES: {unknown} is not one of {', '.join(self._states)}")
        self.settings = changed_settings(files, self._usable(at_start), AT_START)
        """With what can only be changed at start."""
        self._sms = self._templates(self.settings)

    def knobs(self) -> Sequence[Knob]:
        shown = [(key, True, True) for key in LIVE] + [(key, True, False) for key in AT_START]
        shown += [(key, False, False) for key in SHOWN]
        return [Knob(key, _plain(getattr(self._files, key)), *kind) for key, *kind in shown]

    def check(self, changes: Changes) -> None:
        languages = self._files.languages
        for key, text in changes.items():
            if is_of_opd(key):
                check_opd_key(key, text, self._opds, changes, languages)
            else:
                check_key(key, text)
        check_caps(self._files, changes)
        if unknown := self._unknown_states(changed_settings(self._files, changes, ("states",))):
            raise BadChange("states", f"{unknown} is not one of {', '.join(self._states)}")
        check_together(changed_opds(self._opds, changes), languages)
        try:
            if "clinic_name" in changes:  # it stands in every text, and each has its length
                self._templates(changed_settings(self._files, changes, AT_START))
            self._sms.with_ids(template_ids(changes))
        except (BadTable, BadSms) as error:
            raise BadChange(error.key if isinstance(error, BadSms) else "clinic_name", str(error)) from error

    def in_force(self, changes: Changes) -> tuple[Policy, SmsTemplates]:
        usable = self._usable(changes)
        return self._policy(usable), self._sms.with_ids(template_ids(usable))

    def _policy(self, changes: Changes) -> Policy:
        settings = changed_settings(self.settings, changes, LIVE)
        every = changed_opds(self._opds, changes)
        return Policy(
            clinic_name=settings.clinic_name,
            time_zone=ZoneInfo(settings.time_zone),
            languages=settings.languages,
            opds={key: opd for key, opd in every.items() if opd.is_offered(settings.languages)},
            every_opd=every,
            served_states=frozenset(settings.states),
            states=self._states,
            formulary=self._formulary,
            public_url=settings.url,
            notice_version=settings.notice_version,
            family_limit=settings.family_limit,
            token_digits=settings.token_digits,
            link_days=settings.link_days,
            call_backs=Caps(
                per_hour=settings.call_backs_per_hour,
                per_day=settings.call_backs_per_day,
                per_hour_in_all=settings.call_backs_per_hour_in_all,
            ),
            dispensing_days=settings.dispensing_days,
            correction_days=settings.correction_days,
            grievance_days=settings.grievance_days,
            dose_words=self._dose_words,
        )

    def _usable(self, changes: Changes) -> Changes:
        """Files may have changed since: what does not fit any more must not keep the service from starting."""
        usable, made, limits = dict[str, str](), standings(changes), caps(changes)
        for key, text in changes.items():
            needed = made if is_of_opd(key) else limits if key in limits else {}
            try:
                self.check({**needed, key: text})
            except BadChange as error:
                log.warning("what was changed in the administration is left out: %s", error)
            else:
                usable[key] = text
        return usable

    def _unknown_states(self, settings: Settings) -> str:
        return ", ".join(state for state in settings.states if state not in self._states)

    def _templates(self, settings: Settings) -> SmsTemplates:
        return load_sms_templates(
            settings.sms,
            languages=settings.languages,
            clinic_name=settings.clinic_name,
            public_url=settings.url,
        )


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
