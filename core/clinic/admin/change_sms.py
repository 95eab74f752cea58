"""An SMS gets another text or another DLT id, or goes back to the file (T11); what is queued keeps its own."""

from core.clinic.admin.change_setting import restore_setting, write_changes
from core.clinic.clinic import Clinic
from core.rules.sms_template import SmsTemplate


async def change_sms(
    clinic: Clinic, template: SmsTemplate, by: str, *, text: str | None = None, dlt_id: str | None = None
) -> None:
    """Both at once, since another text is registered under another id. Raises `BadChange`; nothing is changed then.

    What is None, or as it is now, stays.
    """
    now = {"text": template.written, "dlt_id": template.dlt_id}
    wanted = {part: value.strip() for part, value in (("text", text), ("dlt_id", dlt_id)) if value is not None}
    differs = {key_of(template, part): value for part, value in wanted.items() if value != now[part]}
    if differs:
        await write_changes(clinic, differs, by)


async def restore_sms(clinic: Clinic, template: SmsTemplate, part: str, by: str) -> None:
    """The `text` or the `dlt_id` as the file says. Raises `BadChange`."""
    await restore_setting(clinic, key_of(template, part), by)


def key_of(template: SmsTemplate, part: str) -> str:
    """The setting that this part of a template is: see `core.rules.changes.SettingChanged`."""
    return f"sms.{template.key}.{template.language}.{part}"
