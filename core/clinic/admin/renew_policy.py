"""A running house learns of changed settings: at once by an event, and every half minute in case that was lost."""

import asyncio
from contextlib import suppress

from core.clinic.clinic import Clinic

TOPIC = "settings"
AT_MOST = 30.0
"""Seconds until a change is in force even if its event was lost."""


async def renew_policy(clinic: Clinic) -> None:
    """What is written down is in force from now on."""
    if clinic.configuration is None:
        return
    async with clinic.ledger.read() as books:
        changes = {changed.key: changed.value for changed in await books.settings_changed.all()}
    clinic.policy, clinic.sms = clinic.configuration.in_force(changes)


async def keep_renewing(clinic: Clinic) -> None:
    """For half a minute; to be done again and again (`core.tasks.forever`)."""
    async with clinic.line.listen(TOPIC) as events:
        await renew_policy(clinic)
        with suppress(TimeoutError):
            async with asyncio.timeout(AT_MOST):
                async for _ in events:
                    await renew_policy(clinic)
