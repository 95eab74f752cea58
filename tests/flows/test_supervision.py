"""A supervisor with a talk: how it begins, changes and ends, what is written down, and that the talk never suffers."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from core.clinic.admin.change_person import change_operator
from core.clinic.admin.let_go import let_go
from core.clinic.admin.renew_access import end_sessions, new_password
from core.clinic.sign_in import close_session, open_session
from core.clinic.supervise import AnotherTalk, NoTalk, ask_to_leave, ask_to_supervise
from core.clinic.talks_now import With, talks_now
from core.rules.consultation import Consultation
from core.rules.records import CallRecord
from core.rules.staff import Doctor, DoctorState, Operator, StaffKind
from core.rules.supervision import PURPOSE, Manner
from ivr.adoption import adopt
from tests.flows.house import NEW_PATIENT, House
from tests.flows.staff_phones import ScriptedPhones
from tests.flows.telephone import HANG_UP, ScriptedCall
from tests.supervised import who_supervises

HOLDS = {**NEW_PATIENT, "hold_or_callback": "1"}
CUT = 38


async def _supervisor(house: House, login: str = "kavita") -> Operator:
    return (await _signed_in(house, login))[0]


async def _signed_in(house: House, login: str = "kavita") -> tuple[Operator, str]:
    """A supervisor, and the secret of their session."""
    operator = await house.operator(login, available=False)
    supervisor = replace(operator, kind=StaffKind.SUPERVISOR)
    async with house.clinic.ledger.write() as books:
        await books.staff.save_operator(supervisor)
    return supervisor, (await open_session(house.clinic, supervisor))[0]


async def _talk(house: House) -> tuple[Doctor, ScriptedCall, ScriptedCall]:
    """A doctor, and a patient who held; they talk: doctor, patient's leg, doctor's leg."""
    doctor = await house.doctor()
    patient = house.dial(answers=HOLDS)
    asha = (await house.exchange.ring_of(doctor.account)).pick_up()
    await patient.talks()
    await house.becomes(doctor, DoctorState.TALKING)
    return doctor, patient, asha


async def _ask(house: House, supervisor: Operator, manner: Manner) -> Consultation:
    """The desk's button is pressed again until the switch's side has begun to listen to the desk."""
    (consultation,) = await house.open_consultations()
    await ask_to_supervise(house.clinic, supervisor, consultation.id, manner)
    return consultation


async def _deeds(house: House, consultation: Consultation) -> list[tuple[str, str]]:
    """Of the audit, oldest first."""
    async with house.clinic.ledger.read() as books:
        found = await books.audit_of(f"consultation:{consultation.id}")
    return [(entry.actor, entry.action) for entry in reversed(found)]


async def _is_with(house: House, consultation: Consultation, there: With | None) -> None:
    """Returns when the doctor's panel would show this, having been told to look."""
    async with house.clinic.line.listen(f"doctor:{consultation.doctor_id}") as told:
        while await who_supervises(house.clinic, consultation.doctor_id) != there:
            _, event = await anext(told)
            assert event["kind"] == "supervised"


async def test_from_listening_to_joining_to_leaving(house: House) -> None:
    _, patient, asha = await _talk(house)
    kavita = await _supervisor(house)
    consultation = await _ask(house, kavita, Manner.LISTEN)
    ring = await house.exchange.ring_of(kavita.account)
    assert ring.shown == (await house.token()).number
    assert await who_supervises(house.clinic, consultation.doctor_id) is None  # nobody hears anything yet
    shown = await talks_now(house.clinic, kavita)
    assert (shown.own_id, shown.own) == (consultation.id, None)

    leg = ring.pick_up()
    await house.exchange.ears_are((leg.id, asha.id, False))
    assert await who_supervises(house.clinic, consultation.doctor_id) == With("Kavita", Manner.LISTEN)
    assert patient.room is not None
    assert patient.room.inside == [asha, patient]

    await _ask(house, kavita, Manner.WHISPER)
    await house.exchange.ears_are((leg.id, asha.id, True))
    assert await who_supervises(house.clinic, consultation.doctor_id) == With("Kavita", Manner.WHISPER)

    await _ask(house, kavita, Manner.JOIN)
    await leg.talks()
    assert house.exchange.ears == frozenset()
    assert patient.room.inside == [asha, patient, leg]
    assert await who_supervises(house.clinic, consultation.doctor_id) == With("Kavita", Manner.JOIN)
    assert [(event.call_id, event.kind) for event in house.story.events if event.kind == "supervisor_joined"] == [
        (patient.id, "supervisor_joined")
    ]
    shown = await talks_now(house.clinic, kavita)
    assert (shown.own_id, shown.own) == (consultation.id, Manner.JOIN)
    assert [(talk.doctor, talk.supervisor) for talk in shown.talks] == [("Dr. Asha", With("Kavita", Manner.JOIN))]
    assert asha.heard == ["supervisor_listens", "supervisor_whispers", "supervisor_joined"]
    assert not {*patient.heard, *leg.heard} & {*asha.heard}

    await ask_to_leave(house.clinic, kavita)
    await leg.ends()
    await _is_with(house, consultation, None)
    assert patient.room.inside == [asha, patient]
    actor = f"supervisor:{kavita.id}"
    assert await _deeds(house, consultation) == [
        (actor, "listened"), (actor, "whispered"), (actor, "joined"), (actor, "left")
    ]  # fmt: skip
    asha.leave()
    await house.quiet()


