"""`make demo`: one complete consultation against a throw-away instance, told on the terminal as it happens.

Patient and doctor are real SIP phones with real audio; every line is told when it happened, none is made up.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp

from core.rules.sms import Sms
from pbx.handset import Handset
from tests.live.audio import tone_present, write_tone
from tests.live.instance import Instance, instance
from tests.live.panel import Panel
from tests.live.story import Event

PATIENT = "+919876543210"
DOCTOR = "demo1"
LANGUAGE_KEYS = {"hi": "1", "en": "2"}
PATIENT_TONE, DOCTOR_TONE = 620.0, 940.0
"""Hertz: each hears the other's, which proves that the voices went both ways."""
PRESCRIPTION = {
    "complaint": "Fever and headache for two days",
    "diagnosis": "Viral fever",
    "generic": "paracetamol",
    "form": "tablet",
    "strength": "500 mg",
    "frequency": "1-0-1",
    "days": "3",
    "instructions": "After food",
    "advice": "Rest, and drink much water",
    "do": "sign",
}
LINK = re.compile(r"https?://\S+/p/\S+")


def tell(who: str, what: str) -> None:
    """One line of the transcript."""
    print(f"{who:>9}  {what}", flush=True)


async def demo(language: str) -> None:
    """The whole story. Raises when any step fails."""
    tell("", "starting a throw-away Duravani ...")
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duravani-demo-")))
        service = await stack.enter_async_context(instance(opds=str(always_open(folder))))
        service.story.listeners.append(_narrate(service))
        phones = await _phones(stack, service, folder)
        panel = await stack.enter_async_context(Panel.sign_in(service.url, service.accounts[DOCTOR]))
        await panel.post("/ready", {})
        tell("DOCTOR", "signs in to the panel and presses Ready; the softphone is registered")
        await _dial_and_register(service, phones[0], language)
        await _talk(service, *phones)
        await _prescribe(service, panel)
        await _read_sms(service)
        await _check_audio(folder)
    tell("", "done: everything ended cleanly")


async def _phones(stack: AsyncExitStack, service: Instance, folder: Path) -> tuple[Handset, Handset]:
    for name, tone in (("patient", PATIENT_TONE), ("doctor", DOCTOR_TONE)):
        write_tone(folder / f"{name}.wav", tone, 2.0)
    patient = await service.patient_phone(
        stack, PATIENT, speak=folder / "patient.wav", record=folder / "patient-heard.wav"
    )
    doctor = await service.staff_phone(stack, DOCTOR, speak=folder / "doctor.wav", record=folder / "doctor-heard.wav")
    return patient, doctor


async def _dial_and_register(service: Instance, phone: Handset, language: str) -> None:
    """From the first ring to the spoken token: each key is pressed when its question is being heard."""
    story = service.story
    tell("PATIENT", f"dials 104 from a feature phone, {PATIENT}")
    await phone.dial("104")
    for prompt, keys in (
        ("language_choice", LANGUAGE_KEYS[language]),
        ("notice_consent", "1"),
        ("for_whom", "1"),
    ):
        await story.said(PATIENT, prompt)
        await phone.keys(keys)
    await story.said(PATIENT, "say_name")
    await story.told(PATIENT, "recorded")
    for prompt, keys in (("age", "34"), ("gender", "1"), ("pin_code", "302001"), ("opd_choice_general", "1")):
        await story.said(PATIENT, prompt)
        await phone.keys(keys)
    await story.said(PATIENT, "pregnant")
    await phone.keys("2")
    await story.told(PATIENT, "token")


async def _talk(service: Instance, patient: Handset, doctor: Handset) -> None:
    """The doctor is rung for the patient who holds; both hear each other; the doctor hangs up."""
    story = service.story
    ringing = await doctor.ringing()
    tell("DOCTOR", f"the softphone rings, showing token {ringing.detail['number']}; picks up")
    await doctor.pick_up()
    await story.told(PATIENT, "talking")
    tell("BOTH", "talk for three seconds, each with a tone for a voice")
    await asyncio.sleep(3)
    await doctor.hang_up()
    tell("DOCTOR", "hangs up")
    await story.said(PATIENT, "consult_over")
    await patient.gone()


async def _prescribe(service: Instance, panel: Panel) -> None:
    page = await panel.page("/")
    assert "Rajasthan" in page, "the patient's card does not show where the patient lives"
    medicine = "{generic} {form} {strength}, {frequency} for {days} days".format_map(PRESCRIPTION)
    tell("DOCTOR", f"sees the patient's card, writes: {PRESCRIPTION['diagnosis']}; {medicine}; presses Sign")
    page = await panel.post("/prescribe", PRESCRIPTION)
    assert re.search(r"/prescriptions/\d+\.pdf", page), "the prescription was not signed"


async def _read_sms(service: Instance) -> None:
    sent = await _sent_sms(service, 3)
    for sms in sent:
        tell("SMS", f"to {sms.mobile}: {sms.text}")
    link = LINK.search(" ".join(sms.text for sms in sent))
    assert link is not None, "no SMS holds the link"
    async with aiohttp.ClientSession() as session, session.get(f"{link[0]}.pdf") as answer:
        pdf = await answer.read()
    assert answer.status == 200, f"the link answers {answer.status}"
    assert pdf.startswith(b"%PDF-"), "the link leads to no PDF"
    tell("PATIENT", f"opens the link: {link[0]}.pdf, {len(pdf):,} bytes of PDF")


async def _sent_sms(service: Instance, count: int) -> list[Sms]:
    """Wait for so many sent messages; oldest first."""
    async with asyncio.timeout(30), service.line.listen("outbox") as events:
        while True:
            async with service.ledger.read() as books:
                messages = [sms for sms in await books.outbox.latest(100) if sms.sent_at is not None]
            if len(messages) >= count:
                return messages[::-1]
            await anext(events)


async def _check_audio(folder: Path) -> None:
    for name, tone in (("patient", DOCTOR_TONE), ("doctor", PATIENT_TONE)):
        assert tone_present(folder / f"{name}-heard.wav", tone), f"the {name} did not hear the other"
    tell("BOTH", "heard each other: both recordings hold the other's tone")


def _narrate(service: Instance) -> Callable[[Event], None]:
    """Tell the service's side of the story, from its timeline."""
    doctors = {account.sip_user for account in service.accounts.values()}

    def narrate(event: Event) -> None:
        who = "DOCTOR" if event.who in doctors else "PATIENT"
        match event.kind:
            case "said":
                tell("SERVICE", f'"{event.detail.partition(": ")[2]}"' + (" (to the doctor)" * (who == "DOCTOR")))
            case "pressed":
                tell(who, f"presses {event.detail}")
            case "recorded":
                tell(who, "says a name, it is recorded")
            case "token":
                tell("STORED", f"token {event.detail}, before it is spoken")

    return narrate


def always_open(folder: Path) -> Path:
    """One OPD that never closes, so that the story can be told at any hour."""
    days = ", ".join(f'{day} = "00:00-24:00"' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    path = folder / "opds.toml"
    path.write_text(f"[general]\nhours = {{ {days} }}\n[speciality]\nhours = {{ {days} }}\n", "utf-8")
    return path


def main() -> int:
    """Exit code 0 when the whole story could be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--language", choices=sorted(LANGUAGE_KEYS), default="en")
    try:
        asyncio.run(demo(parser.parse_args().language))
    except Exception as error:
        print(f"demo: FAILED: {error!r}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
