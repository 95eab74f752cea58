"""A registered pharmacy: who may mark on our prescriptions what was dispensed (T9 holds for them as for doctors)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.rules.staff import Doctor, Operator, StaffKind, Verification

PIN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """A shop. It signs in to the web by login and password, and on the telephone by its number and PIN."""

    id: int
    login: str
    name: str
    """The shop's."""
    licence_number: str
    """Of its retail drug licence (Form 20/21 of the Drugs Rules)."""
    authority: str
    """Who gave the licence, and of which state."""
    phone: str | None
    """E.164, mobile or landline; no two pharmacies have the same. None: it has left."""
    password_hash: str
    """Argon2id."""
    pin_hash: str
    """Argon2id of the `PIN_DIGITS` digits that are keyed on the telephone."""
    created_at: datetime
    verification: Verification = Verification.UNVERIFIED
    verified_by: str | None = None
    """As with doctors."""
    verified_at: datetime | None = None
    left_at: datetime | None = None
    language: str | None = None
    """In which the panel speaks to them, as with doctors."""

    @property
    def kind(self) -> StaffKind:
        """For whoever handles everybody alike."""
        return StaffKind.PHARMACY

    @property
    def account(self) -> str:
        """Their name among the telephones. None of ours is theirs, so nothing registers under it."""
        return f"pharmacy-{self.login}"

    @property
    def may_dispense(self) -> bool:
        """Whether somebody has looked up the licence, and the shop is still with us."""
        return self.verification is Verification.VERIFIED and self.left_at is None


Person = Doctor | Operator | Pharmacy
"""Whoever may sign in."""


class Channel(StrEnum):
    """How a pharmacy reaches us."""

    WEB = "web"
    PHONE = "phone"
