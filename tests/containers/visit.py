"""Visits to the house in containers, from outside: handsets and a browser at the published ports, nothing else.

    python -m tests.containers.visit first|again|last --folder FOLDER …

`first` is a whole consultation, during which the conversations are killed once; then a second patient takes a token and
hangs up. `again` looks whether everything is still there. `last` does too, and then the second patient is served.
`tests/containers/try` runs them.
"""

import argparse
import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from pbx.handset import Handset, Village
from tests.live.audio import Heard, tone_present, write_tone
from tests.live.instance import Account
from tests.live.panel import Panel
from tests.live.prescription import LINK, PRESCRIPTION, paper_behind
from tests.live.transcript import Transcript

FIRST, SECOND = "+919876543210", "+919876543211"
"""The two patients."""
PATIENT_TONE, DOCTOR_TONE = 620.0, 940.0
HIRED = re.compile(r"password (\S+)\n\s+softphone: user (\S+), password ([^\s,]+)")
LONGEST = 240.0
"""Seconds after which something must be wrong."""
DIGITS = tuple(str(digit) for digit in range(10))


@dataclass(frozen=True)
class Place:
    """Where the house is, and where its visitors are."""

    host: str
    """The address on which it is published."""
    sip_port: int
    http_port: int
    visitors: str
    """The address of handsets, and of the trunk's far end."""
    trunk_port: int
    containers: str
    """What the names of the containers begin with."""
    folder: Path
    """Recordings, and what must still be there later."""

    @property
    def sip(self) -> str:
        """Where handsets register and dial."""
        return f"{self.host}:{self.sip_port}"

    @property
    def url(self) -> str:
        """Of the panel."""
        return f"http://{self.host}:{self.http_port}"


@dataclass(frozen=True)
class Memory:
    """What the first visit leaves behind for the later ones."""

    account: dict[str, str]
    link: str
    sms: int


class Visit:
    """One visit: the phones that are switched on for it, and what is told of it."""

    def __init__(self, place: Place, stack: AsyncExitStack, village: Village) -> None:
        self.place = place
        self.tell = Transcript()
        self._stack, self._village = stack, village

    @classmethod
    @asynccontextmanager
    async def begin(cls, place: Place) -> AsyncIterator["Visit"]:
        """The trunk's far end listens, and every phone is switched off when the block ends."""
        async with asyncio.timeout(LONGEST), AsyncExitStack() as stack:
            village = await stack.enter_async_context(Village.open(place.visitors, place.trunk_port))
            yield cls(place, stack, village)

    async def patient(self, number: str, name: str) -> Handset:
        """A feature phone behind the trunk."""
        phone = await self._phone(name, PATIENT_TONE, caller=number)
        self._village.connect(number, phone.port)
        return phone

    async def doctor(self, account: Account, name: str) -> Handset:
        """The registered softphone of the doctor."""
        phone = await self._phone(name, DOCTOR_TONE, account=account.sip_user, password=account.sip_password)
        await phone.register()
        self.tell("DOCTOR", f"the softphone is registered at {self.place.sip} as {account.sip_user}")
        return phone

    async def panel(self, account: Account) -> Panel:
        """A browser, signed in."""
        panel = await self._stack.enter_async_context(Panel.sign_in(self.place.url, account))
        self.tell("DOCTOR", f"signs in at {self.place.url}")
        return panel

    async def run(self, service: str, *words: str) -> str:
        """What a command says inside a container."""
        return await _podman("exec", f"{self.place.containers}_{service}_1", *words)

    def heard(self, name: str) -> Path:
        """What this phone heard on its first call."""
        return self.place.folder / f"{name}-heard.wav"

    async def _phone(
        self, name: str, tone: float, *, caller: str = "", account: str | None = None, password: str = ""
    ) -> Handset:
        place = self.place
        phone = Handset.start(
            registrar=place.sip, bind=place.visitors, caller=caller, account=account, password=password,
            speak=write_tone(place.folder / f"{name}.wav", tone, 2.0), record=self.heard(name),
        )  # fmt: skip
        return await self._stack.enter_async_context(phone)


