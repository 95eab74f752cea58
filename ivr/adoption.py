"""After a restart of ours the calls are still up: talks go on, who waited waits on, nobody has to begin again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from core.clinic.bring_together import give_up_consultation
from core.clinic.know_caller import know_caller
from core.clinic.make_up_for_cut import end_lost_calls, make_up_for_cut
from core.clinic.rebuild_line import rebuild_line
from core.clinic.talk import end_talk
from core.rules.consultation import SWITCH_REDIALS, Consultation, Outcome
from core.rules.mobile import indian_mobile
from core.rules.records import CallRecord
from core.rules.token import Token
from ivr.call import Call
from ivr.case import load_case
from ivr.desk import Desk
from ivr.help import helped
from ivr.hold import HOLDING, hold
from ivr.legs import MISSED, end_leg
from ivr.patient_call import serve
from ivr.reception import PATIENT_LEGS, Reception
from ivr.router import Router
from ivr.talking import Talk

REDIALLED_WITHIN = timedelta(hours=1)
"""After the beginning of a talk that broke with the switch while we were away."""


async def adopt(
    reception: Reception, router: Router, calls: Iterable[Call], rooms: Mapping[str, Sequence[str]]
) -> list[Call]:
    """Make ledger, line and switch agree, and go on with every call that is still up. Before the router runs.

    `rooms` are those that the switch still holds, with the legs inside: whichever no talk goes on in is closed, as
    nobody else would. Returns the legs nothing is written of: they have just come in, and nobody has said a word yet.
    """
    clinic = reception.desk.clinic
    legs, left = {call.id: call for call in calls}, set(rooms)
    up = frozenset(legs)
    async with clinic.ledger.read() as books:
        consultations = await books.consultations.in_progress()
    for consultation in consultations:
        inside = rooms.get(consultation.room, ())
        if await _adopt_consultation(reception, router, legs, consultation, inside):
            left.discard(consultation.room)
    for name in left:
        await (await reception.desk.exchange.open_room(name)).close()
    await rebuild_line(clinic)
    strangers = [call for call in legs.values() if not await _adopt_leg(reception, call)]
    for record in await end_lost_calls(clinic, up):
        if record.purpose in PATIENT_LEGS:
            await make_up_for_cut(clinic, record.id, record.started_at)
    await clinic.line.publish("clinic", {"kind": "adopted"})  # panels look again: nobody supervises any more
    return strangers


async def _adopt_consultation(
    reception: Reception, router: Router, legs: dict[str, Call], consultation: Consultation, inside: Sequence[str]
) -> bool:
    """Whether the talk goes on."""
    patient = legs.pop(consultation.patient_call or "", None)
    doctor = legs.pop(consultation.doctor_call or "", None)
    if consultation.is_talk and patient is not None and doctor is not None:
        joined = {patient.id, doctor.id} <= set(inside)
        work = _go_on(reception, router, consultation, patient, doctor, joined)
        reception.spawn(work, f"{consultation.room} adopted")
        return True
    for leg in (patient, doctor):
        if leg is not None:
            await end_leg(reception.desk, leg, "cut")
    if consultation.is_talk:
        await end_talk(reception.desk.clinic, consultation)
        if patient is None and doctor is None and _is_recent(reception, consultation):
            router.call_again(consultation.token_id, SWITCH_REDIALS)
    else:
        await give_up_consultation(reception.desk.clinic, consultation, Outcome.CANCELLED, doctor_ready=True)
    return False


async def _go_on(
    reception: Reception, router: Router, consultation: Consultation, patient: Call, doctor: Call, joined: bool
) -> None:
    case = await load_case(reception.desk.clinic, consultation)
    with router.button(case.token.id) as pressed:
        await Talk(reception, case, patient, doctor, pressed, own_patient=True).live(adopted=joined)


def _is_recent(reception: Reception, talk: Consultation) -> bool:
    """Whether they expect to hear from each other still (S18); later on the doctor calls again, by the panel."""
    return reception.desk.clinic.clock.now() - talk.claimed_at <= REDIALLED_WITHIN


async def _adopt_leg(reception: Reception, call: Call) -> bool:
    """A patient's leg goes on; whatever else is left over was being rung for nobody. False: nothing is known of it."""
    async with reception.desk.clinic.ledger.read() as books:
        record = await books.calls.get(call.id)
        token = await books.tokens.get(record.token_id) if record is not None and record.token_id else None
    if record is None or record.purpose == MISSED:
        return False
    if record.purpose not in PATIENT_LEGS:
        await end_leg(reception.desk, call, "cut")
    else:
        reception.converse(call, record.purpose, resumed_call(reception.desk, call, record, token), token)
    return True


async def resumed_call(desk: Desk, call: Call, record: CallRecord, token: Token | None) -> None:
    """Say that we were cut for a moment; then hold on, or begin again with somebody we may know by now."""
    mobile = indian_mobile(record.mobile)
    if mobile is None:
        return
    known = await know_caller(desk.clinic, mobile)
    known = replace(known, language=known.language or record.language)
    dialogue = helped(desk, call, known.language or desk.default_language)
    await dialogue.say("interrupted")
    if token is None or token.state not in HOLDING:
        await serve(desk, dialogue, known)
    elif await hold(desk, dialogue, token):
        await dialogue.say("consult_over")
