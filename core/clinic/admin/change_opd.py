"""A department is added, given other names or words, retired, opened again; the doctors' lists follow (S10).

Callers are offered a new one as soon as it has hours, and a sound of its words in every language.
"""

from collections.abc import Mapping
from dataclasses import replace

from core.clinic.admin.change_setting import write_changes
from core.clinic.admin.record_prompt import speak_choice
from core.clinic.admin.verify_doctor import serve_as_written
from core.clinic.clinic import Clinic
from core.ports import BadSound
from core.rules.changes import BadChange, Standing
from core.rules.opd import DAYS, Opd, is_opd_key
from core.rules.records import AuditEntry
from core.rules.staff import Doctor
from core.rules.token import ACTIVE

WEEKDAYS = DAYS[:6]
"""The days on which a new department opens, until other hours are set."""

Words = Mapping[str, str]
"""By language."""


async def add_opd(clinic: Clinic, opd: str, names: Words, spoken: Words, hours: str, by: str) -> None:
    """Written down, then spoken by the machine. Raises `BadChange`; nothing is changed then.

    `spoken`: what is said before the key that chooses it. `hours`: `09:00-17:00`, from Monday to Saturday.
    """
    if opd in clinic.policy.known_opds:
        raise BadChange(f"opd.{opd}", "there is such a department already", "opd_exists")
    if not is_opd_key(opd):
        raise BadChange(f"opd.{opd}", "must be 2 to 20 small letters and underscores", "opd_key")
    new: dict[str, str | None] = {f"opd.{opd}.standing": Standing.OPEN}
    new |= {f"opd.{opd}.{day}": hours for day in WEEKDAYS}
    for language in clinic.policy.languages:
        new[f"opd.{opd}.name.{language}"] = names.get(language, "")
        new[f"opd.{opd}.spoken.{language}"] = spoken.get(language, "")
    await write_changes(clinic, new, by)
    await speak_opd(clinic, opd, by)


async def rename_opd(clinic: Clinic, opd: str, names: Words, spoken: Words, by: str) -> None:
    """Other names on pages; of an added one also other words, which are spoken anew. Raises `BadChange`."""
    before = known(clinic, opd)
    new: dict[str, str | None] = {f"opd.{opd}.name.{language}": name for language, name in names.items()}
    if before.spoken is not None:
        for language, words in spoken.items():
            if words.strip() != before.spoken.get(language):
                new[f"opd.{opd}.spoken.{language}"] = words
                new[f"opd.{opd}.sound.{language}"] = None
    await write_changes(clinic, new, by)
    await speak_opd(clinic, opd, by)


async def speak_opd(clinic: Clinic, opd: str, by: str) -> tuple[str, ...]:
    """Have the machine say what has no sound yet; the languages that still lack one. Raises `BadChange`."""
    for language in known(clinic, opd).unvoiced(clinic.policy.languages):
        try:
            await speak_choice(clinic, language, opd, by)
        except BadSound:
            continue  # the page says what is missing, and takes a recording
    return known(clinic, opd).unvoiced(clinic.policy.languages)


async def retire_opd(clinic: Clinic, opd: str, by: str) -> None:
    """No new tokens; whoever waits is served, then doctors lose it. Raises `BadChange` for the last one."""
    known(clinic, opd)
    await write_changes(clinic, {f"opd.{opd}.standing": Standing.RETIRED}, by)
    await leave_retired(clinic)


async def reopen_opd(clinic: Clinic, opd: str, by: str) -> None:
    """It is as before; doctors whose lists it has left must be given it again. Raises `BadChange`."""
    before = known(clinic, opd)
    await write_changes(clinic, {f"opd.{opd}.standing": None if before.spoken is None else Standing.OPEN}, by)


async def leave_retired(clinic: Clinic) -> int:
    """A retired department in which nobody waits any more leaves the lists of doctors who serve others too.

    How many lists were changed.
    """
    retired = {key for key, opd in clinic.policy.known_opds.items() if opd.retired}
    if not retired:
        return 0
    changed: list[Doctor] = []
    async with clinic.ledger.write() as books:
        over = retired - {token.opd for token in await books.tokens.in_states(*ACTIVE)}
        for doctor in await books.staff.doctors():
            left = tuple(opd for opd in doctor.opds if opd not in over)
            if left and left != doctor.opds:
                changed.append(replace(doctor, opds=left))
                await books.staff.save_doctor(changed[-1])
                detail = f"opds: {','.join(doctor.opds)} -> {','.join(left)}"
                await books.audit(AuditEntry(clinic.clock.now(), "system", "changed", f"doctor:{doctor.id}", detail))
    for doctor in changed:
        await serve_as_written(clinic, doctor)
    return len(changed)


def known(clinic: Clinic, opd: str) -> Opd:
    """Raises `BadChange` for a department that there is not."""
    if opd not in clinic.policy.known_opds:
        raise BadChange(f"opd.{opd}", "there is no such department")
    return clinic.policy.known_opds[opd]