# The first visit


async def first(place: Place) -> None:
    """A consultation, and a second patient who is left waiting."""
    async with Visit.begin(place) as visit:
        account = await _hire(visit)
        panel = await visit.panel(account)
        doctor = await visit.doctor(account, "doctor")
        patient = await visit.patient(FIRST, "patient")
        await _takes_token(visit, patient, hold=True)
        await _conversations_are_killed(visit, patient)
        await panel.post("/doctor/ready", {})
        await _talk(visit, doctor, patient)
        await panel.post("/doctor/pause", {})
        await panel.post("/doctor/prescribe", PRESCRIPTION)
        visit.tell("DOCTOR", "signs the prescription")
        link = await _read_sms(visit)
        await _check_sound(visit)
        await _takes_token(visit, await visit.patient(SECOND, "second"), hold=False)
        sms = await _sms(visit, 4)
        _memory(place).write_text(json.dumps(asdict(Memory(asdict(account), link, len(sms)))))


async def _hire(visit: Visit) -> Account:
    told = await visit.run(
        "web", "duravani", "doctor", "add", "asha", "--name", "Dr Asha Demo", "--qualification", "MBBS",
        "--registration", "DEMO-1", "--council", "Demo Medical Council", "--contact", "demo@example.org",
    )  # fmt: skip
    found = HIRED.search(told)
    assert found is not None, told
    visit.tell("OPERATOR", "podman exec … duravani doctor add asha")
    return Account("asha", *found.groups())


async def _takes_token(visit: Visit, phone: Handset, *, hold: bool) -> None:
    visit.tell("PATIENT", f"dials 104 at {visit.place.sip}")
    await phone.dial("104")
    for keys in ("2", "1", "1", "#", "34", "2", "302001", "1", *("1" if hold else "")):
        await phone.pause()
        await phone.keys(keys)
    if hold:
        visit.tell("PATIENT", "is registered in English, hears a token, and holds")
        await phone.stay(3.0)  # music, which never pauses
    else:
        await phone.pause()
        await phone.hang_up()
        visit.tell("PATIENT", "is registered in English, hears a token, and hangs up, to be called back")


async def _conversations_are_killed(visit: Visit, patient: Handset) -> None:
    """The container of the role `calls` is killed and started while somebody holds."""
    calls = f"{visit.place.containers}_calls_1"
    await _podman("kill", "--signal", "KILL", calls)
    await _podman("start", calls)
    visit.tell("OPERATOR", f"podman kill {calls}, podman start {calls}: the patient stays on the line")
    while not await _healthy(calls):
        await patient.stay(0.5)


async def _talk(visit: Visit, doctor: Handset, patient: Handset) -> None:
    ringing = await doctor.ringing()
    visit.tell("DOCTOR", f"the softphone rings, showing token {ringing.detail['number']}; picks up")
    await doctor.pick_up()
    await patient.stay(4.0)
    await doctor.hang_up()
    visit.tell("BOTH", "have talked for four seconds; the doctor hangs up")
    await patient.gone()


async def _read_sms(visit: Visit) -> str:
    """The patient's link, which leads to a PDF."""
    texts = [str(sms["text"]) for sms in await _sms(visit, 3)]
    for text in texts:
        visit.tell("SMS", text)
    link = LINK.search(" ".join(texts))
    assert link is not None, "no SMS holds the link"
    await _opens(visit, link[0])
    return link[0]


