"""Handsets on a real Asterisk: a patient by the trunk, a doctor by his account, a subscriber rung in the village."""

import asyncio
from pathlib import Path

import pytest

from pbx.exchange import Arrival
from pbx.handset import Handset, Reason, RegistrationRefused, Village, place_call
from pbx.phones import ha1
from tests.live.asterisk_fixture import Bench
from tests.live.audio import Heard, contains, tone_present, write_tone, write_voice

pytestmark = pytest.mark.live
pytest_plugins = ("tests.live.asterisk_fixture",)

PATIENT = "+919876543210"


async def test_patient_hears_prompts_and_presses_keys(bench: Bench, tmp_path: Path) -> None:
    greeting, question = (write_voice(tmp_path / f"{name}.wav", seed) for seed, name in enumerate(("greet", "ask")))
    keys: list[str | None] = []

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        await arrival.call.play([str(greeting.with_suffix(""))])
        await arrival.call.play([str(question.with_suffix(""))])
        keys.extend([await arrival.call.key(5) for _ in range(3)])

    ended = bench.serve(conversation)
    heard = tmp_path / "heard.wav"
    report = await place_call("104", "p 1,2#", heard, port=bench.config.sip_port, tell=lambda line: None)
    arrival = await ended
    assert (arrival.call.caller, arrival.call.dialled, keys) == (PATIENT, "104", ["1", "2", "#"])
    assert (report.failure, report.ended.by_us, report.ended.q850, report.exit_code) == (None, False, 16, 0)
    transcript = Heard(heard).transcript({"greet": greeting, "ask": question})
    assert [name for _, name in transcript] == ["greet", "ask"]


async def test_key_cuts_a_prompt_short(bench: Bench, tmp_path: Path) -> None:
    long, answer = write_voice(tmp_path / "long.wav", 1, seconds=8), write_voice(tmp_path / "answer.wav", 2, seconds=1)

    async def conversation(arrival: Arrival) -> None:
        await arrival.call.answer()
        await arrival.call.play([str(long.with_suffix(""))])
        assert await arrival.call.key(1) == "5"
        await arrival.call.play([str(answer.with_suffix(""))])

    ended = bench.serve(conversation)
    heard = tmp_path / "heard.wav"
    report = await place_call("104", ",,5", heard, port=bench.config.sip_port, tell=lambda line: None)
    await ended
    assert report.failure is None
    assert contains(heard, long) is None
    begin, switch = contains(heard, long, first=1.5), contains(heard, answer)
    assert begin is not None
    assert switch is not None
    assert begin + 1.5 < switch < begin + 4


async def test_doctors_phone_registers_rings_and_talks(bench: Bench, tmp_path: Path) -> None:
    await bench.board.phones.provision("dr-rao", ha1("dr-rao", "secret"), "Dr Rao")
    registrar = f"127.0.0.1:{bench.config.sip_port}"
    async with Handset.start(account="dr-rao", password="wrong", registrar=registrar) as stranger:
        with pytest.raises(RegistrationRefused, match="401"):
            await stranger.register()
    voice, heard = write_tone(tmp_path / "doctor.wav", 600), tmp_path / "heard.wav"
    async with Handset.start(
        account="dr-rao", password="secret", registrar=registrar, speak=voice, record=heard
    ) as doctor:
        await doctor.register()
        ringing = asyncio.create_task(bench.exchange.ring_account("dr-rao", caller=PATIENT, timeout=20))
        assert (await doctor.ringing()).detail["number"] == PATIENT
        await doctor.pick_up()
        leg = await ringing
        await leg.play([bench.sound(1.0, 1000)])
        await leg.hangup()
        assert (await doctor.gone()).q850 == 16
    assert tone_present(heard, 1000)


async def test_village_phones_are_rung_by_the_trunk(bench: Bench) -> None:
    registrar = f"127.0.0.1:{bench.config.sip_port}"
    port = int(bench.config.trunk.contact.rpartition(":")[2])
    async with (
        Village.open(port=port) as village,
        Handset.start(caller=PATIENT, registrar=registrar) as patient,
        Handset.start(caller="+919876500001", registrar=registrar) as other,
    ):
        village.connect(PATIENT, patient.port)
        village.connect("+919876500001", other.port)
        ringing = [
            asyncio.create_task(bench.exchange.ring_number(number, caller="104", timeout=20))
            for number in (PATIENT, "+919876500001")
        ]
        shown = await asyncio.gather(patient.ringing(), other.ringing())
        assert [rang.detail["number"] for rang in shown] == ["104", "104"]
        await asyncio.gather(patient.pick_up(), other.pick_up())
        legs = await asyncio.gather(*ringing)
        await legs[0].hangup()
        await patient.gone()
        await other.hang_up()
        await legs[1].wait_gone()


async def test_number_that_is_not_in_service_is_refused(bench: Bench) -> None:
    report = await place_call("999", port=bench.config.sip_port, tell=lambda line: None)
    assert (report.failure, report.ended.code) == (Reason.REFUSED, 404)
