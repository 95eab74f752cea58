"""The phones that pages play: who may have one here, and the switch is told of each while it is lent."""

import asyncio
from contextlib import suppress

from config.settings import Settings
from core.clinic.clinic import Clinic
from core.clinic.try_phones import TryPhones
from pbx.phones import Phones

SWEEP_EVERY = 5.0
"""Seconds between two looks whose page has gone."""


def lends_phones(settings: Settings, roles: frozenset[str]) -> bool:
    """Whether only this machine reaches us, and the switch's accounts are ours to make."""
    return settings.only_from_here and {"web", "calls"} <= roles


def try_phones_of(settings: Settings, clinic: Clinic, roles: frozenset[str]) -> TryPhones | None:
    """All of them; None where nobody may. A number is invented only where nobody could be rung or written to by it."""
    if not lends_phones(settings, roles):
        return None
    local = not (settings.smpp_host or settings.twilio_account_sid)
    return TryPhones(
        clinic.clock,
        patient_numbers=settings.patient_numbers,
        missed_numbers=settings.missed_call_numbers,
        pharmacy_numbers=settings.pharmacy_numbers,
        invents=local and not settings.trunk,
        shows_sms=local,
    )


async def keep_try_phones(lent: TryPhones, phones: Phones) -> None:
    """Do so once, and return when it may have to be done again."""
    lent.sweep()
    wanted = {phone.account: phone for phone in lent.lent()}
    for account in phones.played() - wanted.keys():
        await phones.remove(account)
    for phone in wanted.values():
        await phones.provision(phone.account, phone.digest, "", browser=True, number=phone.number)
    with suppress(TimeoutError):
        async with asyncio.timeout(SWEEP_EVERY):
            await lent.changed()
