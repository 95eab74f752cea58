"""At the counter, on both databases: what a code stands for, what is given once, by whom, and how often one may try."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from core.adapters.sql import SqlLedger
from core.clinic.admin.let_go import let_go
from core.clinic.admin.register_pharmacy import change_pharmacy, new_pin
from core.clinic.admin.verify_pharmacy import verify_pharmacy
from core.clinic.clinic import Clinic
from core.clinic.issue_prescription import issue_prescription
from core.clinic.pharmacy.attempts import LOOKS, PINS, WRONG_COSTS, WRONG_PIN_COSTS, TooManyAttempts
from core.clinic.pharmacy.check_paper import check_paper
from core.clinic.pharmacy.dispense import CannotDispense, NotRegistered, UnknownCode, dispense
from core.clinic.pharmacy.given_today import given_today
from core.clinic.pharmacy.pharmacy_by_phone import pharmacy_by_phone
from core.clinic.pharmacy.verify_prescription import Verified, verify_prescription
from core.clinic.sign_in import open_session, session_of, sign_in
from core.ports import NEW, Duplicate
from core.rules.dispensing import Dispensing, Portion, Refusal, Standing
from core.rules.paper import Verdict
from core.rules.patient import with_check_digit
from core.rules.pharmacy import Channel
from core.rules.staff import Verification
from core.rules.staff_fields import BadField
from tests.adapters.conftest import line, migrated_file, migrated_postgres, postgres, redis, url
from tests.clinic.counter import actions, clinic, later, register, sign

__all__ = ["clinic", "line", "migrated_file", "migrated_postgres", "postgres", "redis", "url"]  # fixtures
VISITOR = "visitor:203.0.113.9"
UNKNOWN = with_check_digit("00000000001")


async def look(clinic: Clinic, code: str) -> Verified:
    found = await verify_prescription(clinic, code, by=VISITOR, channel=Channel.WEB)
    assert found is not None
    return found


async def test_a_genuine_one_is_partly_then_wholly_given(clinic: Clinic) -> None:
    signed, shop = await sign(clinic), (await register(clinic)).pharmacy
    found = await look(clinic, signed.code)
    assert (found.standing, found.prescription, found.age) == (Standing.GENUINE, signed, 34)
    paracetamol, salts = found.items
    after = await dispense(clinic, shop, signed.code, [replace(paracetamol.whole, days=2)], channel=Channel.WEB)
    assert after.standing is Standing.PARTLY
    assert [item.left for item in after.items] == [3, 6]
    first = await dispense(clinic, shop, signed.code, [item.whole for item in after.due], channel=Channel.PHONE)
    assert [item.left for item in first.items] == [0, 3]
    assert first.due == []
    with pytest.raises(CannotDispense) as early:
        await dispense(clinic, shop, signed.code, [first.items[1].whole], channel=Channel.WEB)
    assert early.value.refusal is Refusal.TOO_EARLY
    later(clinic, timedelta(days=2.25))
    second = await look(clinic, signed.code)
    repeat = await dispense(clinic, shop, signed.code, [item.whole for item in second.due], channel=Channel.WEB)
    assert repeat.standing is Standing.DISPENSED
    assert await look(clinic, signed.code) == repeat
    with pytest.raises(CannotDispense) as refused:
        await dispense(clinic, shop, signed.code, [Portion(salts.place, 3, 6)], channel=Channel.WEB)
    assert (refused.value.refusal, refused.value.item) == (Refusal.GIVEN, 1)
    assert [(one.dispensing.days, one.dispensing.channel) for one in await given_today(clinic, shop)] == [
        (3, Channel.WEB),
    ]  # fmt: skip


async def test_every_check_and_refusal_is_in_the_audit_without_the_patient(clinic: Clinic) -> None:
    signed, shop = await sign(clinic), (await register(clinic)).pharmacy
    await look(clinic, signed.code)
    assert await verify_prescription(clinic, UNKNOWN, by=VISITOR, channel=Channel.PHONE) is None
    await dispense(clinic, shop, signed.code, [Portion(0, 5, 0)], channel=Channel.PHONE)
    with pytest.raises(CannotDispense):
        await dispense(clinic, shop, signed.code, [Portion(0, 5, 0)], channel=Channel.WEB)
    assert (await actions(clinic, f"prescription:{signed.id}"))[1:] == [
        f"{VISITOR} verified web: genuine",
        f"pharmacy:{shop.id} dispensed phone: item 0, 5 days",
        f"pharmacy:{shop.id} refused to dispense web: given",
    ]
    assert await actions(clinic, "prescription:unknown") == [f"{VISITOR} verified phone: none of ours"]


async def test_two_who_press_at_once_give_it_once(clinic: Clinic, url: str) -> None:
    """From two connections of two processes' kind: each has a ledger of its own."""
    signed = await sign(clinic)
    shops = [(await register(clinic)).pharmacy, (await register(clinic, "jan-aushadhi")).pharmacy]
    other = SqlLedger.open(url)
    clinics = [clinic, replace_ledger(clinic, other)]
    everything = [Portion(0, 5, 0), Portion(1, 3, 0)]
    tries = await asyncio.gather(
        *(dispense(clinics[n % 2], shops[n % 2], signed.code, everything, channel=Channel.WEB) for n in range(12)),
        return_exceptions=True,
    )
    await other.close()
    refused = [one.refusal for one in tries if isinstance(one, CannotDispense)]
    assert sum(isinstance(one, Verified) for one in tries) == 1
    assert len(refused) == 11
    assert set(refused) == {Refusal.GIVEN}
    assert [item.given for item in (await look(clinic, signed.code)).items] == [5, 3]


