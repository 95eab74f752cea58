"""Somebody on this machine wants to be a patient: a browser is lent a phone, and it is written down whose it plays."""

from core.clinic.clinic import Clinic
from core.clinic.try_phones import TryPhone, TryPhones
from core.rules.records import AuditEntry


async def lend_try_phone(clinic: Clinic, phones: TryPhones, visitor: str, wanted: str) -> tuple[TryPhone, str]:
    """The phone and its SIP password; see `TryPhones.lend`. Raises `NoTryPhone`."""
    phone, password = phones.lend(visitor, wanted)
    async with clinic.ledger.write() as books:
        await books.audit(AuditEntry(clinic.clock.now(), phone.account, "plays", f"mobile:{phone.number}"))
    return phone, password
