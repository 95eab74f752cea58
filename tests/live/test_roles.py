"""The house divided into processes: each can be lost and started again, and the calls that are up do not notice."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from core.rules.token import TokenState
from pbx.access_file import AccessFile
from pbx.names import APP
from tests.live.divided import DIVISION, Divided, divided_house
from tests.live.instance import CHECKOUT, Instance, environment, process_of, processes_of
from tests.live.ports import free_port
from tests.live.prescription import PRESCRIPTION
from tests.live.town import TEST_SECONDS, visit

pytestmark = pytest.mark.live


async def test_a_waiting_call_outlives_the_process_that_led_it() -> None:
    async with divided_house() as house, visit(house.whole) as town:
        for roles in DIVISION:
            code, out, err = await house.whole.command("health", *(f"--role={role}" for role in roles))
            assert (code, err) == (0, ""), f"{roles}: {out}"
        doctor, patient = await town.physician(), await town.patient()
        panel = await doctor.panel()
        token = await patient.waits()
        await house.programs["calls"].end(signal.SIGKILL)
        await house.programs["calls"].start()
        await patient.said("interrupted")
        await panel.post("/doctor/ready", {})  # in another process
        await doctor.picks_up(token)
        await patient.told("talking")
        await shows(house.whole, channels=2, bridges=1)
        await doctor.phone.hang_up()
        await patient.phone.gone()
        await panel.post("/doctor/prescribe", PRESCRIPTION)
        assert (await patient.token()).state is TokenState.CONSUMED
        await patient.sms("token", "prescription", "medicines_3")
        await shows(house.whole, channels=0, bridges=0)


async def shows(service: Instance, **numbers: int) -> None:
    """Returns when `duravani status`, which asks the process of the web, tells these numbers."""
    while True:
        code, out, err = await service.command("status", "--json")
        assert code == 0, err
        status = json.loads(out)
        if {name: status[name] for name in numbers} == numbers:
            assert status["health"]["asterisk"] == "ok"
            return
        await asyncio.sleep(0.1)  # nobody is told of it


async def test_a_new_asterisk_is_found_by_its_new_secrets() -> None:
    async with divided_house() as house, visit(house.whole) as town:
        patient = await town.patient()
        victim = process_of(house.whole.home, "asterisk.conf")
        os.kill(victim, signal.SIGKILL)
        while victim in processes_of(house.whole.home):  # noqa: ASYNC110  # or it might still answer
            await asyncio.sleep(0.01)
        await is_served(house)  # the switch has started another one
        await patient.phone.dial("104")
        await patient.said("which_patient_unnamed")
        await patient.phone.hang_up()

        before = AccessFile(house.whole.home).read()
        await house.programs["switch"].end()
        (house.whole.home / "asterisk" / "access.json").unlink()
        await house.programs["switch"].start()
        assert AccessFile(house.whole.home).read().ari_secret != before.ari_secret
        await is_served(house)
        await patient.phone.dial("104")
        await patient.said("which_patient_unnamed")


async def test_a_switch_of_its_own_answers_the_number_that_was_changed_from_its_next_start_on() -> None:
    async with divided_house() as house, visit(house.whole) as town:
        patient = await town.stranger()
        code, _, err = await house.whole.command("set", "patient_numbers", "104,1044")
        assert code == 0, err
        for role in ("calls", "switch"):
            await house.programs[role].end()
            await house.programs[role].start()
        await is_served(house)
        await patient.phone.dial("1044")
        await patient.said("language_choice")


async def is_served(house: Divided) -> None:
    """Returns when Asterisk knows that `calls` takes its calls."""
    async with aiohttp.ClientSession() as session:
        while True:
            access = AccessFile(house.whole.home).read()
            proof = {"Authorization": aiohttp.encode_basic_auth(APP, access.ari_secret)}
            try:
                url = f"http://127.0.0.1:{access.http_port}/ari/applications"
                async with session.get(url, headers=proof) as answer:
                    if answer.status == 200 and APP in [each["name"] for each in await answer.json()]:
                        return
            except aiohttp.ClientError:
                pass  # it is being started
            await asyncio.sleep(0.01)


async def test_who_waits_for_the_switch_can_be_stopped(tmp_path: Path, valkey_url: str) -> None:
    settings = environment(home=str(tmp_path), redis_url=valkey_url, sip_port=str(free_port()))
    calls = await asyncio.create_subprocess_exec(
        sys.executable, "main.py", "run", "--role", "calls", env=settings, cwd=CHECKOUT
    )
    try:
        async with asyncio.timeout(TEST_SECONDS):
            while not (tmp_path / "duravani.db").exists():  # noqa: ASYNC110  # it says nothing before it serves
                await asyncio.sleep(0.01)
            calls.terminate()
            assert await calls.wait() == 0
    finally:
        if calls.returncode is None:
            calls.kill()
            await calls.wait()
