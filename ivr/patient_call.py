"""THE CALL FLOW: a patient dials, is known or registered, takes a token, hears it, and holds or hangs up to be called.

Read it from top to bottom; it is the conversation. Every question repeats itself, takes 0 for a human and 9 for an
emergency, and gives up kindly: that lives in `ivr.dialogue`. Hang-up is an exception, caught where the task began.
"""

from collections.abc import Sequence

from core.clinic.cancel_token import cancel_token
from core.clinic.hear_prescription import has_medicines
from core.clinic.know_caller import Known, give_consent, know_caller
from core.clinic.log_call import log_call_language, log_call_token
from core.clinic.register_patient import FamilyFull
from core.clinic.stand_in_line import serve_sooner
from core.clinic.take_token import send_token_again, take_token
from core.rules.mobile import indian_mobile
from core.rules.opd import Opd, choice_sound
from core.rules.patient import Gender, Patient
from core.rules.token import Priority, Token
from ivr.after_operator import Changed, fetch_human_for
from ivr.call import Call
from ivr.desk import Desk
from ivr.dialogue import Dialogue, GaveUp, Line
from ivr.help import fetch_human, helped, owe_a_call
from ivr.hold import TURN_CALLED, hold, wait_lines
from ivr.hours import closed_lines
from ivr.read_prescription import read_prescription
from ivr.registration import NotServed, register
from ivr.reminder_wish import ask_reminder_wish

FERTILE_AGES = range(15, 50)
"""Who is asked whether she is pregnant: it moves her forward in the line."""
HEAR_IDS = 8
"""The key that reads out the patient numbers (S14)."""
HEAR_MEDICINES = 3
"""The key that reads the prescription aloud, wherever the departments leave it free."""
MEDICINES = "medicines"
"""Chosen in place of a department."""


async def patient_call(desk: Desk, call: Call) -> None:
    """One call from a patient, from the first ring to the last word."""
    await call.answer()
    mobile = indian_mobile(call.caller)
    if mobile is not None and await desk.waiting.returns(mobile, call):
        await call.wait_gone()  # the talk that was cut goes on with this call (S18)
        return
    known = await know_caller(desk.clinic, mobile) if mobile else None
    dialogue = helped(desk, call, known.language if known and known.language else desk.default_language)
    await serve(desk, dialogue, known)


async def serve(desk: Desk, dialogue: Dialogue, known: Known | None) -> None:
    """Everything after the greeting's language is known; who cannot be understood is called by a human."""
    try:
        if known is None:
            await _serve_withheld(desk, dialogue)
        else:
            with desk.waiting.present(known.mobile):
                await _serve_as_known(desk, dialogue, known)
        await dialogue.tell("goodbye")
    except GaveUp:
        await _let_go(desk, dialogue, known)


async def _serve_as_known(desk: Desk, dialogue: Dialogue, known: Known) -> None:
    """From the beginning once more, as often as an operator has changed what we know of them."""

    async def human(dialogue: Dialogue) -> None:
        await fetch_human_for(desk, known.mobile, dialogue)

    dialogue.on_human = human
    while True:
        try:
            return await _serve_known(desk, dialogue, known)
        except Changed as changed:
            known = changed.known
            dialogue.language = known.language or dialogue.language


async def _let_go(desk: Desk, dialogue: Dialogue, known: Known | None) -> None:
    """Whoever has a token is called in any case; anybody else by a human, where there is a number."""
    if known is not None and (await know_caller(desk.clinic, known.mobile)).tokens:
        return await dialogue.tell("will_call_you")
    await dialogue.tell("give_up" if await owe_a_call(desk, dialogue) else "give_up_hidden")


async def _serve_known(desk: Desk, dialogue: Dialogue, known: Known) -> None:
    if known.language is None:
        language = await dialogue.choose_language(desk.clinic.policy.languages)
        await log_call_language(desk.clinic, dialogue.call.id, language)
    if not (desk.clinic.open_opds() or known.tokens):
        return await _closed(desk, dialogue, known.mobile, known.patients if known.caller else ())
    if known.caller is None:
        await dialogue.say("welcome")
        if not await _agrees(desk, dialogue, known.mobile):
            return await dialogue.tell("consent_declined")
    else:
        await dialogue.say("welcome_back")
    patient = await _choose_patient(desk, dialogue, known)
    if patient is None:
        return
    token = known.tokens.get(patient.id)
    if token is None:
        await _new_token(desk, dialogue, patient, known.mobile)
    else:
        await _existing_token(desk, dialogue, patient, token, known.mobile)


