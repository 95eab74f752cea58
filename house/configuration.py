"""The deployment's files as the administration sees them, and the clinic's policy made from them."""

import logging
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from config.changes import (
    AT_START,
    LIVE,
    SHOWN,
    changed_opds,
    changed_settings,
    check_key,
    template_ids,
)
from config.opds import load_opds
from config.settings import Settings
from config.tables import BadTable, load_dose_words, load_formulary, load_sms_templates, load_states
from core.clinic.policy import Knob, Policy
from core.rules.call_back import Caps
from core.rules.changes import BadChange, Changes
from core.rules.sms_template import BadSms, SmsTemplates

log = logging.getLogger(__name__)


class FileConfiguration:
    """See `core.clinic.policy.Configuration`. Files are read once; a changed file needs a restart, as ever."""

    def __init__(self, files: Settings, at_start: Changes) -> None:
        """`at_start` is what was changed by then. Raises `BadTable`."""
        self._files = files
        self._opds = load_opds(files.opds)
        self._formulary = load_formulary(files.formulary, files.aliases)
        self._dose_words = load_dose_words()
        self._states = tuple(state.code for state in load_states())
        self._sms = self._templates(files)
        self.settings = changed_settings(files, self._usable(at_start), AT_START)
        """With what can only be changed at start."""
        self._sms = self._templates(self.settings)

    def knobs(self) -> Sequence[Knob]:
        shown = [(key, True, True) for key in LIVE] + [(key, True, False) for key in AT_START]
        shown += [(key, False, False) for key in SHOWN]
        return [Knob(key, _plain(getattr(self._files, key)), *kind) for key, *kind in shown]

    def check(self, changes: Changes) -> None:
        for key, text in changes.items():
            check_key(key, text, self._opds)
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
        return Policy(
            clinic_name=settings.clinic_name,
            time_zone=ZoneInfo(settings.time_zone),
            languages=settings.languages,
            opds=changed_opds(self._opds, changes),
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
            dose_words=self._dose_words,
        )

    def _usable(self, changes: Changes) -> Changes:
        """Files may have changed since: what does not fit any more must not keep the service from starting."""
        usable: dict[str, str] = {}
        for key, text in changes.items():
            try:
                self.check({key: text})
            except BadChange as error:
                log.warning("what was changed in the administration is left out: %s", error)
            else:
                usable[key] = text
        return usable

    def _templates(self, settings: Settings) -> SmsTemplates:
        return load_sms_templates(
            settings.sms,
            languages=settings.languages,
            clinic_name=settings.clinic_name,
            public_url=settings.url,
        )


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
