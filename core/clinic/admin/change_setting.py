"""A setting, an hour of a department or an SMS text is changed while the service runs, or goes back to the files."""

from collections.abc import Mapping, Sequence

from core.clinic.admin.renew_policy import TOPIC, renew_policy
from core.clinic.clinic import Clinic
from core.clinic.policy import Knob, KnownLanguage
from core.ports import Books
from core.rules.changes import BadChange, SettingChanged, as_changes
from core.rules.records import AuditEntry

LONGEST_VALUE = 200
"""Characters."""
LONGEST_TEXT = 700
"""Likewise of an SMS: more than the four segments that any is paid for."""
_JOINERS = str.maketrans("", "", "\u200c\u200d")
"""They shape letters of Indian scripts."""


async def change_setting(clinic: Clinic, key: str, value: str, by: str) -> None:
    """In force within seconds in every process, or from the next start on (`Knob.live`). Raises `BadChange`."""
    if key.startswith("opd.") and ".sound." in key:
        raise BadChange(key, "is written when the sound is there: record it, or have it spoken")
    await write_changes(clinic, {key: value}, by)


async def restore_setting(clinic: Clinic, key: str, by: str) -> None:
    """As the deployment's files say. Raises `BadChange` when that does not go together with the other changes, and
    for a key that differs in nothing from the files: there may be no such key."""
    if key not in {changed.key for changed in await changes(clinic)}:
        raise BadChange(key, "nothing was changed there", "not_changed")
    await write_changes(clinic, {key: None}, by)


async def changes(clinic: Clinic) -> Sequence[SettingChanged]:
    """Everything that differs from the files."""
    async with clinic.ledger.read() as books:
        return await books.settings_changed.all()


async def knobs(clinic: Clinic) -> Sequence[Knob]:
    """What there is to see; nothing where no files are at hand."""
    if clinic.configuration is None:
        return ()
    return clinic.configuration.knobs(as_changes(await changes(clinic)))


def languages(clinic: Clinic) -> Sequence[KnownLanguage]:
    """Those that the house knows, and what they lack; none where no files are at hand."""
    return clinic.configuration.languages() if clinic.configuration else ()


async def write_changes(clinic: Clinic, wanted: Mapping[str, str | None], by: str) -> None:
    """All of these or none; None is what the files say. Raises `BadChange`."""
    if clinic.configuration is None:
        raise BadChange(next(iter(wanted)), "nothing can be changed here")
    values = {key: None if value is None else _one_line(key, value) for key, value in wanted.items()}
    async with clinic.ledger.write() as books:
        before = as_changes(await books.settings_changed.all())
        after = {key: text for key, text in before.items() if key not in values}
        for key, value in values.items():
            await _write(clinic, books, key, before.get(key), value, by)
            after |= {} if value is None else {key: value}
        clinic.configuration.check(after)
    await renew_policy(clinic)
    await clinic.line.publish(TOPIC, {"keys": ", ".join(values)})
    await clinic.line.publish("clinic", {"kind": "settings"})


async def _write(clinic: Clinic, books: Books, key: str, before: str | None, value: str | None, by: str) -> None:
    now, files = clinic.clock.now(), "as in the files"
    if value is None:
        await books.settings_changed.drop(key)
    else:
        await books.settings_changed.put(SettingChanged(key, value, by, now))
    detail = f"{files if before is None else before} -> {files if value is None else value}"
    await books.audit(AuditEntry(now, by, "set", f"setting:{key}", detail))


def _one_line(key: str, value: str) -> str:
    value, longest = value.strip(), LONGEST_TEXT if key.endswith(".text") else LONGEST_VALUE
    if len(value) > longest or not value.translate(_JOINERS).isprintable():
        raise BadChange(key, f"must be one line of at most {longest} characters", "one_line", most=longest)
    return value