async def test_the_doctor_is_told_before_a_word_is_heard(house: House) -> None:
    await _talk(house)
    kavita = await _supervisor(house)
    (consultation,) = await house.open_consultations()
    async with house.clinic.line.listen(f"doctor:{consultation.doctor_id}") as told:
        await _ask(house, kavita, Manner.LISTEN)
        ring = await house.exchange.ring_of(kavita.account)
        ring.pick_up()
        _, event = await anext(told)
        assert event["kind"] == "supervised"
    assert await who_supervises(house.clinic, consultation.doctor_id) is not None
    for leg in house.exchange.legs:
        leg.leave()
    await house.quiet()


async def test_who_supervises_hangs_up_and_the_talk_goes_on(house: House) -> None:
    _, patient, asha = await _talk(house)
    kavita = await _supervisor(house)
    consultation = await _ask(house, kavita, Manner.JOIN)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await leg.talks()
    leg.leave()
    await _is_with(house, consultation, None)
    assert patient.room is not None
    assert patient.room.inside == [asha, patient]
    asha.leave()
    await house.quiet()


@pytest.mark.parametrize("manner", Manner)
async def test_the_talk_ends_and_so_does_the_supervision(house: House, manner: Manner) -> None:
    _, _, asha = await _talk(house)
    kavita = await _supervisor(house)
    consultation = await _ask(house, kavita, manner)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await _is_with(house, consultation, With("Kavita", manner))
    asha.leave()
    await leg.ends()
    await house.quiet()
    assert await who_supervises(house.clinic, consultation.doctor_id) is None
    assert (await _deeds(house, consultation))[-1] == (f"supervisor:{kavita.id}", "left")


async def test_the_talk_ends_while_the_phone_rings(house: House) -> None:
    _, _, asha = await _talk(house)
    kavita = await _supervisor(house)
    consultation = await _ask(house, kavita, Manner.LISTEN)
    ring = await house.exchange.ring_of(kavita.account)
    asha.leave()
    await house.quiet()
    assert ring.stopped
    assert await _deeds(house, consultation) == []  # nothing was heard


async def test_leaving_while_the_phone_rings_stops_it(house: House) -> None:
    _, _, asha = await _talk(house)
    kavita = await _supervisor(house)
    await _ask(house, kavita, Manner.LISTEN)
    ring = await house.exchange.ring_of(kavita.account)
    async with house.clinic.line.listen("clinic") as told:
        await ask_to_leave(house.clinic, kavita)
        while (await talks_now(house.clinic, kavita)).own_id is not None:
            await anext(told)
    assert ring.stopped
    assert not (await talks_now(house.clinic, kavita)).unanswered
    asha.leave()
    await house.quiet()


async def test_nobody_picks_up_and_the_desk_says_so(house: House) -> None:
    _, _, asha = await _talk(house)
    kavita = await _supervisor(house)
    await _ask(house, kavita, Manner.LISTEN)
    async with house.clinic.line.listen("clinic") as told:
        (await house.exchange.ring_of(kavita.account)).refuse("unreachable")
        while not (await talks_now(house.clinic, kavita)).unanswered:
            await anext(told)
    await _ask(house, kavita, Manner.LISTEN)  # and may try again at once
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await house.exchange.ears_are((leg.id, asha.id, False))
    assert not (await talks_now(house.clinic, kavita)).unanswered
    asha.leave()
    await house.quiet()
    house.clock.pass_by(minutes=2)
    assert not (await talks_now(house.clinic, kavita)).unanswered


