"""An administrator in the tests' house: the deployment's files, sounds to record over, and a browser signed in."""

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import ClientResponse, FormData

from config.settings import Settings
from core.adapters.voice import SoundFiles, load_phrasebooks
from core.clinic.admin.change_setting import changes
from core.clinic.hire import add_operator
from core.rules.changes import Changes, as_changes
from core.rules.staff import StaffKind
from house.configuration import FileConfiguration
from tests.web.house import Browser, House, csrf_in, session_of


async def set_up(house: House) -> None:
    """Give the house its files and a few sounds; what the files say holds."""
    given: dict[str, Any] = {"home": house.home, "build": house.home / "build", "voices": house.home / "voices"}
    settings = Settings(**given)
    clinic = house.clinic
    clinic.configuration = FileConfiguration(settings, {})
    books = load_phrasebooks(settings.prompts, settings.languages)
    clinic.prompts = SoundFiles(books, settings.build / "prompts", settings.voices, settings.home / "sounds")
    clinic.policy, clinic.sms = clinic.configuration.in_force({})
    for stem in ("en/prompt/welcome", "en/number/14"):
        write_sound(settings.build / "prompts" / f"{stem}.wav", tone(1.0, 8000))


@asynccontextmanager
async def admin_browser(house: House, login: str = "sunil") -> AsyncIterator[Browser]:
    """Signed in as a new administrator."""
    hired = await add_operator(house.clinic, login=login, name="Sunil Kumar", kind=StaffKind.ADMIN)
    async with session_of(house, hired.operator) as client:
        yield client


async def submit(client: Browser, address: str, fields: dict[str, object], *files: tuple[str, bytes]) -> ClientResponse:
    """Post a form with files in it, with the token of the first page."""
    form = FormData()
    form.add_field("csrf", csrf_in(await (await client.get("/admin")).text()), content_type="text/plain")
    for name, value in fields.items():
        form.add_field(name, str(value), content_type="text/plain")
    for name, content in files:
        form.add_field(name, content, filename=f"../../{name}.bin", content_type="application/octet-stream")
    return await client.post(address, data=form(), allow_redirects=False)


def tone(seconds: float, rate: int, *, width: int = 2, channels: int = 1, loud: float = 0.5) -> bytes:
    """A wav file with a tone of 440 Hz."""
    heard = loud * np.sin(2760 * np.arange(int(seconds * rate)) / rate)
    samples = (128 + heard * 127).astype("u1") if width == 1 else (heard * (2**31 - 1)).astype("<i4")
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setparams((channels, width, rate, 0, "NONE", "not compressed"))
        cut = samples.view("u1").reshape(len(samples), -1)[:, -width:]  # the highest bytes are the last ones
        written.writeframes(np.tile(cut, channels).tobytes())
    return file.getvalue()


def write_sound(path: Path, wav: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav)


async def kept(house: House) -> Changes:
    """What was changed, as the next start finds it."""
    return as_changes(await changes(house.clinic))


async def audited(house: House, subject: str) -> list[tuple[str, str]]:
    """Action and detail of every entry about this subject, newest first."""
    async with house.clinic.ledger.read() as books:
        return [(entry.action, entry.detail) for entry in await books.audit_of(subject)]


def roster_line(day: str, begins: str = "09:00", ends: str = "15:00") -> dict[str, object]:
    """The form that adds one duty of doctor asha."""
    return {"login": "asha", "date": day, "from": begins, "to": ends, "opd": "general"}