async def _say_closed(desk: Desk, dialogue: Dialogue) -> None:
    """When it opens (S2), and where to turn in an emergency until then (T10)."""
    first = next(iter(desk.clinic.policy.opds.values()))
    await dialogue.tell(*closed_lines(desk.clinic, first), "emergency_advice")


async def _closed(desk: Desk, dialogue: Dialogue, mobile: str, patients: Sequence[Patient]) -> None:
    """Nobody can be seen now; but medicines are taken at night too, so whoever of these has some may hear them."""
    await _say_closed(desk, dialogue)
    treated = [patient for patient in patients if await has_medicines(desk.clinic, patient)]
    if not treated:
        return
    try:
        await dialogue.menu(("hear_medicines", {"key": HEAR_MEDICINES}), {str(HEAR_MEDICINES): True})
    except GaveUp:
        return  # they know now when it opens
    lines = [_called_by_name(desk, key, patient) for key, patient in enumerate(treated, start=1)]
    named = {str(key): patient for key, patient in enumerate(treated, start=1)}
    patient = await dialogue.menu(lines, named) if len(treated) > 1 else treated[0]
    if await read_prescription(desk, dialogue, patient, mobile):
        await _say_closed(desk, dialogue)


async def _serve_withheld(desk: Desk, dialogue: Dialogue) -> None:
    """No number, or one that is no Indian mobile: nobody we could know or call back (T2, T14). A human may help."""
    await dialogue.choose_language(desk.clinic.policy.languages)
    await dialogue.tell("number_withheld")
    await fetch_human(desk, dialogue)


async def _agrees(desk: Desk, dialogue: Dialogue, mobile: str) -> bool:
    """The notice in their language and a keyed yes (T1, T12); the long notice for who wants it."""
    answer = await dialogue.menu("notice_consent", {"1": "yes", "2": "more"})
    if answer == "more":
        answer = await dialogue.menu("notice_full", {"1": "yes", "3": "no"})
    if answer == "yes":
        await give_consent(desk.clinic, mobile, dialogue.language, dialogue.call.id)
    return answer == "yes"


async def _choose_patient(desk: Desk, dialogue: Dialogue, known: Known) -> Patient | None:
    """Who is ill (S7): one of those whose names were recorded on this number, or somebody new."""
    if not known.patients:
        return await _register_another(desk, dialogue, known.mobile)
    choices: dict[str, Patient | str] = {str(key): patient for key, patient in enumerate(known.patients, start=1)}
    lines = [_called_by_name(desk, key, patient) for key, patient in enumerate(known.patients, start=1)]
    if len(known.patients) < desk.clinic.policy.family_limit:
        new = str(len(known.patients) + 1)
        choices[new] = "new"
        lines.append(("someone_new", {"key": new}))
    choices[str(HEAR_IDS)] = "ids"
    while True:
        choice = await dialogue.menu(lines, choices, rarely=[("hear_patient_numbers", {"key": HEAR_IDS})])
        if isinstance(choice, Patient):
            return choice
        if choice == "new":
            return await _register_another(desk, dialogue, known.mobile)
        await dialogue.tell(*(_patient_number(patient) for patient in known.patients))


async def _register_another(desk: Desk, dialogue: Dialogue, mobile: str) -> Patient | None:
    try:
        return await register(desk, dialogue, mobile)
    except FamilyFull:
        await dialogue.tell("family_full")
    except NotServed:
        await dialogue.tell("state_not_served")
    return None


def _called_by_name(desk: Desk, key: int, patient: Patient) -> Line:
    if patient.name_recording is None:
        return "which_patient_unnamed", {"number": key, "key": key}
    return "which_patient", {"name": str(desk.recordings / patient.name_recording), "key": key}


def _patient_number(patient: Patient) -> Line:
    return "patient_id_spoken", {"id": patient.code}


