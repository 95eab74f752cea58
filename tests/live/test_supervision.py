"""Listening, whispering and joining, heard with real ears: each voice is a tone of its own."""

import signal
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Browser

from core.clinic.admin.let_go import let_go
from core.clinic.hire import add_operator
from core.clinic.sign_in import open_session
from core.clinic.supervise import ask_to_leave, ask_to_supervise
from core.clinic.talks_now import With
from core.rules.consultation import Consultation
from core.rules.staff import Operator, StaffKind
from core.rules.supervision import Manner
from core.rules.token import TokenState
from pbx.handset import Handset
from tests.live.audio import RATE, Heard, telephone, write_tone, write_wav
from tests.live.browser import CHROMIUM, BrowserPhone, signed_in, tabs_of
from tests.live.instance import CHECKOUT, Account, Instance, instance
from tests.live.panel import Panel
from tests.live.town import DOCTOR_TONE, PATIENT_TONE, Physician, Town, Villager, visit
from tests.supervised import who_supervises

pytestmark = pytest.mark.live

SUPERVISOR_TONE = 1560.0
LONG_ENOUGH = 1.0
"""Seconds for which a voice is heard that can be heard; the talk lasts longer, and audio begins a little later."""


DEAF = 'Object.defineProperty(WebSocket.prototype, "onclose", { set() {} });'
"""A page that never learns that its socket was closed."""
PROMPTS = CHECKOUT / ".build/prompts/hi/prompt"
"""In the doctor's own language."""
WINDOW = RATE // 10
SOUNDS_DBFS, LEAK_DBFS = -30.0, -55.0
"""A voice is at -12 dBFS; below the second is what A-law makes of it, and nobody hears that."""