async def test_a_doctor_who_was_cut_off_is_heard_again(house: House) -> None:
    doctor, patient, asha = await _talk(house)
    kavita = await _supervisor(house)
    await _ask(house, kavita, Manner.WHISPER)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await house.exchange.ears_are((leg.id, asha.id, True))
    asha.leave(CUT)
    again = (await house.exchange.ring_of(doctor.account)).pick_up()
    await house.exchange.ears_are((leg.id, again.id, True))
    assert patient.up
    again.leave()
    await house.quiet()
    assert not leg.up


async def test_only_a_talk_is_supervised_and_one_at_a_time(house: House) -> None:
    _, _, asha = await _talk(house)
    kavita = await _supervisor(house)
    (consultation,) = await house.open_consultations()
    with pytest.raises(NoTalk):
        await ask_to_supervise(house.clinic, kavita, consultation.id + 1, Manner.LISTEN)
    await _ask(house, kavita, Manner.LISTEN)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await house.exchange.ears_are((leg.id, asha.id, False))
    async with house.clinic.ledger.write() as books:  # another talk, as far as the ledger goes
        await books.calls.update(leg.id, token_id=None)
    with pytest.raises(AnotherTalk):
        await ask_to_supervise(house.clinic, kavita, consultation.id, Manner.LISTEN)
    asha.leave()
    await house.quiet()
    with pytest.raises(NoTalk):
        await ask_to_supervise(house.clinic, kavita, consultation.id, Manner.LISTEN)


async def test_two_supervisors_and_the_doctor_is_told_of_the_louder(house: House) -> None:
    _, _, asha = await _talk(house)
    kavita, leela = await _supervisor(house), await _supervisor(house, "leela")
    consultation = await _ask(house, leela, Manner.WHISPER)
    first = (await house.exchange.ring_of(leela.account)).pick_up()
    await house.exchange.ears_are((first.id, asha.id, True))
    await _ask(house, kavita, Manner.LISTEN)
    second = (await house.exchange.ring_of(kavita.account)).pick_up()
    await house.exchange.ears_are((first.id, asha.id, True), (second.id, asha.id, False))
    assert await who_supervises(house.clinic, consultation.doctor_id) == With("Leela", Manner.WHISPER)
    first.leave()
    await _is_with(house, consultation, With("Kavita", Manner.LISTEN))
    asha.leave()
    await house.quiet()


async def test_key_0_does_not_ring_who_supervises(house: House) -> None:
    _, _, asha = await _talk(house)
    kavita = await _supervisor(house)
    await _ask(house, kavita, Manner.LISTEN)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await house.exchange.ears_are((leg.id, asha.id, False))
    assert house.desk.busy_operators == {kavita.id}
    asha.leave()
    await house.quiet()
    assert not house.desk.busy_operators


async def test_after_a_restart_of_ours_a_left_over_supervision_ends(house: House) -> None:
    kavita = await _supervisor(house)
    left_over = house.exchange.dials(kavita.account, "", {})
    async with house.clinic.ledger.write() as books:
        for leg in (left_over.id, "gone meanwhile"):
            record = CallRecord(leg, PURPOSE[Manner.WHISPER], kavita.account, house.clock.now())
            await books.calls.start(record)
    async with house.clinic.line.listen("clinic") as told:
        assert await adopt(house.reception, house.router, [left_over], {}) == []
        assert (await anext(told))[1]["kind"] == "adopted"
    assert not left_over.up
    async with house.clinic.ledger.read() as books:
        assert await books.supervisions.now() == []
        assert await books.calls.unended() == []


async def _let_go(house: House, kavita: Operator, _secret: str) -> None:
    await let_go(house.clinic, kavita.id, "admin:1")


async def _no_supervisor_any_more(house: House, kavita: Operator, _secret: str) -> None:
    await change_operator(house.clinic, kavita.id, "admin:1", name=kavita.name, kind=StaffKind.OPERATOR)


async def _ended_sessions(house: House, kavita: Operator, _secret: str) -> None:
    await end_sessions(house.clinic, kavita.id, "admin:1")


async def _another_password(house: House, kavita: Operator, _secret: str) -> None:
    await new_password(house.clinic, kavita.id, "admin:1")


async def _signed_out(house: House, _kavita: Operator, secret: str) -> None:
    await close_session(house.clinic, secret)


Loss = Callable[[House, Operator, str], Awaitable[None]]
LOSSES: list[Loss] = [_let_go, _no_supervisor_any_more, _ended_sessions, _another_password, _signed_out]


