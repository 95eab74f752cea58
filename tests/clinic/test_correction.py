"""A signed prescription is corrected by a new version, or taken back, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.clinic.clinic import Clinic
from core.clinic.correct_prescription import Barrier, CannotChange, barrier_of, correct_prescription
from core.clinic.desk.refused import Refused
from core.clinic.desk.send_again import send_link_sms
from core.clinic.issue_prescription import CannotSign, NotYours
from core.clinic.own_day import own_day
from core.clinic.pharmacy.dispense import CannotDispense, dispense
from core.clinic.pharmacy.verify_prescription import Verified, verify_prescription
from core.clinic.void_prescription import NoReason, barrier_to_void, void_by_number, void_prescription
from core.rules.dispensing import Portion, Refusal, Standing
from core.rules.pharmacy import Channel
from core.rules.prescribing.finding import Reason
from core.rules.prescription import LAST_VERSION, Prescription, SignedPrescription
from core.rules.sms import Sms
from tests.adapters.conftest import line, migrated_file, migrated_postgres, postgres, redis, url
from tests.clinic.counter import CONTENT, PARACETAMOL, actions, clinic, later, register, sign

__all__ = ["clinic", "line", "migrated_file", "migrated_postgres", "postgres", "redis", "url"]  # fixtures
BETTER = replace(CONTENT, medicines=(replace(PARACETAMOL, frequency="1-1-1", days=7), *CONTENT.medicines[1:]))


async def look(clinic: Clinic, code: str) -> Verified:
    found = await verify_prescription(clinic, code, by="visitor:203.0.113.9", channel=Channel.WEB)
    assert found is not None
    return found


async def correct(clinic: Clinic, old: SignedPrescription, content: Prescription = BETTER) -> SignedPrescription:
    return await correct_prescription(clinic, doctor_id=old.doctor_id, prescription_id=old.id, content=content)


async def outbox(clinic: Clinic) -> list[Sms]:
    """Oldest first."""
    async with clinic.ledger.read() as books:
        return sorted(await books.outbox.latest(100), key=lambda sms: sms.id)


async def test_the_new_version_voids_the_old_one_and_tells_the_patient(clinic: Clinic) -> None:
    old = await sign(clinic)
    before = len(await outbox(clinic))
    new = await correct(clinic, old)
    assert (new.version, new.replaces_id, new.number) == (2, old.id, f"{old.number}B")
    assert new.code != old.code
    assert (await look(clinic, old.code)).standing is Standing.VOID
    assert (await look(clinic, new.code)).standing is Standing.GENUINE
    link, *medicines = (await outbox(clinic))[before:]
    assert link.cause == f"prescription:{new.id}"
    assert "पुरानी पर्ची अब नहीं चलेगी" in link.text
    assert f"{new.number} (1/1): PARACETAMOL 500 mg: 1-1-1, 7" in medicines[0].text
    async with clinic.ledger.read() as books:
        assert await books.prescriptions.successor(old.id) == new
        assert await books.prescriptions.of_consultation(old.consultation_id) == new
        assert await books.prescriptions.pdf(new.id) != await books.prescriptions.pdf(old.id)
    who = f"doctor:{old.doctor_id}"
    assert f"{who} corrected {new.number}" in await actions(clinic, f"prescription:{old.id}")
    assert await actions(clinic, f"prescription:{new.id}") == [
        f"{who} signed {new.number}",
        "visitor:203.0.113.9 verified web: genuine",
    ]
    (case,) = (await own_day(clinic, old.doctor_id)).cases
    assert (case.prescription_id, case.ending) == (new.id, "prescribed")


async def test_pressed_many_times_at_once_it_signs_one(clinic: Clinic) -> None:
    old = await sign(clinic)
    signed = await asyncio.gather(*(correct(clinic, old) for _ in range(6)))
    assert len({one.id for one in signed}) == 1
    assert len([sms for sms in await outbox(clinic) if "सुधारी" in sms.text]) == 1


async def test_two_corrections_of_one_version_are_not_mixed_up(clinic: Clinic) -> None:
    old = await sign(clinic)
    new = await correct(clinic, old)
    with pytest.raises(CannotChange) as refused:
        await correct(clinic, old, CONTENT)
    assert refused.value.barrier is Barrier.VOID
    third = await correct(clinic, new, CONTENT)
    assert (third.version, third.number) == (3, f"{old.number}C")


async def test_what_was_given_is_not_given_again_on_the_new_version(clinic: Clinic) -> None:
    old, shop = await sign(clinic), (await register(clinic)).pharmacy
    await dispense(clinic, shop, old.code, [Portion(0, 5, 0), Portion(1, 3, 0)], channel=Channel.WEB)
    new = await correct(clinic, old)
    found = await look(clinic, new.code)
    assert [(item.given, item.left, item.due) for item in found.items] == [(5, 2, 2), (3, 3, 3)]
    assert found.standing is Standing.PARTLY
    with pytest.raises(CannotDispense) as refused:
        await dispense(clinic, shop, old.code, [Portion(1, 3, 3)], channel=Channel.WEB)
    assert refused.value.refusal is Refusal.VOID
    later(clinic, timedelta(days=3))  # a repeat waits until most of the fill before it is taken
    due = (await look(clinic, new.code)).due
    after = await dispense(clinic, shop, new.code, [item.whole for item in due], channel=Channel.WEB)
    assert after.standing is Standing.DISPENSED


async def test_giving_and_taking_back_at_once_agree_on_what_came_first(clinic: Clinic) -> None:
    """Whoever is first, the books are right: a refusal means that nothing was given."""
    old, shop = await sign(clinic), (await register(clinic)).pharmacy
    gave, took = await asyncio.gather(
        dispense(clinic, shop, old.code, [Portion(0, 5, 0)], channel=Channel.WEB),
        void_prescription(clinic, doctor_id=old.doctor_id, prescription_id=old.id, reason="wrong patient"),
        return_exceptions=True,
    )
    assert isinstance(took, SignedPrescription)
    found = await look(clinic, old.code)
    assert found.standing is Standing.VOID
    assert found.items[0].given == (5 if isinstance(gave, Verified) else 0)
    if isinstance(gave, CannotDispense):
        assert gave.refusal is Refusal.VOID


async def test_the_rules_of_the_first_signature_hold(clinic: Clinic) -> None:
    old = await sign(clinic)
    video_only = replace(CONTENT, medicines=(replace(PARACETAMOL, generic="amoxicillin"),))
    with pytest.raises(CannotSign) as refused:
        await correct(clinic, old, video_only)
    assert Reason.LIST_A_NEEDS_VIDEO in {problem.reason for problem in refused.value.problems}
    assert (await look(clinic, old.code)).standing is Standing.GENUINE


async def test_only_its_doctor_and_only_for_some_days(clinic: Clinic) -> None:
    old = await sign(clinic)
    with pytest.raises(NotYours):
        await correct_prescription(clinic, doctor_id=99, prescription_id=old.id, content=BETTER)
    with pytest.raises(NotYours):
        await void_prescription(clinic, doctor_id=99, prescription_id=old.id, reason="because")
    with pytest.raises(LookupError):
        await correct_prescription(clinic, doctor_id=old.doctor_id, prescription_id=99, content=BETTER)
    later(clinic, timedelta(days=7) - timedelta(seconds=1))
    assert barrier_of(clinic, old) is None
    later(clinic, timedelta(seconds=1))
    with pytest.raises(CannotChange) as refused:
        await correct(clinic, old)
    assert refused.value.barrier is Barrier.TOO_LATE
    assert (await look(clinic, old.code)).standing is Standing.GENUINE


async def test_taken_back_as_long_as_anything_may_be_given_on_it(clinic: Clinic) -> None:
    old = await sign(clinic)  # the salts, 3 days with a repeat, may be given until the 33rd day
    later(clinic, timedelta(days=33) - timedelta(seconds=1))
    assert (await look(clinic, old.code)).standing is Standing.GENUINE
    assert (barrier_of(clinic, old), barrier_to_void(clinic, old)) == (Barrier.TOO_LATE, None)
    await void_prescription(clinic, doctor_id=old.doctor_id, prescription_id=old.id, reason="it harms")
    assert (await look(clinic, old.code)).standing is Standing.VOID


async def test_not_taken_back_once_it_has_expired(clinic: Clinic) -> None:
    old = await sign(clinic)
    later(clinic, timedelta(days=33))
    for change in (
        void_prescription(clinic, doctor_id=old.doctor_id, prescription_id=old.id, reason="because"),
        void_by_number(clinic, number=old.number, reason="because", by="system:command line"),
    ):
        with pytest.raises(CannotChange) as refused:
            await change
        assert refused.value.barrier is Barrier.TOO_LATE


async def test_the_last_version_is_taken_back_though_not_corrected(clinic: Clinic) -> None:
    last = replace(await sign(clinic), version=LAST_VERSION)
    assert (barrier_of(clinic, last), barrier_to_void(clinic, last)) == (Barrier.TOO_LATE, None)


async def test_taken_back_by_its_number_without_its_doctor(clinic: Clinic) -> None:
    old = await sign(clinic)
    later(clinic, timedelta(days=20))
    for number in ("", "RX1", f"{old.number}B"):
        with pytest.raises(LookupError):
            await void_by_number(clinic, number=number, reason="doctor has left", by="system:command line")
    with pytest.raises(NoReason):
        await void_by_number(clinic, number=old.number, reason=" x ", by="system:command line")
    assert (await look(clinic, old.code)).standing is Standing.GENUINE
    await void_by_number(clinic, number=old.number, reason="doctor has left", by="system:command line")
    assert (await look(clinic, old.code)).standing is Standing.VOID
    assert "system:command line voided doctor has left" in await actions(clinic, f"prescription:{old.id}")
    last = (await outbox(clinic))[-1]
    assert (last.cause, old.number in last.text) == (f"prescription:{old.id}:void", True)
    with pytest.raises(CannotChange) as refused:
        await void_by_number(clinic, number=old.number, reason="once more", by="system:command line")
    assert refused.value.barrier is Barrier.VOID


async def test_taken_back_with_a_reason(clinic: Clinic) -> None:
    old = await sign(clinic)
    for reason in ("", "  x ", "x" * 251):
        with pytest.raises(NoReason):
            await void_prescription(clinic, doctor_id=old.doctor_id, prescription_id=old.id, reason=reason)
    await void_prescription(clinic, doctor_id=old.doctor_id, prescription_id=old.id, reason=" wrong\n patient ")
    assert (await look(clinic, old.code)).standing is Standing.VOID
    assert f"doctor:{old.doctor_id} voided wrong patient" in await actions(clinic, f"prescription:{old.id}")
    last = (await outbox(clinic))[-1]
    assert (last.cause, old.number in last.text) == (f"prescription:{old.id}:void", True)
    with pytest.raises(Refused, match="void"):
        await send_link_sms(clinic, "operator:1", "+919876543210", old.id)
    with pytest.raises(CannotChange):
        await void_prescription(clinic, doctor_id=old.doctor_id, prescription_id=old.id, reason="once more")
    with pytest.raises(CannotChange):
        await correct(clinic, old)
    (case,) = (await own_day(clinic, old.doctor_id)).cases
    assert (case.prescription_id, case.ending) == (None, "taken_back")
