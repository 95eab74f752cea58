"""What a doctor has signed is heard by telephone: by the patient who cannot read, and by the pharmacy that gives it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from core.clinic.admin.register_pharmacy import register_pharmacy
from core.rules.dosage import Food
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from tests.live.audio import Heard, longest_silence
from tests.live.instance import CHECKOUT, Instance
from tests.live.town import Town, Villager, visit
from tests.signed import signed_before

pytestmark = [pytest.mark.live, pytest.mark.asyncio(loop_scope="session")]

SOUNDS = CHECKOUT / ".build/prompts"
CONTENT = Prescription(
    "Fever and sneezing for two days",
    "Viral fever",
    (
        Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3, food=Food.AFTER),
        Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 3),
    ),
    advice="Rest, and drink much water",
)
SILENCE = 3.0
"""Seconds it may never last (docs/ivr.md, "The caller's clock")."""


async def test_a_patient_hears_the_medicines(service: Instance) -> None:
    async with visit(service) as town:
        patient = await town.patient("hi")
        signed = await _signed(town, patient)
        await patient.phone.dial("104")
        await patient.answers("which_patient_unnamed", "1")
        await patient.answers("hear_medicines", "3")
        await patient.said("reading_today", "medicine", "reading_keys")
        await patient.phone.stay(10.0)  # of the first medicine, at the usual pace
        await patient.phone.keys("2")
        await patient.said("medicine")
        await patient.phone.stay(10.0)  # and slower
        await patient.phone.keys("3")
        await patient.said("medicine", "reading_ask", "reading_end")  # the second one is heard to its end
        await patient.phone.stay(2.0)
        await patient.phone.hang_up()

        _heard_in_order(
            patient.phone.recordings[-1],
            ["hi/prompt/reading_today", "hi/generic/paracetamol", "hi/strength/500-mg", "hi/prompt/dose_morning.0"],
            ["slow/hi/generic/paracetamol", "slow/hi/strength/500-mg", "slow/hi/prompt/dose_morning.0"],
            ["slow/hi/generic/oral-rehydration-salts", "slow/hi/prompt/dose_as_needed"],
            ["hi/prompt/reading_paper", "hi/prompt/reading_ask", "hi/prompt/reading_end"],
        )
        assert longest_silence(patient.phone.recordings[-1]) < SILENCE
        async with service.clinic.ledger.read() as books:
            audit = await books.audit_of(f"prescription:{signed.id}")
        assert (f"caller:{patient.number}", "heard") in [(entry.actor, entry.action) for entry in audit]


async def test_a_pharmacy_gives_it_once(service: Instance) -> None:
    async with visit(service) as town:
        signed = await _signed(town, await town.patient("hi"))
        shop = await town.stranger()
        registered = await register_pharmacy(
            service.clinic, login=f"shop-{shop.number[-6:]}", name="Town Medical Store", licence_number="RJ-20B-1",
            authority="Rajasthan", phone=shop.number, verified=True,
        )  # fmt: skip
        await _comes_to_the_counter(shop, signed, registered.pin)
        await shop.answers("pharmacy_give", "1")
        await shop.said("pharmacy_stored", "pharmacy_keys")
        await shop.phone.stay(2.0)
        await shop.phone.hang_up()
        _heard_in_order(
            shop.phone.recordings[-1],
            ["en/prompt/pharmacy_genuine", "en/prompt/pharmacy_stored"],
        )

        await _comes_to_the_counter(shop, signed, registered.pin)
        await shop.said("refused_given", "pharmacy_keys")
        await shop.phone.stay(2.0)
        await shop.phone.hang_up()
        _heard_in_order(shop.phone.recordings[-1], ["en/prompt/pharmacy_dispensed", "en/prompt/refused_given"])
        async with service.clinic.ledger.read() as books:
            given = await books.dispensings.of_consultation(signed.consultation_id)
        assert [(each.item, each.days) for each in given] == [(0, 3), (1, 3)]


async def _signed(town: Town, patient: Villager) -> SignedPrescription:
    """By a doctor of the town, a moment ago."""
    clinic, doctor = town.service.clinic, (await town.hire()).doctor
    assert patient.patient is not None
    return await signed_before(clinic, doctor.id, patient.patient, CONTENT, clinic.clock.now())


async def _comes_to_the_counter(shop: Villager, signed: SignedPrescription, pin: str) -> None:
    """Dials, keys the code, hears a little of what the prescription is worth, and keys the PIN."""
    await shop.phone.dial("106")
    await shop.answers("language_choice", "2")
    await shop.answers("pharmacy_code", f"{signed.code}#")
    await shop.said("pharmacy_unnamed")
    await shop.phone.stay(4.0)
    await shop.phone.keys("2")
    await shop.answers("pharmacy_pin", f"{pin}#")


def _heard_in_order(recording: Path, *groups: Sequence[str]) -> None:
    """The recording holds these sounds, one after the other."""
    heard, last = Heard(recording), 0.0
    for stem in (stem for group in groups for stem in group):
        places = [found.at for found in heard.find(SOUNDS / f"{stem}.wav", first=0.8)]
        later = [at for at in places if at >= last]
        assert later, f"{stem} was not heard after {last:.1f} s, but at {places}"
        last = later[0]
