"""Prescriptions of earlier days, a pharmacy, and the sounds of medicines: for stories about what comes after."""

import itertools
from collections.abc import Sequence
from datetime import timedelta

from core.clinic.passwords import hashed
from core.ports import NEW
from core.rules.dosage import Food
from core.rules.patient import Patient
from core.rules.pharmacy import Pharmacy
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from core.rules.read_aloud import read_later
from core.rules.staff import Verification
from tests.flows.house import PHRASEBOOKS, House
from tests.signed import signed_before

PARACETAMOL = Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5, food=Food.AFTER)
CETIRIZINE = Medicine("cetirizine", "tablet", "10 mg", "HS", 1)
SHOP, PIN = "+911412345678", "246813"

_numbers = itertools.count(1)
_hashes: list[str] = []


async def prescribed(
    house: House,
    patient: Patient,
    medicines: Sequence[Medicine] = (PARACETAMOL, CETIRIZINE),
    *,
    days_ago: int = 0,
    **content: object,
) -> SignedPrescription:
    """A doctor has signed this for the patient."""
    doctor = await house.doctor(f"prescriber{next(_numbers)}", ready=False)
    written = Prescription("fever", "viral fever", tuple(medicines), **content)  # type: ignore[arg-type]
    at = house.clock.now() - timedelta(days=days_ago)
    return await signed_before(house.clinic, doctor.id, patient, written, at)


async def void(house: House, signed: SignedPrescription) -> None:
    """The doctor takes it back."""
    async with house.clinic.ledger.write() as books:
        await books.prescriptions.void(signed, house.clock.now())


async def pharmacy(house: House, verification: Verification = Verification.VERIFIED, *, phone: str = SHOP) -> Pharmacy:
    """A shop that calls from this telephone and keys `PIN`."""
    async with house.clinic.ledger.write() as books:
        return await books.pharmacies.add(
            Pharmacy(
                NEW, f"shop{next(_numbers)}", "Town Medical Store", "RJ-20B-1", "Rajasthan", phone, "$argon2id$",
                await _pin_hash(), house.clock.now(), verification,
            )
        )  # fmt: skip


async def _pin_hash() -> str:
    """Of `PIN`; it takes its time, so once is enough."""
    if not _hashes:
        _hashes.append(await hashed(PIN))
    return _hashes[0]


def rendered(house: House, *generics: str) -> None:
    """As if the sounds of these medicines were made; and everything else that is read aloud."""
    formulary = house.clinic.policy.formulary
    for book in PHRASEBOOKS:
        for utterance in read_later(book, [formulary[generic] for generic in generics]):
            path = house.desk.prompts / f"{utterance.stem}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
