"""The role `calls`: Asterisk, the conversations on it, the staff's phones, and callers who found nobody in."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

from config.settings import Settings
from core.adapters.voice import check_rendered, load_phrasebooks
from core.clinic.clinic import Clinic
from core.clinic.owe_call import owe_call
from core.clinic.take_missed_call import take_missed_call
from core.clinic.try_phones import TryPhones
from core.rules.audit_action import AuditAction
from core.rules.mobile import indian_mobile
from core.rules.records import AuditEntry, CallBackReason
from core.tasks import forever
from house.background import background
from house.medicine_voice import give_medicines_natural_voice, speak_medicines
from house.phones import keep_provisioned, provision, watch
from house.try_phones import keep_try_phones
from house.wiring import own_sounds, switch_config
from ivr.adoption import adopt
from ivr.call import Call
from ivr.calling_back import CallingBack
from ivr.desk import Desk
from ivr.legs import MISSED, PATIENT, PHARMACY, STAFF
from ivr.missed_call import missed_call
from ivr.patient_call import patient_call
from ivr.pharmacy_call import pharmacy_call
from ivr.reception import Reception
from ivr.router import Router
from ivr.staff_call import staff_call
from pbx.exchange import Adopted, Arrival
from pbx.switchboard import Switchboard, open_switchboard

log = logging.getLogger(__name__)

NOTES_EVERY = 5.0
"""Seconds between two looks at whom the dialplan noted."""


@dataclass(frozen=True, slots=True)
class Telephone:
    """What the rest of the house may know of it."""

    board: Switchboard
    reception: Reception

    async def alive(self) -> bool:
        """For /healthz."""
        return self.board.alive()

    async def counts(self) -> Mapping[str, float]:
        """For /metrics and `status`."""
        counts = await self.board.exchange.counts()
        return {
            "channels": counts.channels,
            "bridges": counts.bridges,
            "conversations": len(self.reception),
            "holding": len(self.reception.desk.waiting),
            "tasks": len(asyncio.all_tasks()),
        }


@asynccontextmanager
async def open_telephone(
    settings: Settings, clinic: Clinic, *, own_switch: bool = True, try_phones: TryPhones | None = None
) -> AsyncIterator[Telephone]:
    """Serve calls while the block runs. Raises `SwitchError` when Asterisk cannot be run.

    With `own_switch` false a process with the role `switch` runs Asterisk: it is waited for, and its calls outlive us.
    `try_phones` are the phones that pages play.
    """
    await speak_medicines(settings, clinic)
    async with open_switchboard(switch_config(settings), own=own_switch) as board:
        await provision(clinic, board.phones)
        async with Reception(_desk(settings, clinic, board)) as reception:
            router = Router(reception)
            await _take_over(reception, router, await board.exchange.adopt())
            board.exchange.serve(lambda arrival: _converse(reception, arrival))
            async with background(
                router.run(),
                forever(lambda: keep_provisioned(clinic, board.phones), "provisioning phones"),
                forever(lambda: watch(clinic, board.phones), "watching phones"),
                *_lending(try_phones, board),
                forever(lambda: _write_security_events(clinic, board), "writing security events"),
                forever(lambda: _take_notes(clinic, board), "reading what the dialplan noted"),
                CallingBack(reception, settings.call_backs_at_once).run(),
                give_medicines_natural_voice(settings, clinic.policy.known_languages),
            ):
                yield Telephone(board, reception)


def _lending(try_phones: TryPhones | None, board: Switchboard) -> list[Coroutine[Any, Any, None]]:
    if try_phones is None:
        return []
    return [forever(lambda: keep_try_phones(try_phones, board.phones), "lending phones to pages")]


def _desk(settings: Settings, clinic: Clinic, board: Switchboard) -> Desk:
    spoken, prompts = clinic.policy.known_languages, settings.build / "prompts"
    phrasebooks = load_phrasebooks(settings.prompts, spoken)
    check_rendered(phrasebooks, prompts)
    return Desk(
        clinic=clinic,
        exchange=board.exchange,
        phones=board.phones,
        phrasebooks=phrasebooks,
        prompts=prompts,
        own_sounds=own_sounds(settings),
        recordings=settings.home / "recordings",
        service_number=settings.trunk_number or settings.patient_numbers[0],
        ambulance=settings.ambulance or None,
    )


async def _converse(reception: Reception, arrival: Arrival) -> None:
    """A call has come in: who is it for?"""
    desk, call = reception.desk, arrival.call
    if arrival.kind == STAFF:
        flow = staff_call(desk, call, arrival.account)
    elif arrival.kind == PATIENT:
        flow = patient_call(desk, call)
    elif arrival.kind == PHARMACY:
        flow = pharmacy_call(desk, call)
    elif arrival.kind == MISSED:
        flow = missed_call(reception, call)
    else:
        log.error("a call for an unknown kind of line: %r", arrival.kind)
        return
    await asyncio.wait([reception.converse(call, arrival.kind, flow)])


async def _take_over(reception: Reception, router: Router, adopted: Adopted) -> None:
    """Go on with the calls that are up; who had just come in when we died is served as if they came now."""
    arrivals = {arrival.call.id: arrival for arrival in adopted.arrivals}
    legs: list[Call] = [*(arrival.call for arrival in arrivals.values()), *adopted.rung]
    for call in await adopt(reception, router, legs, adopted.rooms):
        if (arrival := arrivals.get(call.id)) is not None:
            reception.spawn(_converse(reception, arrival), f"late {arrival.kind} {call.id}")
        else:
            await call.hangup()


# What Asterisk noticed


async def _write_security_events(clinic: Clinic, board: Switchboard) -> None:
    """Refused registrations and calls go into the audit."""
    async for event in board.security:
        kind = cast(AuditAction, event.kind)  # all of `pbx.security.KINDS` are, as a test shows
        entry = AuditEntry(clinic.clock.now(), f"sip:{event.address}", kind, f"account:{event.account}")
        async with clinic.ledger.write() as books:
            await books.audit(entry)


async def _take_notes(clinic: Clinic, board: Switchboard) -> None:
    """Who called while we were away is owed a call; only then is Asterisk's note forgotten."""
    for missed in await board.missed.list():
        mobile = indian_mobile(missed.caller)
        if mobile is not None and missed.kind == MISSED:
            await take_missed_call(clinic, mobile, missed.at)
        elif mobile is not None:
            await owe_call(clinic, mobile, CallBackReason.APOLOGY, missed.at)
        await board.missed.forget(missed.key)
    await asyncio.sleep(NOTES_EVERY)
