"""The ledger, care: from the token to the prescription."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from core.rules.consultation import Consultation, Outcome
from core.rules.prescription import SignedPrescription
from core.rules.token import Priority, Token, TokenState


class Tokens(Protocol):
    async def add(self, token: Token) -> Token:
        """Raises `Duplicate` for a number taken that day, or when the patient has an active token (S16)."""
        ...

    async def get(self, token_id: int) -> Token: ...
    async def move(self, token: Token, to: TokenState, **changes: Any) -> Token:
        """Compare and set: `NotAllowed` if the table forbids it, `Stale` if it is not in `token.state` any more."""
        ...

    async def set_priority(self, token: Token, priority: Priority) -> Token:
        """Only of a waiting token: `Stale` when it does not wait any more."""
        ...

    async def rerank(self, token: Token, priority: Priority, joined_at: datetime) -> Token:
        """Likewise: another place in its lane."""
        ...

    async def active_of_patient(self, patient_id: int) -> Token | None: ...
    async def active_of_mobile(self, mobile: str) -> Sequence[Token]: ...
    async def in_states(self, *states: TokenState) -> Sequence[Token]: ...


class Consultations(Protocol):
    async def add(self, consultation: Consultation) -> Consultation: ...
    async def get(self, consultation_id: int) -> Consultation: ...
    async def save(self, consultation: Consultation) -> None: ...
    async def open_of_token(self, token_id: int) -> Consultation | None: ...
    async def open_of_doctor(self, doctor_id: int) -> Consultation | None: ...
    async def present_of_doctor(self, doctor_id: int) -> Consultation | None:
        """Whose patient they have: the open one, or one they have signed or closed and still talk in."""
        ...

    async def all_open(self) -> Sequence[Consultation]: ...
    async def in_progress(self) -> Sequence[Consultation]:
        """Those that are open, and those in which they still talk though the doctor has signed or closed already."""
        ...

    async def end(
        self,
        consultation: Consultation,
        outcome: Outcome,
        at: datetime,
        *,
        referred_to: str | None = None,
        call_back_on: date | None = None,
        follow_up: bool | None = None,
    ) -> Consultation:
        """Compare and set on `outcome is None`; `Stale` when it has ended already. Its draft is gone with it.

        `follow_up`: what the doctor said; None leaves it as it was.
        """
        ...

    async def of_patient(self, patient_id: int) -> Sequence[Consultation]:
        """Those in which they talked, newest first (S22)."""
        ...

    async def last_ended(self, doctor_id: int) -> Consultation | None:
        """The doctor's latest that has ended, however it did."""
        ...

    async def last_talk(self, patient_id: int, doctor_id: int) -> datetime | None: ...
    async def usual_duration(self, last: int) -> timedelta | None:
        """Mean time from claim to end over the `last` prescribed or closed ones; None when there are fewer than 5."""
        ...


class Prescriptions(Protocol):
    async def add(self, prescription: SignedPrescription, pdf: bytes) -> SignedPrescription:
        """Raises `Duplicate` when the consultation has a valid one already."""
        ...

    async def get(self, prescription_id: int) -> SignedPrescription: ...
    async def of_consultation(self, consultation_id: int) -> SignedPrescription | None:
        """The valid one."""
        ...

    async def of_patient(self, patient_id: int) -> Sequence[SignedPrescription]:
        """Newest first, those that are void among them."""
        ...

    async def by_link_hash(self, link_hash: str) -> SignedPrescription | None: ...
    async def by_number(self, number: str) -> SignedPrescription | None:
        """By its printed number, void or not."""
        ...

    async def by_code(self, code: str) -> SignedPrescription | None:
        """By its verification code, void or not."""
        ...

    async def by_paper(self, pdf: bytes) -> SignedPrescription | None:
        """The one whose paper is this, byte for byte, void or not."""
        ...

    async def hold(self, prescription_id: int) -> SignedPrescription:
        """As it is now, and as it stays until the transaction ends: nobody voids it, or holds it, meanwhile."""
        ...

    async def successor(self, prescription_id: int) -> SignedPrescription | None:
        """The version that corrects this one."""
        ...

    async def void(self, prescription: SignedPrescription, at: datetime) -> SignedPrescription:
        """It is not valid any more. Raises `Stale` when it was void already."""
        ...

    async def pdf(self, prescription_id: int) -> bytes: ...