async def _new_token(desk: Desk, dialogue: Dialogue, patient: Patient, mobile: str) -> None:
    if not desk.clinic.policy.serves(patient.state):
        return await dialogue.tell("state_not_served")
    hears = await has_medicines(desk.clinic, patient)
    if not desk.clinic.open_opds():
        return await _closed(desk, dialogue, mobile, [patient])
    opd = await _choose_opd(desk, dialogue, hears=hears)
    if opd == MEDICINES:
        if not await read_prescription(desk, dialogue, patient, mobile):
            return
        opd = await _choose_opd(desk, dialogue, hears=False)
    token = await take_token(desk.clinic, patient, opd)
    await log_call_token(desk.clinic, dialogue.call.id, token)  # whoever is cut off here by us goes on with it
    desk.clinic.timeline.note(dialogue.call.id, "token", token.number)
    await dialogue.tell(("token_spoken", {"token": token.number}), ("token_again", {"token": token.number}))
    await dialogue.tell("sms_sent")
    if await wait_lines(desk, token) == [TURN_CALLED]:
        return await _hold(desk, dialogue, token)
    if await _is_pregnant(desk, dialogue, patient):
        token = await serve_sooner(desk.clinic, token, Priority.PREGNANT)
    await dialogue.tell(*await wait_lines(desk, token))
    await _hold_or_be_called(desk, dialogue, token)


async def _choose_opd(desk: Desk, dialogue: Dialogue, *, hears: bool) -> str:
    """Which department (S10), one that is open (S2); or, for who `hears` a prescription read aloud, `MEDICINES`."""
    opds, open_now = desk.clinic.policy.opds, desk.clinic.open_opds()
    if len(opds) == 1 and not hears:
        return next(iter(opds))
    lines = [_offered(opd, dialogue.language, key) for key, opd in enumerate(opds.values(), start=1)]
    choices = {str(key): opd for key, opd in enumerate(opds, start=1)}
    if len(opds) == 1:
        lines = [("see_doctor", {"key": 1})]
    if hears:
        key = max(HEAR_MEDICINES, len(opds) + 1)
        lines.append(("hear_medicines", {"key": key}))
        choices[str(key)] = MEDICINES
    while True:
        choice = await dialogue.menu(lines, choices)
        if choice == MEDICINES or choice in open_now:
            return choice
        await dialogue.tell(*closed_lines(desk.clinic, opds[choice]))


def _offered(opd: Opd, language: str, key: int) -> Line:
    """One that was added while serving brings the sound of its own words."""
    if opd.spoken is None:
        return f"opd_choice_{opd.key}", {"key": key}
    return "opd_choice_added", {"choice": choice_sound(language, opd.key), "key": key}


async def _is_pregnant(desk: Desk, dialogue: Dialogue, patient: Patient) -> bool:
    """Asked when the token is safe, so that nobody waits longer for it; who does not answer keeps the place she has."""
    if patient.gender is not Gender.WOMAN or patient.age_at(desk.clinic.today()) not in FERTILE_AGES:
        return False
    try:
        return await dialogue.menu("pregnant", {"1": True, "2": False})
    except GaveUp:
        return False


async def _existing_token(desk: Desk, dialogue: Dialogue, patient: Patient, token: Token, mobile: str) -> None:
    """One active token a patient (S16): wait with it, hear it again (S14), or cancel it (S15)."""
    choices, rarely = {"1": "wait", "2": "hear", "3": "cancel"}, []
    if await has_medicines(desk.clinic, patient):
        key = len(choices) + 1
        choices[str(key)] = MEDICINES
        rarely = [("hear_medicines", {"key": key})]
    while True:
        choice = await dialogue.menu("token_menu", choices, rarely=rarely)
        if choice == "wait":
            return await _hold(desk, dialogue, token)
        if choice == "hear":
            await send_token_again(desk.clinic, token, patient, dialogue.call.id)
            await dialogue.tell(("token_spoken", {"token": token.number}), _patient_number(patient), "sms_sent")
        elif choice == MEDICINES:
            if not await read_prescription(desk, dialogue, patient, mobile):
                return
        elif await dialogue.menu("cancel_confirm", {"1": True, "2": False}):
            done = await cancel_token(desk.clinic, token, patient)
            return await dialogue.tell("cancelled" if done else TURN_CALLED)


async def _hold_or_be_called(desk: Desk, dialogue: Dialogue, token: Token) -> None:
    """Hold the line, or hang up and be called when the turn comes (S19)."""
    try:
        holds = await dialogue.menu("hold_or_callback", {"1": True, "2": False})
    except GaveUp:
        holds = False  # the token is safe: whoever says nothing is called
    if holds:
        await _hold(desk, dialogue, token)
    else:
        await dialogue.tell("will_call_you")


async def _hold(desk: Desk, dialogue: Dialogue, token: Token) -> None:
    if await hold(desk, dialogue, token):
        await dialogue.tell("consult_over")
        mobile = indian_mobile(dialogue.call.caller) or indian_mobile(dialogue.call.dialled)
        if mobile is not None:
            await ask_reminder_wish(desk, dialogue, mobile)