def levels(wav: Path, hz: float) -> NDArray[np.float64]:
    """The level of this tone in each window of 0.1 s, dB against full scale, whatever sounds with it."""
    samples = telephone(wav)
    blocks = samples[: len(samples) // WINDOW * WINDOW].reshape(-1, WINDOW)
    shape = np.hanning(WINDOW) / np.hanning(WINDOW).mean()
    power = 2 * np.abs((blocks * shape) @ np.exp(-2j * np.pi * hz / RATE * np.arange(WINDOW)) / WINDOW) ** 2
    found: NDArray[np.float64] = 10 * np.log10(power + 1e-12)
    return found


def hummed(wav: Path, hz: float) -> float:
    """For how many seconds this tone sounds."""
    return float(np.count_nonzero(levels(wav, hz) > SOUNDS_DBFS)) / 10


def leak(wav: Path, hz: float, while_sounds: float, *, since: float = 0.0) -> float:
    """The loudest this tone gets while another one sounds, in dB against full scale: a prompt may hold any tone.

    `since`: seconds into the recording at which the last prompt that sounds together with it has ended.
    """
    sounds = levels(wav, while_sounds) > SOUNDS_DBFS
    sounds[: round(since * RATE / WINDOW) + 2] = False
    inside = sounds[1:-1] & sounds[:-2] & sounds[2:]  # where a voice begins or ends every tone is heard
    assert np.count_nonzero(inside) >= 10
    return float(levels(wav, hz)[1:-1][inside].max())


def end_of(prompt: str, wav: Path, while_sounds: float) -> float | None:
    """The second at which this prompt has been heard while this tone sounded, which is taken out; None: it was not."""
    samples = telephone(wav)
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[np.abs(hz - while_sounds) < 20] = 0
    alone = write_wav(wav.with_suffix(".alone.wav"), np.fft.irfft(spectrum, len(samples)))
    findings = Heard(alone).find(PROMPTS / f"{prompt}.wav")
    return findings[-1].end if findings else None


@dataclass(slots=True)
class Supervisor:
    """Somebody of the call centre with a registered softphone and a voice."""

    town: Town
    operator: Operator
    account: Account
    phone: Handset
    heard: Path

    async def asks(self, consultation: Consultation, manner: Manner) -> None:
        """Presses one of the desk's buttons."""
        await ask_to_supervise(self.town.service.clinic, self.operator, consultation.id, manner)

    async def is_(self, manner: Manner) -> None:
        """Returns when it is so: written down, told to the doctor, and begun."""
        await self.town.service.story.told(self.operator.account, "hears", manner)

    async def begins(self, consultation: Consultation, manner: Manner) -> None:
        """Presses, is rung, picks up."""
        await self.asks(consultation, manner)
        await self.phone.ringing()
        await self.phone.pick_up()
        await self.is_(manner)


async def supervisor(town: Town) -> Supervisor:
    """Hired for this town."""
    login = f"sup-{next(Town._numbers)}"
    hired = await add_operator(town.service.clinic, login=login, name="Kavita Town", kind=StaffKind.SUPERVISOR)
    await open_session(town.service.clinic, hired.operator)
    account = Account(login, hired.password, hired.operator.account, hired.sip_password)
    heard = town.folder / f"{login}.wav"
    voice = write_tone(town.folder / "supervisor.wav", SUPERVISOR_TONE)
    phone = await town.staff_phone(account, speak=voice, record=heard)
    return Supervisor(town, hired.operator, account, phone, heard)


async def talk(town: Town) -> tuple[Physician, Villager, Supervisor, Consultation]:
    """Two who talk, and a supervisor who may."""
    doctor, patient, watching = await town.physician(), await town.patient(), await supervisor(town)
    await doctor.takes(patient)
    async with town.service.clinic.ledger.read() as books:
        consultation = await books.consultations.open_of_doctor(doctor.doctor.id)
    assert consultation is not None
    return doctor, patient, watching, consultation


async def nothing_left(service: Instance) -> None:
    """Returns when Asterisk has neither channels nor bridges."""
    await holds(service, channels=0, bridges=0)


async def holds(service: Instance, *, channels: int, bridges: int) -> None:
    """Returns when Asterisk has just so many."""
    wanted = {f"duravani_channels {channels}.0", f"duravani_bridges {bridges}.0"}
    async with aiohttp.ClientSession() as session:
        while not wanted <= set(await metrics(session, service.url)):
            pass  # Asterisk has no event for this


async def metrics(session: aiohttp.ClientSession, url: str) -> list[str]:
    """The lines of /metrics."""
    async with session.get(f"{url}/metrics") as answer:
        return (await answer.text()).splitlines()


async def end(
    service: Instance, doctor: Physician, patient: Villager, watching: Supervisor, *, adopted: bool = False
) -> None:
    """The doctor hangs up: the supervisor's call ends by itself, and nothing is left."""
    await doctor.phone.hang_up()
    if adopted:  # then they are asked nothing more
        await patient.said("consult_over")
        await patient.phone.gone()
    else:
        await patient.says_goodbye()
    await watching.phone.gone()
    await nothing_left(service)
    async with service.clinic.ledger.read() as books:
        assert await books.supervisions.now() == []


async def test_who_listens_hears_both_and_nobody_hears_them(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient, watching, consultation = await talk(town)
        await watching.begins(consultation, Manner.LISTEN)
        assert await who_supervises(service.clinic, consultation.doctor_id) == With("Kavita Town", Manner.LISTEN)
        await watching.phone.stay(2.0)
        await end(service, doctor, patient, watching)
        assert hummed(watching.heard, DOCTOR_TONE) >= LONG_ENOUGH
        assert hummed(watching.heard, PATIENT_TONE) >= LONG_ENOUGH
        told = end_of("supervisor_listens", doctor.heard, PATIENT_TONE)
        assert told is not None
        assert leak(doctor.heard, SUPERVISOR_TONE, PATIENT_TONE, since=told) < LEAK_DBFS
        assert leak(patient.heard, SUPERVISOR_TONE, DOCTOR_TONE) < LEAK_DBFS
        assert hummed(doctor.heard, PATIENT_TONE) >= LONG_ENOUGH
        assert hummed(patient.heard, DOCTOR_TONE) >= LONG_ENOUGH


async def test_a_whisper_reaches_the_doctor_only(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient, watching, consultation = await talk(town)
        await watching.begins(consultation, Manner.WHISPER)
        await watching.phone.stay(2.0)
        await end(service, doctor, patient, watching)
        assert hummed(doctor.heard, SUPERVISOR_TONE) >= LONG_ENOUGH
        assert leak(patient.heard, SUPERVISOR_TONE, DOCTOR_TONE) < LEAK_DBFS
        assert hummed(watching.heard, DOCTOR_TONE) >= LONG_ENOUGH
        assert hummed(watching.heard, PATIENT_TONE) >= LONG_ENOUGH
        assert hummed(doctor.heard, PATIENT_TONE) >= LONG_ENOUGH


async def test_who_joins_is_heard_by_all(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient, watching, consultation = await talk(town)
        await watching.begins(consultation, Manner.JOIN)
        await watching.phone.stay(2.0)
        await end(service, doctor, patient, watching)
        for who, others in (
            (doctor.heard, (PATIENT_TONE, SUPERVISOR_TONE)),
            (patient.heard, (DOCTOR_TONE, SUPERVISOR_TONE)),
            (watching.heard, (DOCTOR_TONE, PATIENT_TONE)),
        ):
            for tone in others:
                assert hummed(who, tone) >= LONG_ENOUGH, (who, tone)


async def test_a_doctor_on_a_telephone_is_told_by_voice_and_the_patient_is_not(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient, watching, consultation = await talk(town)
        await watching.begins(consultation, Manner.WHISPER)
        await watching.asks(consultation, Manner.JOIN)
        await watching.is_(Manner.JOIN)
        await watching.phone.stay(1.5)
        await end(service, doctor, patient, watching)
        for prompt in ("supervisor_whispers", "supervisor_joined"):
            assert end_of(prompt, doctor.heard, PATIENT_TONE) is not None
            assert end_of(prompt, patient.heard, DOCTOR_TONE) is None
        assert hummed(patient.heard, SUPERVISOR_TONE) >= LONG_ENOUGH


async def test_who_is_let_go_while_listening_hears_no_longer(service: Instance) -> None:
    """Their softphone would go on for ever: the switch ends its leg."""
    async with visit(service) as town:
        doctor, patient, watching, consultation = await talk(town)
        await watching.begins(consultation, Manner.LISTEN)
        await watching.phone.stay(1.0)
        await let_go(service.clinic, watching.operator.id, "admin:1")
        await watching.phone.gone()
        before = hummed(patient.heard, DOCTOR_TONE)
        await patient.phone.stay(1.5)
        assert hummed(patient.heard, DOCTOR_TONE) >= before + LONG_ENOUGH
        assert await who_supervises(service.clinic, consultation.doctor_id) is None
        await doctor.phone.hang_up()
        await patient.says_goodbye()
        await nothing_left(service)


@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's package chromium")
async def test_a_browser_that_keeps_the_call_hears_no_longer(service: Instance, worker_chromium: Browser) -> None:
    """Somebody let go whose page ignores that its socket was closed: nothing comes to it any more."""
    async with visit(service) as town, tabs_of(worker_chromium) as browser:
        doctor, patient, watching, consultation = await talk(town)
        page = await signed_in(town, browser, watching.account.login, watching.account.password)
        await page.add_init_script(DEAF)
        await page.reload()
        phone = BrowserPhone(page)
        await phone.phone_is("ready")
        await watching.asks(consultation, Manner.LISTEN)
        await phone.phone_is("ringing")
        await phone.press("F2")
        await watching.is_(Manner.LISTEN)
        assert await phone.hears(PATIENT_TONE) or await phone.hears(DOCTOR_TONE)
        async with service.clinic.line.listen("clinic") as told:
            await let_go(service.clinic, watching.operator.id, "admin:1")
            while await who_supervises(service.clinic, consultation.doctor_id) is not None:
                await anext(told)
        await holds(service, channels=2, bridges=1)
        await doctor.phone.hang_up()
        await patient.says_goodbye()
        await nothing_left(service)


async def test_by_the_desk_from_listening_to_joining_and_hanging_up(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient, watching, consultation = await talk(town)
        desk = await town.stack.enter_async_context(Panel.sign_in(service.url, watching.account))
        panel = await doctor.panel()
        address = f"/operator/talks/{consultation.id}"
        await desk.post(f"{address}/listen", {}, at="/operator")
        await watching.phone.ringing()
        assert "data-supervised" not in await panel.page("/doctor/now")  # nobody hears them yet
        await watching.phone.pick_up()
        await watching.is_(Manner.LISTEN)
        assert 'data-supervised="listen"' in await panel.page("/doctor/now")
        await desk.post(f"{address}/whisper", {}, at="/operator")
        await watching.is_(Manner.WHISPER)
        assert 'data-supervised="whisper"' in await panel.page("/doctor/now")
        await watching.phone.stay(1.5)
        await desk.post(f"{address}/join", {}, at="/operator")
        await watching.is_(Manner.JOIN)
        assert 'data-supervised="join"' in await panel.page("/doctor/now")
        await watching.phone.stay(1.5)
        async with service.clinic.line.listen(f"doctor:{doctor.doctor.id}") as told:
            await watching.phone.hang_up()
            while await who_supervises(service.clinic, consultation.doctor_id) is not None:
                await anext(told)
        assert "data-supervised" not in await panel.page("/doctor/now")
        heard_so_far = hummed(patient.heard, DOCTOR_TONE)
        await patient.phone.stay(1.5)  # and the talk goes on
        assert (await patient.token()).state is TokenState.TALKING
        await doctor.phone.hang_up()
        await patient.says_goodbye()
        assert hummed(patient.heard, DOCTOR_TONE) >= heard_so_far + 1.0
        assert 0.8 <= hummed(patient.heard, SUPERVISOR_TONE) < hummed(doctor.heard, SUPERVISOR_TONE) - 0.8
        await nothing_left(service)


async def test_leaving_by_the_desk_and_a_doctor_who_is_cut_off(service: Instance) -> None:
    async with visit(service) as town:
        doctor, patient, watching, consultation = await talk(town)
        token = await patient.token()
        await watching.begins(consultation, Manner.LISTEN)
        await service.cut(doctor.who)
        await doctor.picks_up(token)
        await watching.is_(Manner.LISTEN)  # again, on the doctor's new leg
        await watching.phone.stay(1.5)
        await ask_to_leave(service.clinic, watching.operator)
        await watching.phone.gone()
        assert hummed(watching.heard, DOCTOR_TONE) >= LONG_ENOUGH
        await patient.phone.stay(0.5)
        await doctor.phone.hang_up()
        await patient.says_goodbye()
        await nothing_left(service)


async def test_after_a_restart_of_ours_the_talk_goes_on_without_the_supervisor() -> None:
    async with instance() as service, visit(service) as town:
        doctor, patient, watching, consultation = await talk(town)
        await watching.begins(consultation, Manner.WHISPER)
        await watching.phone.stay(0.5)
        await service.program.end(signal.SIGKILL)
        await patient.phone.stay(0.5)
        await service.program.start()
        await watching.phone.gone()
        await patient.told("talking")  # it is adopted
        async with service.clinic.line.listen("clinic") as told:
            while await who_supervises(service.clinic, consultation.doctor_id) is not None:
                await anext(told)
        assert (await patient.token()).state is TokenState.TALKING
        before = hummed(patient.heard, DOCTOR_TONE)
        await patient.phone.stay(1.5)
        assert hummed(patient.heard, DOCTOR_TONE) >= before + LONG_ENOUGH
        await watching.begins(consultation, Manner.LISTEN)  # and it can be supervised as before
        await watching.phone.stay(0.5)
        await end(service, doctor, patient, watching, adopted=True)
        assert leak(patient.heard, SUPERVISOR_TONE, DOCTOR_TONE) < LEAK_DBFS