def replace_ledger(clinic: Clinic, ledger: SqlLedger) -> Clinic:
    return Clinic(
        ledger, clinic.line, clinic.clock, clinic.printer, clinic.geography, clinic.timeline, clinic.sms, clinic.policy
    )


async def test_the_database_itself_takes_no_day_twice_and_none_beyond(clinic: Clinic) -> None:
    signed, shop = await sign(clinic), (await register(clinic)).pharmacy
    now = clinic.clock.now()

    def row(already: int, days: int) -> Dispensing:
        place = (signed.id, signed.consultation_id, 0, "paracetamol tablet 500 mg")
        return Dispensing(NEW, *place, already, days, 5, shop.id, now, Channel.WEB)

    async with clinic.ledger.write() as books:
        await books.dispensings.add(row(0, 2))
    with pytest.raises(Duplicate):
        async with clinic.ledger.write() as books:
            await books.dispensings.add(row(0, 3))
    for already, days in ((2, 4), (2, 0), (-1, 1)):
        with pytest.raises(IntegrityError):
            async with clinic.ledger.write() as books:
                await books.dispensings.add(row(already, days))
    async with clinic.ledger.read() as books:
        assert len(await books.dispensings.of_consultation(signed.consultation_id)) == 1


async def test_all_or_nothing(clinic: Clinic) -> None:
    signed, shop = await sign(clinic), (await register(clinic)).pharmacy
    for portions in (
        [Portion(0, 5, 0), Portion(1, 4, 0)],
        [Portion(0, 1, 0), Portion(0, 1, 0)],
        [Portion(9, 1, 0)],
        [],
    ):
        with pytest.raises(CannotDispense):
            await dispense(clinic, shop, signed.code, portions, channel=Channel.WEB)
    assert (await look(clinic, signed.code)).standing is Standing.GENUINE


async def test_an_expired_one_is_shown_and_refused(clinic: Clinic) -> None:
    signed, shop = await sign(clinic), (await register(clinic)).pharmacy
    later(clinic, timedelta(days=30))
    found = await look(clinic, signed.code)
    assert found.standing is Standing.GENUINE  # the salts may be repeated, so they last longer
    with pytest.raises(CannotDispense) as refused:
        await dispense(clinic, shop, signed.code, [found.items[0].whole], channel=Channel.WEB)
    assert refused.value.refusal is Refusal.EXPIRED
    later(clinic, timedelta(days=3))
    found = await look(clinic, signed.code)
    assert (found.standing, list(found.due)) == (Standing.EXPIRED, [])


async def test_only_a_verified_pharmacy_that_is_still_here_gives(clinic: Clinic) -> None:
    signed, shop = await sign(clinic), (await register(clinic, verified=False)).pharmacy

    async def refuse() -> None:
        with pytest.raises(NotRegistered):
            await dispense(clinic, shop, signed.code, [Portion(0, 5, 0)], channel=Channel.WEB)

    await refuse()
    await verify_pharmacy(clinic, shop.id, "admin:1", Verification.SUSPENDED, "no licence")
    await refuse()
    await verify_pharmacy(clinic, shop.id, "admin:1", Verification.VERIFIED)
    await dispense(clinic, shop, signed.code, [Portion(0, 1, 0)], channel=Channel.WEB)
    changed = {"name": shop.name, "authority": shop.authority, "phone": shop.phone or ""}
    await change_pharmacy(clinic, shop.id, "admin:1", licence_number="RJ-20B-2", **changed)
    await refuse()  # another licence is verified anew
    await verify_pharmacy(clinic, shop.id, "admin:1", Verification.VERIFIED)
    await let_go(clinic, shop.id, "admin:1")
    await refuse()
    refusal = f"pharmacy:{shop.id} refused to dispense web: not registered"
    assert (await actions(clinic, f"pharmacy:{shop.id}")).count(refusal) == 4


async def test_a_code_that_is_none_of_ours(clinic: Clinic) -> None:
    shop = (await register(clinic)).pharmacy
    for code in (UNKNOWN, "", "123456789012", "x" * 12):
        with pytest.raises(UnknownCode):
            await dispense(clinic, shop, code, [Portion(0, 5, 0)], channel=Channel.WEB)
    assert len(await actions(clinic, "prescription:unknown")) == 4


