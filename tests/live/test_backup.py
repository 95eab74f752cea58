"""A running house is backed up, thrown away and restored: nobody who was promised anything notices."""

import shutil
from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from core.rules.staff import DoctorState
from core.rules.token import TokenState
from house.wiring import open_clinic
from tests.live.instance import Instance, instance
from tests.live.panel import Panel
from tests.live.prescription import LINK, PRESCRIPTION, paper_behind
from tests.live.story import Story
from tests.live.town import SECOND_TONE, Physician, Villager, visit

pytestmark = pytest.mark.live


async def test_a_house_is_restored_with_everybody_in_it(tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    async with instance() as service, visit(service) as town:
        doctor, colleague = await town.physician(), await town.physician(SECOND_TONE)
        treated, talking, waiting = [await town.patient() for _ in range(3)]
        link = await _is_treated(treated, doctor)
        panel = await colleague.panel()
        await colleague.takes(talking)
        token = await waiting.takes_token()

        code, out, err = await service.command("backup", str(file))
        assert (code, out) == (0, ""), err
        assert file.stat().st_mode & 0o777 == 0o600
        await service.program.end()
        _wipe(service.home)
        code, _, err = await service.command("restore", str(file))
        assert code == 0, err
        await service.program.start()
        service.clinic = await town.stack.enter_async_context(open_clinic(_settings(service)))
        service.story = await town.stack.enter_async_context(Story.follow(service.clinic.line))
        assert "Demo accounts" not in "\n".join(service.program.output)

        await paper_behind(link, age=40)
        await town.stack.enter_async_context(Panel.sign_in(service.url, service.accounts["demo1"]))
        await panel.post("/doctor/pause", {})
        await panel.post("/doctor/prescribe", PRESCRIPTION)  # of the talk that was cut; even the cookie is good
        assert (await talking.token()).state is TokenState.CONSUMED
        assert await waiting.token() == token
        await doctor.phone.register()
        await doctor.is_(DoctorState.PAUSED)
        await doctor.ready()
        await doctor.fetches(waiting, token)


async def _is_treated(patient: Villager, doctor: Physician) -> str:
    """A whole consultation; the link to its prescription. The doctor pauses then."""
    panel = await doctor.panel()
    await doctor.takes(patient)
    await panel.post("/doctor/pause", {})
    await doctor.phone.hang_up()
    await patient.says_goodbye()
    await panel.post("/doctor/prescribe", PRESCRIPTION)
    sent = await patient.sms("token", "prescription", "medicines_3")
    link = LINK.search(sent[1].text)
    assert link is not None
    await paper_behind(link[0], age=40)
    return link[0]


def _wipe(home: Path) -> None:
    """All that the program made."""
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "opds.toml":
            path.unlink()


def _settings(service: Instance) -> Settings:
    """As its program has them."""
    given = {key.removeprefix("DURAVANI_").lower(): value for key, value in service.program.environment.items()}
    known = {key: value for key, value in given.items() if key in Settings.model_fields}
    return load_settings(**known | {"redis_url": f"unix://{service.home / 'valkey.sock'}"})
