"""`make demo`: one complete consultation against a throw-away instance, told on the terminal as it happens.

Patient and doctor are real SIP phones with real audio; every line is told when it happened, none is made up.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from core.rules.sms import Sms
from pbx.handset import Handset
from tests.live.audio import tone_present, write_tone
from tests.live.instance import Instance, instance
from tests.live.panel import Panel
from tests.live.prescription import LINK, PRESCRIPTION, paper_behind
from tests.live.story import Event
from tests.live.transcript import Transcript

PATIENT = "+919876543210"
DOCTOR = "demo1"
LANGUAGE_KEYS = {"hi": "1", "en": "2"}
PATIENT_TONE, DOCTOR_TONE = 620.0, 940.0
"""Hertz: each hears the other's, which proves that the voices went both ways."""
TALK_SECONDS = 3.0
LONGEST = 180.0
"""Seconds after which something must be wrong."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays, and where it is told."""

    service: Instance
    patient: Handset
    doctor: Handset
    panel: Panel
    tell: Transcript


async def demo(language: str, tell: Transcript) -> None:
    """The whole story. Raises when any step fails."""
    async with asyncio.timeout(LONGEST), AsyncExitStack() as stack:
        tell.act("A throw-away Duravani starts")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duravani-demo-")))
        service = await stack.enter_async_context(instance())
        tell("SERVICE", f"serves: panel {service.url}, SIP {service.sip}")
        service.story.listeners.append(_Narrator(service, tell))
        cast = await _cast(stack, service, folder, tell)
        await _register(cast, language)
        await _talk(cast)
        await _prescribe(cast)
        await _read_sms(cast)
        await _check_audio(folder, tell)
    tell.act("Done: everything has ended cleanly")


async def _cast(stack: AsyncExitStack, service: Instance, folder: Path, tell: Transcript) -> Cast:
    """Phones, and a doctor who is ready."""
    for name, tone in (("patient", PATIENT_TONE), ("doctor", DOCTOR_TONE)):
        write_tone(folder / f"{name}.wav", tone, 2.0)
    account = service.accounts[DOCTOR]
    doctor = await service.staff_phone(stack, account, speak=folder / "doctor.wav", record=folder / "doctor-heard.wav")
    tell("DOCTOR", f"the softphone is registered as {account.sip_user}")
    panel = await stack.enter_async_context(Panel.sign_in(service.url, account))
    await panel.post("/doctor/ready", {})
    tell("DOCTOR", "signs in to the panel and presses Ready")
    patient = await service.patient_phone(
        stack, PATIENT, speak=folder / "patient.wav", record=folder / "patient-heard.wav"
    )
    return Cast(service, patient, doctor, panel, tell)


async def _register(cast: Cast, language: str) -> None:
    """From the first ring to the spoken token: each key is pressed when its question is being heard."""
    cast.tell.act("The patient calls, is registered, and gets a token")
    cast.tell("PATIENT", f"dials 104 from a feature phone, {PATIENT}")
    await cast.patient.dial("104")
    for prompt, key in (("language_choice", LANGUAGE_KEYS[language]), ("notice_consent", "1"), ("for_whom", "1")):
        await _answer(cast, prompt, key)
    await _say_name(cast)
    for prompt, keys in (("age", "34"), ("gender", "1"), ("pin_code", "302001"), ("opd_choice_general", "1")):
        await _answer(cast, prompt, keys)
    await _tell_patient(cast)
    await cast.service.story.told(PATIENT, "token")


async def _tell_patient(cast: Cast) -> None:
    async with cast.service.clinic.ledger.read() as books:
        (patient,) = await books.patients.of_mobile(PATIENT)
    where = f"{patient.district or '?'}, {patient.state}"
    cast.tell("STORED", f"patient {patient.code}: {patient.gender}, {patient.age}, {where}")


async def _answer(cast: Cast, prompt: str, keys: str) -> None:
    await cast.service.story.said(PATIENT, prompt)
    await cast.patient.keys(keys)


async def _say_name(cast: Cast) -> None:
    await cast.service.story.said(PATIENT, "say_name")
    await cast.patient.pause(0.3)  # after the beep
    await cast.patient.stay(1.0)
    await cast.patient.keys("#")
    await cast.service.story.told(PATIENT, "recorded")


