"""The program as whoever runs it sees it: it starts, tells how it fares, survives its parts, and ends cleanly."""

import asyncio
import json
import os
import signal
import socket
from pathlib import Path

import aiohttp
import pytest

from core.rules.staff import DoctorState
from pbx.handset import Handset
from tests.live.audio import rms_dbfs
from tests.live.instance import Instance, command, environment, instance, process_of, processes_of
from tests.live.ports import free_port
from tests.live.town import visit

pytestmark = pytest.mark.live
LOOK_EVERY = 0.05
"""Seconds."""


async def health(service: Instance, status: int) -> dict[str, str]:
    """What /healthz says, as soon as it answers with this status."""
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"{service.url}/healthz") as answer:
                if answer.status == status:
                    parts: dict[str, str] = await answer.json()
                    return parts
            await asyncio.sleep(LOOK_EVERY)  # nobody is told of it


async def status(service: Instance) -> dict[str, object]:
    """`duravani status --json`."""
    code, out, err = await service.command("status", "--json")
    assert code == 0, err
    numbers: dict[str, object] = json.loads(out)
    return numbers


# Start and stop


@pytest.mark.usefixtures("as_users_start_it")
@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_every_child(by: signal.Signals) -> None:
    async with instance() as service, visit(service) as town:
        patient = await town.stranger()
        await patient.phone.dial("104")
        await patient.said("language_choice")
        assert len(processes_of(service.home)) == 2  # Asterisk and Valkey
        assert await service.program.end(by) == 0
        assert processes_of(service.home) == {}
        await patient.phone.gone()
        for address in (service.url.removeprefix("http://"), service.sip):
            host, _, port = address.partition(":")
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((host, int(port)))


async def test_numbers_and_languages_that_were_changed_hold_from_the_next_start_on() -> None:
    async with instance() as service, visit(service) as town:
        for key, value in (("patient_numbers", "1044"), ("languages", "en")):
            code, _, err = await service.command("set", key, value)
            assert code == 0, err
        await service.program.end()
        await service.program.start()
        patient = await town.stranger()
        await patient.phone.dial("1044")
        await patient.said("notice_consent")
        code, _, err = await service.command("call", "104")
        assert (code, "refused" in err) == (11, True), err


async def test_a_second_start_beside_the_first_says_so(service: Instance) -> None:
    code, out, err = await service.command("run")
    assert (code, out) == (1, "")
    assert f"runs already in {service.home}" in err
    await health(service, 200)


async def test_two_live_side_by_side(service: Instance) -> None:
    async with instance() as other, visit(service) as here, visit(other) as there:
        known, unknown = await here.patient(), await there.stranger()
        await asyncio.gather(known.phone.dial("104"), unknown.phone.dial("104"))
        await known.said("welcome_back")
        await unknown.said("language_choice")


@pytest.mark.parametrize("port", ["http_port", "sip_port"])
async def test_a_port_in_use_is_named(tmp_path: Path, port: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        ports = {"http_port": str(free_port()), "sip_port": str(free_port())} | {port: str(number)}
        code, _, err = await command(environment(home=str(tmp_path), **ports), "run")
    assert code == 1
    assert f"port {number} on 127.0.0.1 is in use" in err
    assert processes_of(tmp_path) == {}


# How it fares


async def test_status_tells_what_is() -> None:
    async with instance() as service, visit(service) as town:
        assert (await status(service))["channels"] == 0
        doctor, patient, waiting = await town.physician(), await town.patient(), await town.patient()
        await doctor.takes(patient)
        await waiting.waits()
        fares = await status(service)
        assert (fares["channels"], fares["bridges"], fares["waiting"]) == (3, 1, 1)
        doctors = fares["doctors"]
        assert isinstance(doctors, dict)
        assert {state: number for state, number in doctors.items() if number} == {
            DoctorState.TALKING: 1,
            DoctorState.OFFLINE: 2,
        }
        async with aiohttp.ClientSession() as session, session.get(f"{service.url}/metrics") as answer:
            metrics = (await answer.text()).splitlines()
        assert {"duravani_channels 3.0", "duravani_bridges 1.0", "duravani_waiting 1.0"} <= set(metrics)

        await waiting.phone.hang_up()
        await doctor.phone.hang_up()
        await patient.says_goodbye()
        await waiting.told("ended")
        await patient.told("ended")
        fares = await status(service)
        assert (fares["channels"], fares["bridges"]) == (0, 0)


async def test_it_survives_its_parts() -> None:
    async with instance() as service, visit(service) as town:
        doctor, patient = await town.physician(), await town.patient()
        token = await patient.takes_token()
        assert (await health(service, 200))["status"] == "ok"

        os.kill(process_of(service.home, "valkey"), signal.SIGKILL)
        assert (await health(service, 503))["redis"] == "down"
        await health(service, 200)
        await _place_is_back(service, token.id)

        os.kill(process_of(service.home, "asterisk.conf"), signal.SIGKILL)
        assert (await health(service, 503))["asterisk"] == "down"
        await health(service, 200)
        await doctor.phone.register()
        await doctor.dials_ready()
        await doctor.fetches(patient, token)


async def _place_is_back(service: Instance, token_id: int) -> None:
    while await service.clinic.line.place(token_id) is None:  # noqa: ASYNC110  # nor of this
        await asyncio.sleep(LOOK_EVERY)


# The commands


async def test_a_new_doctors_phone_registers_at_once(service: Instance) -> None:
    code, out, err = await service.command(
        "doctor", "add", "dr-new", "--name", "Dr New", "--qualification", "MBBS", "--registration", "N-1",
        "--council", "New Council", "--contact", "n@example.org", "--states", "LA",
    )  # fmt: skip
    assert code == 0, err
    words = out.replace(",", " ").split()
    account, password = words[words.index("user") + 1], words[words.index("server") - 1]
    async with Handset.start(account=account, password=password, registrar=service.sip) as phone:
        await phone.register()
    assert "dr-new\tDr New\tpaused" in (await service.command("doctor", "list"))[1]
    code, _, err = await service.command(
        "doctor", "add", "dr-new", "--name", "Dr New", "--qualification", "MBBS", "--registration", "N-1",
        "--council", "New Council", "--contact", "n@example.org",
    )  # fmt: skip
    assert (code, "'dr-new' is taken" in err) == (1, True)


async def test_sms_are_listed(service: Instance) -> None:
    async with visit(service) as town:
        patient = await town.patient()
        token = await patient.takes_token()
        await patient.sms("token")
        code, out, err = await service.command("sms", "list", "--json")
        assert code == 0, err
        (sms,) = [sms for sms in json.loads(out) if sms["mobile"] == patient.number]
        assert (sms["direction"], sms["template"], sms["state"]) == ("out", "token", "sent")
        assert token.number in sms["text"]


async def test_a_call_by_command(service: Instance, tmp_path: Path) -> None:
    heard = tmp_path / "heard.wav"
    code, out, err = await service.command(
        "call", "104", "--caller", "+919700000001", "--keys", "p2", "--record", str(heard), "--seconds", "8"
    )
    assert code == 0, err
    assert "sent 2" in out
    assert rms_dbfs(heard) > -40
    code, _, err = await service.command("call", "555")
    assert (code, "refused" in err or "unreachable" in err) == (11, True), err
