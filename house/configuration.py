"""The deployment's files as the administration sees them, and the clinic's policy made from them."""

import logging
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from config.changes import (
    AT_START,
    LANGUAGES,
    LIVE,
    NAMES,
    NUMBERS,
    SHOWN,
    changed_settings,
    check_groups,
    check_key,
    together,
)
from config.opd_changes import changed_opds, check_opd_key, check_together, is_of_opd, standings
from config.opds import load_opds
from config.settings import BadSettings, Settings
from config.sms_changes import changed_templates, is_of_sms
from config.tables import BadTable, fixed_parts, load_dose_words, load_formulary, load_sms_templates, load_states
from core.clinic.policy import Group, Knob, KnownLanguage, Policy
from core.rules.call_back import Caps
from core.rules.changes import BadChange, Changes
from core.rules.sms_template import SmsTemplates
from house.for_switch import leave_for_switch
from house.languages import known_languages

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
        self.settings = files
        self._at_start = self._usable({key: text for key, text in at_start.items() if key in AT_START}, {})
        self.settings = changed_settings(files, self._at_start, AT_START)
        """With what can only be changed at start."""
        if self.settings != files:
            self._sms = self._templates(self.settings)

    def knobs(self, changes: Changes) -> Sequence[Knob]:
        groups = {
            Group.LIMITS: (*LIVE, *NAMES),
            Group.NUMBERS: NUMBERS,
            Group.LANGUAGES: (LANGUAGES,),
            Group.FILES: SHOWN,
        }
        return [self._knob(key, group, changes) for group, keys in groups.items() for key in keys]

    def languages(self) -> Sequence[KnownLanguage]:
        return known_languages(self._files)

    def check(self, changes: Changes) -> None:
        spoken = self._every_language(changed_settings(self._files, changes, (LANGUAGES,)))
        for key, text in changes.items():
            if is_of_opd(key):
                check_opd_key(key, text, self._opds, changes, spoken)
            elif not is_of_sms(key):
                check_key(key, text)
        check_groups(self._files, changes)
        if unknown := self._unknown_states(changed_settings(self._files, changes, ("states",))):
            raise BadChange("states", f"{unknown} is not one of {', '.join(self._states)}", "no_state", value=unknown)
        self._check_now_and_then(changes)

    def in_force(self, changes: Changes) -> tuple[Policy, SmsTemplates]:
        live = {key: text for key, text in changes.items() if key not in AT_START}
        usable = self._usable(live, self._at_start)
        return self._policy(usable), changed_templates(self._sms, usable, _fixed(self.settings))

    def keep_for_start(self, changes: Changes) -> None:
        leave_for_switch(self._files.home, changes)

    def _check_now_and_then(self, changes: Changes) -> None:
        """Whatever holds at once also holds beside what holds only from the next start on."""
        then = changed_settings(self._files, changes, AT_START)
        pairs = [(self.settings, self._sms)]
        if then.languages != self.settings.languages:
            self._check_languages(then)
        if (then.clinic_name, then.languages) != (self.settings.clinic_name, self.settings.languages):
            pairs.append((then, self._templates_then(then)))
        for settings, templates in pairs:
            check_together(changed_opds(self._opds, changes), settings.languages)
            changed_templates(templates, changes, _fixed(settings))

    def _check_languages(self, settings: Settings) -> None:
        lacks = {each.code: each.lacks for each in self.languages()}
        for code in settings.languages:
            if code not in lacks:
                raise BadChange(LANGUAGES, f"{code!r} is not one of {', '.join(lacks)}", "no_language", value=code)
            if missing := lacks[code]:
                said = "; ".join(f"{lack} {' '.join(names)}".strip() for lack, names in missing.items())
                raise BadChange(LANGUAGES, f"{code} is not complete: {said}", "language_lacks", value=code)

    def _templates_then(self, settings: Settings) -> SmsTemplates:
        """The clinic's name stands in every text, and each has its length."""
        try:
            return self._templates(settings)
        except BadTable as error:
            key = LANGUAGES if settings.clinic_name == self.settings.clinic_name else "clinic_name"
            raise BadChange(key, str(error), "sms_too_long") from error

    def _knob(self, key: str, group: Group, changes: Changes) -> Knob:
        live, files = key in LIVE, getattr(self._files, key)
        now = files if live else getattr(self.settings, key)
        try:
            then = getattr(changed_settings(self._files, changes, (key,)), key)
        except BadChange:  # files have changed since
            then = files
        return Knob(key, _plain(files), group, live, _plain(then if live else now), waits=not live and then != now)

    def _every_language(self, *more: Settings) -> tuple[str, ...]:
        """Those that are offered come first."""
        known = (self.settings, *more, self._files)
        return tuple(dict.fromkeys(code for settings in known for code in settings.languages))

    def _policy(self, changes: Changes) -> Policy:
        settings = changed_settings(self.settings, changes, LIVE)
        every = changed_opds(self._opds, changes)
        return Policy(
            clinic_name=settings.clinic_name,
            time_zone=ZoneInfo(settings.time_zone),
            languages=settings.languages,
            every_language=self._every_language(),
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

    def _usable(self, changes: Changes, beside: Changes) -> Changes:
        """Files may have changed since: what does not fit any more must not keep the service from starting."""
        usable, made = dict[str, str](), standings(changes)
        for key, text in changes.items():
            needed = made if is_of_opd(key) else together(key, changes)
            try:
                self.check({**beside, **needed, key: text})
            except BadChange as error:
                log.warning("what was changed in the administration is left out: %s", error)
            else:
                usable[key] = text
        return usable

    def _unknown_states(self, settings: Settings) -> str:
        return ", ".join(state for state in settings.states if state not in self._states)

    def _templates(self, settings: Settings) -> SmsTemplates:
        """Who has chosen a language once is written to in it, also when callers are not offered it any more."""
        return load_sms_templates(
            settings.sms,
            languages=dict.fromkeys((*settings.languages, *self._files.languages)),
            clinic_name=settings.clinic_name,
            public_url=settings.url,
        )


def _fixed(settings: Settings) -> Mapping[str, str]:
    return fixed_parts(settings.clinic_name, settings.url)


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
