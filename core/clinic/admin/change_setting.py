"""A setting, an hour of a department or a DLT id is changed while the service runs, or goes back to the files."""

from collections.abc import Sequence

from core.clinic.admin.renew_policy import TOPIC, renew_policy
from core.clinic.clinic import Clinic
from core.clinic.policy import Knob
from core.rules.changes import BadChange, SettingChanged
from core.rules.records import AuditEntry

LONGEST_VALUE = 200
"""Characters."""


async def change_setting(clinic: Clinic, key: str, value: str, by: str) -> None:
    """In force within seconds in every process, or from the next start on (`Knob.live`). Raises `BadChange`."""
    value = value.strip()
    if len(value) > LONGEST_VALUE or not value.isprintable():
        raise BadChange(key, "must be one line of at most 200 characters")
    await _write(clinic, key, value, by)


async def restore_setting(clinic: Clinic, key: str, by: str) -> None:
    """As the deployment's files say. Raises `BadChange` when that does not go together with the other changes."""
    await _write(clinic, key, None, by)


async def changes(clinic: Clinic) -> Sequence[SettingChanged]:
    """Everything that differs from the files."""
    async with clinic.ledger.read() as books:
        return await books.settings_changed.all()


def knobs(clinic: Clinic) -> Sequence[Knob]:
    """What there is to see; nothing where no files are at hand."""
    return clinic.configuration.knobs() if clinic.configuration else ()


async def _write(clinic: Clinic, key: str, value: str | None, by: str) -> None:
    if clinic.configuration is None:
        raise BadChange(key, "nothing can be changed here")
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        before = {changed.key: changed.value for changed in await books.settings_changed.all()}
        after = {other: text for other, text in before.items() if other != key}
        if value is None:
            await books.settings_changed.drop(key)
        else:
            after[key] = value
            await books.settings_changed.put(SettingChanged(key, value, by, now))
        clinic.configuration.check(after)
        detail = f"{before.get(key, 'as in the files')} -> {'as in the files' if value is None else value}"
        await books.audit(AuditEntry(now, by, "set", f"setting:{key}", detail))
    await renew_policy(clinic)
    await clinic.line.publish(TOPIC, {"key": key})
    await clinic.line.publish("clinic", {"kind": "settings"})
