"""The staff's phones: SQL is the truth, the switch is told of every account, and the line of whoever can be rung."""

import asyncio
from contextlib import suppress

from core.clinic.clinic import Clinic
from core.clinic.doctor_ready import phone_registered
from core.clinic.lend_phone import TOPIC, lent_phones
from core.rules.phone import can_be_rung, owner_of, phones_of
from core.rules.staff import Doctor, Operator
from pbx.phones import Phones

LOOK_EVERY = 30.0
"""Seconds after which we look without having been told: sessions end by the clock, and words on the line are lossy."""


async def provision(clinic: Clinic, phones: Phones) -> None:
    """Make the switch's accounts those that there are: a softphone a person, and each browser phone that is lent."""
    async with clinic.ledger.read() as books:
        everybody: list[Doctor | Operator] = [*await books.staff.doctors(), *await books.staff.operators()]
    people = [person for person in everybody if person.left_at is None]
    for person in people:
        await phones.provision(person.account, person.sip_digest, person.name)
    lent = await lent_phones(clinic)
    for phone in lent:
        await phones.provision(phone.account, phone.digest, phone.name, browser=True)
    wanted = {person.account for person in people} | {phone.account for phone in lent}
    for account in phones.known() - wanted:
        await phones.remove(account)


async def keep_provisioned(clinic: Clinic, phones: Phones) -> None:
    """Do so once, and return when it may have to be done again: somebody was hired, signed in or left."""
    async with clinic.line.listen(TOPIC) as events:
        await provision(clinic, phones)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                _, event = await anext(events)
                await _tell(clinic, phones, str(event.get("changed", "")))  # another outside number, perhaps


async def watch(clinic: Clinic, phones: Phones) -> None:
    """Who can be rung now, and then each phone as it comes or goes."""
    async with clinic.ledger.read() as books:
        doctors = await books.staff.doctors()
    for doctor in doctors:
        await _tell(clinic, phones, doctor.account)
    async for change in phones.changes():
        await _tell(clinic, phones, change.account)


async def _tell(clinic: Clinic, phones: Phones, account: str) -> None:
    """A doctor whom nothing would ring is offline."""
    async with clinic.ledger.read() as books:
        doctor = await books.staff.doctor_by_account(owner_of(account))
    if doctor is not None:
        online = [each for each in phones_of(doctor) if await phones.online(each)]
        await phone_registered(clinic, doctor.account, can_be_rung(doctor, online))