async def test_guessing_ends_soon_and_does_not_hinder_others(clinic: Clinic) -> None:
    signed = await sign(clinic)
    for number in range(LOOKS // WRONG_COSTS):
        code = with_check_digit(f"{number:011d}")
        assert await verify_prescription(clinic, code, by=VISITOR, channel=Channel.WEB) is None
    with pytest.raises(TooManyAttempts):
        await verify_prescription(clinic, signed.code, by=VISITOR, channel=Channel.WEB)
    assert await verify_prescription(clinic, signed.code, by="visitor:203.0.113.10", channel=Channel.WEB) is not None


async def test_a_slip_of_the_finger_costs_little(clinic: Clinic) -> None:
    for _ in range(LOOKS - 1):
        assert await verify_prescription(clinic, "123456789012", by=VISITOR, channel=Channel.WEB) is None
    signed = await sign(clinic)
    assert (await look(clinic, signed.code)).prescription == signed


async def test_by_telephone_number_and_pin_together(clinic: Clinic) -> None:
    mobile, landline = await register(clinic), await register(clinic, "jan-aushadhi")
    assert await pharmacy_by_phone(clinic, "9812345670", mobile.pin) == mobile.pharmacy
    assert await pharmacy_by_phone(clinic, "+911412345678", landline.pin) == landline.pharmacy
    assert await pharmacy_by_phone(clinic, "+919812345670", landline.pin) is None
    assert await pharmacy_by_phone(clinic, "+919876500000", mobile.pin) is None
    assert await pharmacy_by_phone(clinic, "anonymous", mobile.pin) is None
    pin = await new_pin(clinic, mobile.pharmacy.id, "admin:1")
    assert await pharmacy_by_phone(clinic, "+919812345670", mobile.pin) is None
    assert await pharmacy_by_phone(clinic, "+919812345670", pin) is not None
    who = f"pharmacy:{mobile.pharmacy.id}"
    assert [entry.removeprefix(f"{who} ") for entry in await actions(clinic, who) if entry.startswith(who)] == [
        "called in", "refused: wrong PIN", "refused: wrong PIN", "called in",
    ]  # fmt: skip


async def test_pins_are_not_guessed(clinic: Clinic) -> None:
    new = await register(clinic)
    wrong = "000000" if new.pin != "000000" else "111111"
    for _ in range(PINS // WRONG_PIN_COSTS):
        assert await pharmacy_by_phone(clinic, "+919812345670", wrong) is None
    with pytest.raises(TooManyAttempts):
        await pharmacy_by_phone(clinic, "09812345670", new.pin)


async def test_it_signs_in_until_it_leaves_and_its_number_is_free_again(clinic: Clinic) -> None:
    new = await register(clinic)
    assert await sign_in(clinic, "asha-medical", new.password) == new.pharmacy
    secret, _ = await open_session(clinic, new.pharmacy)
    entered = await session_of(clinic, secret)
    assert entered is not None
    assert entered.person == new.pharmacy
    with pytest.raises(BadField, match="phone"):
        await change_pharmacy(
            clinic, (await register(clinic, "jan-aushadhi")).pharmacy.id, "admin:1", name="J", licence_number="1",
            authority="A", phone="9812345670",
        )  # fmt: skip
    with pytest.raises(BadField, match="login"):
        await register(clinic)
    await let_go(clinic, new.pharmacy.id, "admin:1")
    assert await sign_in(clinic, "asha-medical", new.password) is None
    assert await session_of(clinic, secret) is None
    assert await pharmacy_by_phone(clinic, "9812345670", new.pin) is None
    async with clinic.ledger.read() as books:
        assert [one.login for one in await books.pharmacies.left()] == ["asha-medical"]
        assert [one.login for one in await books.pharmacies.all()] == ["jan-aushadhi"]
        assert await books.staff.operators() == []


async def test_a_paper_is_genuine_to_the_byte(clinic: Clinic) -> None:
    signed = await sign(clinic)
    async with clinic.ledger.read() as books:
        pdf = await books.prescriptions.pdf(signed.id)
    genuine = await check_paper(clinic, pdf, by=VISITOR)
    assert genuine.verdict is Verdict.GENUINE
    assert genuine.found == await look(clinic, signed.code)
    changed = await check_paper(clinic, pdf + b"\n", by=VISITOR)
    assert (changed.verdict, changed.number, changed.found) == (Verdict.CHANGED, signed.number, None)
    unknown = await check_paper(clinic, b"%PDF RX261121000192", by=VISITOR)
    assert (unknown.verdict, unknown.found) == (Verdict.UNKNOWN, None)
    assert [entry for entry in await actions(clinic, f"prescription:{signed.id}") if "paper" in entry] == [
        f"{VISITOR} verified paper: genuine",
        f"{VISITOR} verified paper: changed",
    ]


async def test_signing_again_is_not_a_second_prescription(clinic: Clinic) -> None:
    signed, shop = await sign(clinic), (await register(clinic)).pharmacy
    await dispense(clinic, shop, signed.code, [Portion(0, 5, 0)], channel=Channel.WEB)
    again = await issue_prescription(
        clinic, doctor_id=signed.doctor_id, consultation_id=signed.consultation_id, content=signed.content
    )
    assert (await look(clinic, again.code)).standing is Standing.PARTLY
