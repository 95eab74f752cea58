"""A running house learns of changed settings: at once by an event, and every half minute in case that was lost."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace

from core.clinic.clinic import Clinic
from core.rules.changes import as_changes
from core.rules.formulary.drug import Formulary
from core.rules.formulary.table import BadFormulary, read_beside
from core.rules.formulary.version import FormularyVersion

log = logging.getLogger(__name__)

TOPIC = "settings"
AT_MOST = 30.0
"""Seconds until a change is in force even if its event was lost."""


async def renew_policy(clinic: Clinic) -> None:
    """What is written down is in force from now on."""
    if clinic.configuration is None:
        return
    async with clinic.ledger.read() as books:
        changes = as_changes(await books.settings_changed.all())
        chosen = await books.formularies.in_force()
    clinic.configuration.keep_for_start(changes)
    policy, sms = clinic.configuration.in_force(changes)
    if chosen is not None:
        policy = replace(policy, formulary=_formulary(chosen, clinic.policy.formulary, policy.formulary))
    clinic.policy, clinic.sms = policy, sms


def _formulary(chosen: FormularyVersion, now: Formulary, files: Formulary) -> Formulary:
    """It is read when it is another than now; one that this program cannot read leaves what holds as it is."""
    if chosen.version == now.version:
        return now
    try:
        return read_beside(chosen.content, files)
    except BadFormulary:
        log.exception("formulary %s cannot be used: %s stays in force", chosen.version, now.version)
        return now


async def keep_renewing(clinic: Clinic) -> None:
    """For half a minute; to be done again and again (`core.tasks.forever`)."""
    async with clinic.line.listen(TOPIC) as events:
        await renew_policy(clinic)
        with suppress(TimeoutError):
            async with asyncio.timeout(AT_MOST):
                async for _ in events:
                    await renew_policy(clinic)