@pytest.mark.parametrize("loses", LOSSES)
async def test_who_may_no_longer_hears_no_longer(house: House, loses: Loss) -> None:
    """Whatever phone it is: this one, on a desk, would go on with the call for ever."""
    _, patient, asha = await _talk(house)
    kavita, secret = await _signed_in(house)
    consultation = await _ask(house, kavita, Manner.LISTEN)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await house.exchange.ears_are((leg.id, asha.id, False))
    await loses(house, kavita, secret)
    await leg.ends()
    await house.exchange.ears_are()
    await _is_with(house, consultation, None)
    assert patient.room is not None
    assert patient.room.inside == [asha, patient]
    assert (await _deeds(house, consultation))[-1] == (f"supervisor:{kavita.id}", "left")
    asha.leave()
    await house.quiet()


@pytest.mark.parametrize("loses", LOSSES)
async def test_who_may_no_longer_is_not_rung_on(house: House, loses: Loss) -> None:
    _, _, asha = await _talk(house)
    kavita, secret = await _signed_in(house)
    consultation = await _ask(house, kavita, Manner.LISTEN)
    ring = await house.exchange.ring_of(kavita.account)
    async with house.clinic.line.listen("clinic") as told:
        await loses(house, kavita, secret)
        while (await talks_now(house.clinic, kavita)).own_id is not None:
            await anext(told)
    assert ring.stopped
    asha.leave()
    await house.quiet()
    assert house.exchange.overheard == []
    assert await _deeds(house, consultation) == []


async def test_who_signs_out_of_one_window_goes_on_with_the_other(house: House) -> None:
    _, _, asha = await _talk(house)
    kavita, secret = await _signed_in(house)
    await open_session(house.clinic, kavita)
    await _ask(house, kavita, Manner.LISTEN)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await house.exchange.ears_are((leg.id, asha.id, False))
    await close_session(house.clinic, secret)
    await _ask(house, kavita, Manner.WHISPER)
    await house.exchange.ears_are((leg.id, asha.id, True))
    asha.leave()
    await house.quiet()


async def test_a_supervisor_whose_page_goes_hears_no_longer(house: House) -> None:
    """Though their browser may keep the leg for ever."""
    phones = ScriptedPhones("operator-kavita-web")
    house.desk = house.reception.desk = replace(house.desk, phones=phones)
    _, patient, asha = await _talk(house)
    kavita = await _supervisor(house)
    await _ask(house, kavita, Manner.LISTEN)
    leg = (await house.exchange.ring_of("operator-kavita-web")).pick_up()
    await house.exchange.ears_are((leg.id, asha.id, False))
    phones.leave("operator-kavita-web")
    await leg.ends()
    await house.exchange.ears_are()
    assert patient.up
    asha.leave()
    await house.quiet()


async def test_who_has_just_been_let_go_is_still_named(house: House) -> None:
    doctor, _, asha = await _talk(house)
    kavita = await _supervisor(house)
    token = await house.token()
    async with house.clinic.ledger.write() as books:
        purpose = PURPOSE[Manner.LISTEN]
        await books.calls.start(CallRecord("leg", purpose, kavita.account, house.clock.now(), token_id=token.id))
    await let_go(house.clinic, kavita.id, "admin:1")
    assert await who_supervises(house.clinic, doctor.id) == With("Kavita", Manner.LISTEN)
    asha.leave()
    await house.quiet()


async def test_a_doctor_on_a_telephone_is_told_before_anybody_hears(house: House) -> None:
    doctor = await house.doctor()
    patient = house.dial(answers=HOLDS)
    asha = (await house.exchange.ring_of(doctor.account)).pick_up({"supervisor_listens": HANG_UP})
    await patient.talks()
    kavita = await _supervisor(house)
    await _ask(house, kavita, Manner.LISTEN)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await leg.ends()
    await house.quiet()
    assert asha.heard == ["supervisor_listens"]
    assert house.exchange.overheard == []


async def test_a_doctor_at_a_page_reads_it_there(house: House) -> None:
    house.desk = house.reception.desk = replace(house.desk, phones=ScriptedPhones("doctor-asha-web"))
    doctor = await house.doctor()
    patient = house.dial(answers=HOLDS)
    asha = (await house.exchange.ring_of("doctor-asha-web")).pick_up()
    await patient.talks()
    await house.becomes(doctor, DoctorState.TALKING)
    kavita = await _supervisor(house)
    await _ask(house, kavita, Manner.LISTEN)
    leg = (await house.exchange.ring_of(kavita.account)).pick_up()
    await house.exchange.ears_are((leg.id, asha.id, False))
    assert asha.heard == []
    asha.leave()
    await house.quiet()