async def _talk(cast: Cast) -> None:
    """The doctor is rung for the patient who holds; both hear each other; the doctor hangs up."""
    ringing = await cast.doctor.ringing()
    cast.tell.act("They talk")
    cast.tell("DOCTOR", f"the softphone rings, showing token {ringing.detail['number']}; picks up")
    await cast.doctor.pick_up()
    await cast.service.story.told(PATIENT, "talking")
    cast.tell("BOTH", f"talk for {TALK_SECONDS:g} seconds, each with a tone for a voice")
    await cast.patient.stay(TALK_SECONDS)
    await cast.doctor.hang_up()
    cast.tell("DOCTOR", "hangs up")
    await cast.service.story.said(PATIENT, "consult_over")
    await _answer(cast, "reminder_wish", "3")
    await cast.patient.gone()


async def _prescribe(cast: Cast) -> None:
    cast.tell.act("The doctor prescribes")
    page = await cast.panel.page("/")
    assert "302001" in page, "the patient's card does not show the PIN code that was keyed"
    medicine = "{generic} {form} {strength}, {frequency} for {days} days".format_map(PRESCRIPTION)
    cast.tell("DOCTOR", f"sees the patient's card, writes: {PRESCRIPTION['diagnosis']}; {medicine}; presses Sign")
    page = await cast.panel.post("/doctor/prescribe", PRESCRIPTION)
    assert re.search(r"/doctor/prescriptions/\d+\.pdf", page), "the prescription was not signed"
    async with cast.service.clinic.ledger.read() as books:
        (patient,) = await books.patients.of_mobile(PATIENT)
        (signed,) = await books.prescriptions.of_patient(patient.id)
    cast.tell("STORED", f"prescription {signed.number}, the end of the token, and the SMS: one transaction")


async def _read_sms(cast: Cast) -> None:
    cast.tell.act("The patient reads")
    sent = await _sent_sms(cast.service, 3)
    for sms in sent:
        cast.tell("SMS", f"to {sms.mobile}: {sms.text}")
    link = LINK.search(" ".join(sms.text for sms in sent))
    assert link is not None, "no SMS holds the link"
    pdf = await paper_behind(link[0], age=34)
    cast.tell("PATIENT", f"opens the link, tells the year of birth, and has it on paper: {len(pdf):,} bytes of PDF")


async def _sent_sms(service: Instance, count: int) -> list[Sms]:
    """Wait for so many sent messages; oldest first."""
    async with service.clinic.line.listen("outbox") as events:
        while True:
            async with service.clinic.ledger.read() as books:
                messages = [sms for sms in await books.outbox.latest(100) if sms.sent_at is not None]
            if len(messages) >= count:
                return messages[::-1]
            await anext(events)


async def _check_audio(folder: Path, tell: Transcript) -> None:
    for name, tone in (("patient", DOCTOR_TONE), ("doctor", PATIENT_TONE)):
        assert tone_present(folder / f"{name}-heard.wav", tone), f"the {name} did not hear the other"
    tell("BOTH", "heard each other: each recording holds the other's tone")


class _Narrator:
    """Tells the service's side of the story, from its timeline."""

    def __init__(self, service: Instance, tell: Transcript) -> None:
        self._doctors = {account.sip_user for account in service.accounts.values()}
        self._tell = tell

    def __call__(self, event: Event) -> None:
        who = "DOCTOR" if event.who in self._doctors else "PATIENT"
        match event.kind:
            case "said":
                words = f'"{event.detail.partition(": ")[2]}"'
                self._tell("SERVICE", words if who == "PATIENT" else f"to the doctor: {words}")
            case "pressed":
                self._tell.pressed(who, event.detail)
            case "token":
                self._tell("STORED", f"token {event.detail} and its SMS, before anybody speaks of them")
            case "recorded":
                self._tell(who, "has said a name, it is recorded")


def _reasons(error: BaseException) -> Iterator[str]:
    """What went wrong, without the groups in which concurrent tasks wrap it."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _reasons(each)
    elif isinstance(error, TimeoutError):
        yield f"nothing happened any more; after {LONGEST:g} s it was given up"
    else:
        yield str(error).partition("; the story:")[0] or type(error).__name__


def main() -> int:
    """Exit code 0 when the whole story could be told, else 1 after saying in which act it broke off, and why."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--language", choices=sorted(LANGUAGE_KEYS), default="en", help="what the patient speaks")
    language, tell = parser.parse_args().language, Transcript()
    try:
        asyncio.run(demo(language, tell))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        print(f"\ndemo: FAILED in the act “{tell.last_act}”: " + "; ".join(_reasons(error)), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
