"""The formulary is changed while it serves: another table is brought in, and every version is kept."""

from collections.abc import Sequence

from core.clinic.admin.renew_policy import TOPIC, renew_policy
from core.clinic.clinic import Clinic
from core.rules.formulary.drug import Formulary
from core.rules.formulary.table import read_beside
from core.rules.formulary.version import FormularyVersion
from core.rules.records import AuditEntry


async def import_formulary(clinic: Clinic, text: str, by: str) -> Formulary:
    """Keep this table and put it in force. Raises `BadFormulary` with every problem; then nothing was changed."""
    formulary = read_beside(text, clinic.policy.formulary)
    await keep_formulary(clinic, formulary, by)
    await use_formulary(clinic, formulary.version, by)
    return formulary


async def keep_formulary(clinic: Clinic, formulary: Formulary, by: str) -> None:
    """So that it can be looked up what was checked against it; it is not put in force."""
    now = clinic.clock.now()
    async with clinic.ledger.read() as books:
        if any(known.version == formulary.version for known in await books.formularies.all()):
            return
    async with clinic.ledger.write() as books:
        if await books.formularies.keep(FormularyVersion(formulary.version, formulary.text, by, now)):
            detail = f"{len(formulary)} medicines"
            await books.audit(AuditEntry(now, by, "kept", f"formulary:{formulary.version}", detail))


async def use_formulary(clinic: Clinic, version: str | None, by: str) -> None:
    """In force within seconds in every process; None: the one in the deployment's files.

    Raises `LookupError`, `BadFormulary` for one of before that allows what may never be prescribed.
    """
    now = clinic.clock.now()
    if version is not None:
        async with clinic.ledger.read() as books:
            read_beside((await books.formularies.get(version)).content, clinic.policy.formulary)
    async with clinic.ledger.write() as books:
        before = await books.formularies.in_force()
        await books.formularies.use(version)
        detail = f"before: {before.version if before else 'as in the files'}"
        await books.audit(AuditEntry(now, by, "put in force", f"formulary:{version or 'files'}", detail))
    await renew_policy(clinic)
    await clinic.line.publish(TOPIC, {"key": "formulary"})


async def formulary_versions(clinic: Clinic) -> Sequence[FormularyVersion]:
    """All that were ever brought in or served, newest first."""
    async with clinic.ledger.read() as books:
        return await books.formularies.all()
