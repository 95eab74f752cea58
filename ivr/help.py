"""The two keys that always work: 9 for an emergency, 0 for a human (T10).

Both return when the caller may go on where they were.
"""

from contextlib import suppress

from core.clinic.desk.present_caller import operator_answered, operator_free, operator_rung
from core.clinic.note_call_back import note_call_back
from core.rules.mobile import indian_mobile
from core.rules.phone import owner_of
from core.rules.staff import Operator
from core.tasks import to_the_end
from ivr.call import Call, Hangup, NoAnswer
from ivr.desk import Desk
from ivr.dialogue import Dialogue
from ivr.legs import end_leg, ring_for
from ivr.page_leg import leads_nowhere, page_back
from ivr.ring_staff import ring_staff
from ivr.together import unless_gone


def helped(desk: Desk, call: Call, language: str) -> Dialogue:
    """A dialogue whose keys 0 and 9 do what they should."""

    async def human(dialogue: Dialogue) -> None:
        await fetch_human(desk, dialogue)

    async def emergency(dialogue: Dialogue) -> None:
        await advise_emergency(desk, dialogue)

    return Dialogue(
        call=call,
        phrasebooks=desk.phrasebooks,
        prompts=desk.prompts,
        own_sounds=desk.own_sounds,
        timeline=desk.clinic.timeline,
        pace=desk.pace,
        language=language,
        on_human=human,
        on_emergency=emergency,
    )


async def advise_emergency(desk: Desk, dialogue: Dialogue) -> None:
    """Speak the advice, and connect to the ambulance where the trunk allows it (T10)."""
    call = dialogue.call
    desk.clinic.timeline.note(call.id, "emergency")
    if desk.ambulance is not None:
        await dialogue.tell("emergency_connecting")
        ringing = desk.exchange.ring_number(desk.ambulance, caller=call.caller, timeout=desk.pace.ambulance_rings)
        with suppress(NoAnswer):
            ambulance = await ring_for(desk, call, ringing, "ambulance")
            await talk_until_one_leaves(desk, f"emergency-{call.id}", call, ambulance)
    await dialogue.tell("emergency_advice")


async def fetch_human(desk: Desk, dialogue: Dialogue) -> None:
    """Connect to a ready operator; when there is none, note a call-back where there is a number, and say so."""
    desk.clinic.timeline.note(dialogue.call.id, "human")
    async with desk.clinic.ledger.read() as books:
        operators = await books.staff.operators()
    for operator in operators:
        free = operator.available and operator.id not in desk.busy_operators
        if free and operator.account != owner_of(dialogue.call.caller):
            desk.busy_operators.add(operator.id)
            try:
                return await _connect(desk, dialogue, operator)
            except NoAnswer:
                continue
            finally:
                desk.busy_operators.discard(operator.id)
    await dialogue.tell("operator_none" if await owe_a_call(desk, dialogue) else "operator_none_hidden")


async def owe_a_call(desk: Desk, dialogue: Dialogue) -> bool:
    """Note that an operator is to call back. False when the number cannot be called (T14): promise nothing."""
    mobile = indian_mobile(dialogue.call.caller)
    if mobile is not None:
        await note_call_back(desk.clinic, mobile, dialogue.language)
    return mobile is not None


async def _connect(desk: Desk, dialogue: Dialogue, operator: Operator) -> None:
    """The operator's desk shows who it is from the first ring until they part."""
    clinic, call = desk.clinic, dialogue.call
    await dialogue.tell("operator_connecting")
    shown = await operator_rung(clinic, operator.id, call.id, call.caller)
    try:
        answered = await _ring(desk, call, operator)
        clinic.timeline.note(call.id, "operator", operator.login)
        try:
            await operator_answered(clinic, shown)
        except BaseException:
            await end_leg(desk, answered)
            raise
        while await talk_until_one_leaves(desk, f"operator-{call.id}", call, answered):
            answered = await _when_page_is_back(desk, dialogue, operator, answered.dialled)
    finally:
        await to_the_end(operator_free(clinic, shown))


async def _ring(desk: Desk, call: Call, operator: Operator) -> Call:
    ringing = ring_staff(desk, operator, caller=call.caller, timeout=desk.pace.operator_rings)
    return await ring_for(desk, call, ringing, "operator")


async def _when_page_is_back(desk: Desk, dialogue: Dialogue, operator: Operator, page: str) -> Call:
    """In time: then it has picked up by itself. Raises `NoAnswer`: somebody else may help."""
    desk.clinic.timeline.note(dialogue.call.id, "operators_page_left")
    await dialogue.tell("operator_returns")
    await page_back(desk, page, dialogue.call)
    return await _ring(desk, dialogue.call, operator)


async def talk_until_one_leaves(desk: Desk, name: str, caller: Call, other: Call) -> bool:
    """Let both hear each other. When the other leaves, the caller's flow goes on; when the caller leaves, `Hangup`.

    Whether it was the other's page that went, and may come back.
    """
    page_went = False
    try:
        room = await desk.exchange.open_room(name)
        try:
            await room.admit(caller)
            with suppress(Hangup):  # whoever has just answered may be gone again: then the wait below ends at once
                await room.admit(other)
            page_went = await unless_gone(caller, leads_nowhere(desk, other))
        finally:
            await room.dismiss(caller)
            await room.close()
    finally:
        await end_leg(desk, other, "cut" if page_went else "done")
    return page_went