async def _check_sound(visit: Visit) -> None:
    """The patient heard the token as the SMS has it, and each heard the other."""
    (token,) = {str(sms["text"]) for sms in await _sms(visit, 1) if sms["template"] == "token"}
    folder = visit.place.folder / "prompts" / "en"
    heard = Heard(visit.heard("patient"))
    spoken = heard.find(folder / "prompt" / "token_spoken.0.wav")
    assert spoken, "the recording holds no token"
    digits = heard.transcript({digit: folder / "number" / f"{digit}.wav" for digit in DIGITS})
    after = "".join(digit for at, digit in digits if at > spoken[0].at)
    number = re.search(r"\b\d{5}\b", token)
    assert number is not None, token
    assert after.startswith(number[0]), f"the SMS says {token!r}, and {after} was heard"
    visit.tell("PATIENT", f"has heard “Your token is {number[0]}” (found in the recording)")
    for name, tone in (("patient", DOCTOR_TONE), ("doctor", PATIENT_TONE)):
        assert tone_present(visit.heard(name), tone), f"the {name} did not hear the other"
    visit.tell("BOTH", "heard each other: each recording holds the other's tone")


# Later visits


async def again(place: Place) -> None:
    """What the first visit left is still there."""
    async with Visit.begin(place) as visit:
        await _is_all_there(visit, _remembered(place))


async def last(place: Place) -> None:
    """And the patient who was left waiting is called and served."""
    async with Visit.begin(place) as visit:
        memory = _remembered(place)
        panel = await _is_all_there(visit, memory)
        doctor = await visit.doctor(Account(**memory.account), "doctor-last")
        patient = await visit.patient(SECOND, "second-last")
        await panel.post("/doctor/ready", {})
        await patient.ringing()
        visit.tell("PATIENT", "the second patient's phone rings: the turn has come")
        await patient.pick_up()
        await patient.pause()
        await patient.keys("1")
        await _talk(visit, doctor, patient)


async def _is_all_there(visit: Visit, memory: Memory) -> Panel:
    panel = await visit.panel(Account(**memory.account))
    await _opens(visit, memory.link)
    sms = await _sms(visit, memory.sms)
    assert len(sms) == memory.sms
    async with aiohttp.ClientSession() as session, session.get(f"{visit.place.url}/metrics") as answer:
        families = text_string_to_metric_families(await answer.text())
        waiting = next(family.samples[0].value for family in families if family.name == "duravani_waiting")
    assert waiting == 1, f"{waiting} tokens wait"
    visit.tell("OPERATOR", f"{len(sms)} SMS are there, and one token waits in the line")
    return panel


async def _opens(visit: Visit, link: str) -> None:
    pdf = await paper_behind(link, age=34)
    visit.tell("PATIENT", f"opens {link} by the year of birth: {len(pdf):,} bytes of PDF")


async def _sms(visit: Visit, count: int) -> list[dict[str, Any]]:
    """The SMS that went out, oldest first, when there are so many and all are sent."""
    while True:
        told = json.loads(await visit.run("worker", "duravani", "sms", "list", "--json"))
        sent = [sms for sms in told if sms["direction"] == "out"]
        if len(sent) >= count and all(sms["state"] in ("sent", "delivered") for sms in sent):
            return sent
        await asyncio.sleep(0.2)


def _memory(place: Place) -> Path:
    return place.folder / "memory.json"


def _remembered(place: Place) -> Memory:
    return Memory(**json.loads(_memory(place).read_text()))


async def _healthy(container: str) -> bool:
    process = await asyncio.create_subprocess_exec(
        "podman", "healthcheck", "run", container, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait() == 0


async def _podman(*words: str) -> str:
    process = await asyncio.create_subprocess_exec(
        "podman", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, f"podman {' '.join(words)}: {err.decode()}"
    return out.decode()


def main() -> int:
    """Exit code 0 when the visit went as it should."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("visit", choices=("first", "again", "last"))
    for name in ("host", "visitors", "containers"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("sip-port", "http-port", "trunk-port"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = vars(parser.parse_args())
    visit = {"first": first, "again": again, "last": last}[options.pop("visit")]
    asyncio.run(visit(Place(**options)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
