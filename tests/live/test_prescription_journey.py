"""The whole way of a prescription: what the law refuses, what is signed, read, heard, given once, and shared."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from core.adapters.pdf.keys import load_key_pair
from core.clinic.admin.register_pharmacy import register_pharmacy
from core.rules.prescription import SignedPrescription
from house.seal import SELF_MADE
from tests.adapters.seal_proof import Genuine, look_at_seal
from tests.fhir import abdm
from tests.fhir.r4_validator import r4_validator
from tests.live.audio import Heard, longest_silence
from tests.live.instance import CHECKOUT, Instance
from tests.live.panel import Panel
from tests.live.prescription import LINK, PRESCRIPTION, paper_behind
from tests.live.town import Physician, Town, Villager, visit

pytestmark = pytest.mark.live

SOUNDS = CHECKOUT / ".build/prompts"
SECONDS = 240.0
AGE = 34
LIST_A = PRESCRIPTION | {"generic": "amoxicillin", "form": "capsule", "strength": "500 mg", "frequency": "1-1-1"}
LAWFUL = PRESCRIPTION | {"food": "after", "advice": "आराम करें, ख़ूब पानी पिएँ"}
SILENCE = 3.0
"""Seconds it may never last (docs/ivr.md, "The caller's clock")."""


async def test_from_a_hindi_call_to_the_counter(service: Instance) -> None:
    async with visit(service, SECONDS) as town:
        patient, doctor = await town.stranger(), await town.physician()
        await _registers_in_hindi(patient, town)
        await _is_put_through(patient, doctor)
        signed = await _prescribes(town, patient, await doctor.panel())
        await doctor.phone.hang_up()
        await patient.answers("reminder_wish", "3")
        await patient.phone.gone()
        await _reads(service, patient)
        await _hears(service, patient, signed)
        await _is_given_once(town, signed)
        await _is_shared(await doctor.panel(), signed)


async def _registers_in_hindi(patient: Villager, town: Town) -> None:
    """And holds the line."""
    await patient.phone.dial("104")
    for question, keys in (("language_choice", "1"), ("notice_consent", "1"), ("for_whom", "1")):
        await patient.answers(question, keys)
    await patient.says_name()
    details = ("age", str(AGE)), ("gender", "2"), ("pin_code", town.pin_code), ("opd_choice_general", "1")
    for question, keys in (*details, ("hold_or_callback", "1")):
        await patient.answers(question, keys)
    await patient.said("hold_comfort")
    async with town.service.clinic.ledger.read() as books:
        (patient.patient,) = await books.patients.of_mobile(patient.number)


async def _is_put_through(patient: Villager, doctor: Physician) -> None:
    token = await patient.token()
    await doctor.ready()
    await doctor.picks_up(token)
    await patient.told("talking")


async def _prescribes(town: Town, patient: Villager, panel: Panel) -> SignedPrescription:
    """List A is refused on the telephone with its rule, and nothing is stored; what is lawful is signed."""
    assert patient.patient is not None
    page = await panel.post("/doctor/prescribe", LIST_A, status=422)
    assert "(T3)" in page
    async with town.service.clinic.ledger.read() as books:
        assert await books.prescriptions.of_patient(patient.patient.id) == []
    await panel.post("/doctor/prescribe", LAWFUL)
    async with town.service.clinic.ledger.read() as books:
        (signed,) = await books.prescriptions.of_patient(patient.patient.id)
    return signed


async def _reads(service: Instance, patient: Villager) -> None:
    """SMS and paper speak Hindi; the paper is behind the year of birth, and bears our seal."""
    _, link, medicines = await patient.sms("token", "prescription", "medicines_3")
    assert "पर्ची" in link.text
    assert "PARACETAMOL 500 mg" in medicines.text
    assert "खाने के बाद" in medicines.text
    address = LINK.search(link.text)
    assert address is not None
    pdf = await paper_behind(address[0], age=AGE)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    assert "PARACETAMOL" in text
    assert "खाने के बाद" in text
    certificate = load_key_pair(service.home / SELF_MADE, None, "", datetime.now(UTC)).certificate
    seen = await asyncio.to_thread(look_at_seal, pdf, certificate)
    assert (seen.genuine, seen.timestamped_at is not None) == (Genuine.GENUINE, True)


async def _hears(service: Instance, patient: Villager, signed: SignedPrescription) -> None:
    """Rings again, presses 3, and hears it at both paces."""
    await patient.phone.dial("104")
    await patient.answers("which_patient", "1")
    await patient.answers("hear_medicines", "3")
    await patient.said("reading_today", "medicine", "reading_keys")
    await patient.phone.stay(10.0)  # of the medicine, at the usual pace
    await patient.phone.keys("2")
    await patient.said("medicine")
    await patient.phone.stay(10.0)  # and slower
    await patient.phone.keys("3")
    await patient.said("reading_ask", "reading_end")
    await patient.phone.stay(2.0)
    await patient.phone.hang_up()
    _heard_in_order(
        patient.phone.recordings[-1],
        ["hi/prompt/reading_today", "hi/generic/paracetamol", "hi/strength/500-mg", "hi/prompt/dose_morning.0"],
        ["slow/hi/generic/paracetamol", "slow/hi/strength/500-mg", "slow/hi/prompt/dose_morning.0"],
        ["hi/prompt/reading_paper", "hi/prompt/reading_ask", "hi/prompt/reading_end"],
    )
    assert longest_silence(patient.phone.recordings[-1]) < SILENCE
    async with service.clinic.ledger.read() as books:
        audit = await books.audit_of(f"prescription:{signed.id}")
    assert (f"caller:{patient.number}", "heard") in [(entry.actor, entry.action) for entry in audit]


async def _is_given_once(town: Town, signed: SignedPrescription) -> None:
    """A registered pharmacy keys the code and its PIN; the second time there is nothing left to give."""
    shop = await town.stranger()
    registered = await register_pharmacy(
        town.service.clinic, login=f"shop-{shop.number[-6:]}", name="Town Medical Store", licence_number="RJ-20B-1",
        authority="Rajasthan", phone=shop.number, verified=True,
    )  # fmt: skip
    await _comes_to_the_counter(shop, signed, registered.pin)
    await shop.answers("pharmacy_give", "1")
    await shop.said("pharmacy_stored", "pharmacy_keys")
    await shop.phone.stay(2.0)
    await shop.phone.hang_up()
    _heard_in_order(shop.phone.recordings[-1], ["en/prompt/pharmacy_genuine", "en/prompt/pharmacy_stored"])

    await _comes_to_the_counter(shop, signed, registered.pin)
    await shop.said("refused_given", "pharmacy_keys")
    await shop.phone.stay(2.0)
    await shop.phone.hang_up()
    _heard_in_order(shop.phone.recordings[-1], ["en/prompt/pharmacy_dispensed", "en/prompt/refused_given"])
    async with town.service.clinic.ledger.read() as books:
        given = await books.dispensings.of_consultation(signed.consultation_id)
    assert [(each.item, each.days) for each in given] == [(0, 3)]


async def _comes_to_the_counter(shop: Villager, signed: SignedPrescription, pin: str) -> None:
    """Dials, keys the code, hears a little of what the prescription is worth, and keys the PIN."""
    await shop.phone.dial("106")
    await shop.answers("language_choice", "2")
    await shop.answers("pharmacy_code", f"{signed.code}#")
    await shop.said("pharmacy_unnamed")
    await shop.phone.stay(4.0)
    await shop.phone.keys("2")
    await shop.answers("pharmacy_pin", f"{pin}#")


async def _is_shared(panel: Panel, signed: SignedPrescription) -> None:
    """The document that the doctor takes along is right by FHIR R4 and by ABDM's profile (T13)."""
    bundle = json.loads(await panel.page(f"/doctor/prescriptions/{signed.id}.fhir.json"))
    with r4_validator() as r4:
        assert r4.problems(bundle) == []
    assert abdm.problems(bundle) == []


def _heard_in_order(recording: Path, *groups: Sequence[str]) -> None:
    """The recording holds these sounds, one after the other."""
    heard, last = Heard(recording), 0.0
    for stem in (stem for group in groups for stem in group):
        places = [found.at for found in heard.find(SOUNDS / f"{stem}.wav", first=0.8)]
        later = [at for at in places if at >= last]
        assert later, f"{stem} was not heard after {last:.1f} s, but at {places}"
        last = later[0]
