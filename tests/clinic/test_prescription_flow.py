"""From the doctor's signature to the patient's SMS and link, on a real database, a real line and real paper."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest

from config.tables import load_dose_words, load_formulary, load_paper_words, load_sms_templates, load_states
from core.adapters.geography import PinCodes
from core.adapters.line import RedisLine
from core.adapters.pdf import Letterhead, PaperTables, ReportlabPrinter
from core.adapters.sms import LocalGateway
from core.adapters.sql import SqlLedger
from core.clinic.by_sms.receive import receive_sms
from core.clinic.clinic import Clinic, Policy
from core.clinic.close_case import close_case
from core.clinic.issue_prescription import CannotSign, CaseEnded, NotYours, issue_prescription, link_hash
from core.clinic.patient_web.open_link import LinkState, answer_link, open_link
from core.clinic.send_sms import LEASE, keep_sending, note_receipt, queue_sms, send_due_sms
from core.ports import NEW, Server, SmsDelayed, SmsRefused, Waiter
from core.rules.call_back import Caps
from core.rules.consultation import Consultation, Outcome
from core.rules.patient import Gender, Patient, Relation
from core.rules.prescribing.finding import Reason
from core.rules.prescription import Medicine, Prescription
from core.rules.queue import Lane, Match
from core.rules.sms import BACK_OFF, MAX_ATTEMPTS, Sms, SmsState
from core.rules.staff import Doctor, DoctorState, Verification
from core.rules.token import NotAllowed, Priority, Token, TokenState
from tests.adapters.conftest import line, migrated_file, redis

__all__ = ["line", "migrated_file", "redis"]  # fixtures
INDIA = ZoneInfo("Asia/Kolkata")
URL = "https://duravani.example.in"
LANE = Lane("RJ", "general", "hi")
MEDICINES = (
    Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 5),
    Medicine("oral rehydration salts", "sachet", "21 g", "SOS", 3, "1 लीटर पानी में"),
    Medicine("zinc sulfate", "dispersible tablet", "20 mg", "0-0-1", 14),
    Medicine("vitamin c", "chewable tablet", "500 mg", "1-0-0", 10),
)
CONTENT = Prescription("बुखार", "Viral fever", MEDICINES, ("CBC",))


class Now:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


class Story:
    """A timeline that keeps its notes."""

    def __init__(self) -> None:
        self.notes: list[tuple[str, str, str]] = []

    def note(self, call_id: str, kind: str, detail: str = "") -> None:
        self.notes.append((call_id, kind, detail))


class Trouble:
    """A gateway that fails as it is told, then works."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.sent: list[Sms] = []

    async def send(self, sms: Sms) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(sms)
        return f"SM{sms.id}"

    async def alive(self) -> bool:
        return True


@pytest.fixture
async def ledger(migrated_file: Path, tmp_path: Path) -> AsyncIterator[SqlLedger]:
    ledger = SqlLedger.open(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'clinic.db')}")
    yield ledger
    await ledger.close()


@pytest.fixture
def clinic(ledger: SqlLedger, line: RedisLine) -> Clinic:
    states = load_states()
    policy = Policy(
        clinic_name="Duravani", time_zone=INDIA, languages=("hi", "en"), opds={},
        states=tuple(state.code for state in states), formulary=load_formulary(), public_url=URL,
        notice_version="1", family_limit=8, token_digits=4, link_days=30,
        call_backs=Caps(per_hour=3, per_day=8, per_hour_in_all=2000), dose_words=load_dose_words(),
    )  # fmt: skip
    return Clinic(
        ledger=ledger, line=line, clock=Now(),
        printer=ReportlabPrinter(
            Letterhead("Duravani", "1800-000-000", INDIA, URL),
            PaperTables(load_paper_words(), load_dose_words(), states),
            None,
        ),
        geography=PinCodes(states), timeline=Story(), policy=policy,
        sms=load_sms_templates(languages=("hi", "en"), clinic_name="Duravani", public_url=URL),
    )  # fmt: skip


def later(clinic: Clinic, by: timedelta) -> None:
    assert isinstance(clinic.clock, Now)
    clinic.clock.at += by


async def hire(clinic: Clinic, login: str = "asha") -> Doctor:
    doctor = Doctor(
        NEW, login, "Dr Asha Verma", "MBBS", "RJ-12345", "Rajasthan Medical Council", "asha@duravani.example",
        ("general",), ("hi",), ("RJ",), f"doctor-{login}", "digest", "hash", clinic.clock.now(), available=True,
        verification=Verification.VERIFIED,
    )  # fmt: skip
    async with clinic.ledger.write() as books:
        return await books.staff.add_doctor(doctor)


async def register(clinic: Clinic, code: str = "100000016", mobile: str = "+919876543210") -> Patient:
    now = clinic.clock.now()
    patient = Patient(
        NEW, code, mobile, Relation.SELF, Gender.WOMAN, 34, now.date(), "302001", "RJ", "Jaipur", "hi", now
    )  # fmt: skip
    async with clinic.ledger.write() as books:
        return await books.patients.add(patient)


async def bring_together(clinic: Clinic, patient: Patient, doctor: Doctor, number: str = "4821") -> Consultation:
    """A reserved doctor and a called patient, on the line and in the books."""
    now = clinic.clock.now()
    async with clinic.ledger.write() as books:
        token = await books.tokens.add(
            Token(
                NEW,
                number,
                now.date(),
                patient.id,
                "general",
                "RJ",
                "hi",
                Priority.ROUTINE,
                TokenState.WAITING,
                now,
                now,
            )
        )
        consultation = await books.consultations.add(
            Consultation(NEW, token.id, patient.id, doctor.id, False, now, patient_call="call-1")
        )
        await books.tokens.move(token, TokenState.CALLED)
    await clinic.line.join(Waiter(token.id, LANE, 1))
    assert await clinic.line.ready(Server(doctor.id, (LANE,))) == Match(token.id, doctor.id)
    return consultation


async def talk(clinic: Clinic, consultation: Consultation, *, over: bool = False) -> None:
    """They talk; with `over`, they have hung up and the doctor writes."""
    match = Match(consultation.token_id, consultation.doctor_id)
    for state, tell in ((TokenState.TALKING, clinic.line.talking), (TokenState.WRITING, clinic.line.writing))[
        : 1 + over
    ]:
        async with clinic.ledger.write() as books:
            await books.tokens.move(await books.tokens.get(consultation.token_id), state)
        assert await tell(match)


@pytest.fixture
async def case(clinic: Clinic) -> Consultation:
    """A consultation in which they have talked and hung up."""
    consultation = await bring_together(clinic, await register(clinic), await hire(clinic))
    await talk(clinic, consultation, over=True)
    return consultation


async def outbox(clinic: Clinic) -> list[Sms]:
    """Oldest first."""
    async with clinic.ledger.read() as books:
        return sorted(await books.outbox.latest(100), key=lambda sms: sms.id)


async def token_of(clinic: Clinic, consultation: Consultation) -> Token:
    async with clinic.ledger.read() as books:
        return await books.tokens.get(consultation.token_id)


async def outcome_of(clinic: Clinic, consultation: Consultation) -> Outcome | None:
    async with clinic.ledger.read() as books:
        return (await books.consultations.get(consultation.id)).outcome


def secret_in(text: str) -> str:
    found = re.search(re.escape(URL) + r"/p/([\w-]+)", text)
    assert found is not None
    return found[1]


async def test_signing_consumes_the_token_and_sends_link_and_medicines(clinic: Clinic, case: Consultation) -> None:
    async with clinic.line.listen(f"doctor:{case.doctor_id}", "outbox") as events:
        signed = await issue_prescription(
            clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT
        )  # fmt: skip
        told = [await anext(events), await anext(events)]
    assert [(topic, event["kind"]) for topic, event in told] == [
        (f"doctor:{case.doctor_id}", "signed"),
        ("outbox", "queued"),
    ]
    assert signed.number.startswith("RX261121")
    assert (await token_of(clinic, case)).state is TokenState.CONSUMED
    assert await outcome_of(clinic, case) is Outcome.PRESCRIBED
    server = await clinic.line.state(case.doctor_id)
    assert server is not None
    assert server.state is DoctorState.READY

    link, first, second = await outbox(clinic)
    assert [sms.cause for sms in (link, first, second)] == [
        f"prescription:{signed.id}", f"prescription:{signed.id}:medicines:1", f"prescription:{signed.id}:medicines:2",
    ]  # fmt: skip
    secret = secret_in(link.text)
    assert len(secret) == 22
    assert signed.link_hash == link_hash(secret)
    assert f"{signed.code[:4]} {signed.code[4:8]} {signed.code[8:]}" in link.text
    assert "PARACETAMOL 500 mg: 1 गोली, दिन में दो बार (सुबह, रात), 5 दिन; ORAL REHYDRATION SALTS sachet " in first.text
    assert f"{signed.number} (2/2): " in second.text
    assert "VITAMIN C chewable tablet 500 mg: " in second.text
    async with clinic.ledger.read() as books:
        assert [entry.action for entry in await books.audit_of(f"prescription:{signed.id}")] == ["signed"]
        pdf = pypdf.PdfReader(BytesIO(await books.prescriptions.pdf(signed.id)))
    assert len(pdf.pages) == 1
    assert isinstance(clinic.timeline, Story)
    assert clinic.timeline.notes == [("call-1", "prescribed", signed.number)]


async def test_what_is_for_the_skin_is_signed_with_its_route_and_nobody_is_told_a_dose(
    clinic: Clinic, case: Consultation
) -> None:
    lotion = Medicine("liquid paraffin", "lotion", "standard", "1-0-1", 5)
    signed = await issue_prescription(
        clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=replace(CONTENT, medicines=(lotion,))
    )
    async with clinic.ledger.read() as books:
        stored = await books.prescriptions.get(signed.id)
        paper = pypdf.PdfReader(BytesIO(await books.prescriptions.pdf(signed.id))).pages[0].extract_text()
    assert stored.content.medicines == (replace(lotion, route="topical"),)
    _, told = await outbox(clinic)
    assert "लगाएँ, निगलें नहीं, दिन में दो बार" in told.text
    assert "apply, do not swallow" in " ".join(paper.split())
    assert "dose" not in paper


async def test_pressed_many_times_at_once_it_issues_one(clinic: Clinic, case: Consultation) -> None:
    signed = await asyncio.gather(*(
        issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT) for _ in range(8)
    ))  # fmt: skip
    again = await issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT)
    assert len({one.id for one in (*signed, again)}) == 1
    assert len(await outbox(clinic)) == 3


async def test_a_signed_paper_never_changes(clinic: Clinic, case: Consultation) -> None:
    signed = await issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT)
    other = replace(CONTENT, diagnosis="Something else")
    assert await issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=other) == signed


async def test_signing_while_they_still_talk_keeps_the_doctor_talking(clinic: Clinic) -> None:
    consultation = await bring_together(clinic, await register(clinic), await hire(clinic))
    await talk(clinic, consultation)
    await issue_prescription(
        clinic, doctor_id=consultation.doctor_id, consultation_id=consultation.id, content=CONTENT
    )  # fmt: skip
    assert (await token_of(clinic, consultation)).state is TokenState.CONSUMED
    server = await clinic.line.state(consultation.doctor_id)
    assert server is not None
    assert server.state is DoctorState.TALKING


async def test_the_talk_that_ends_while_the_paper_is_made_does_no_harm(clinic: Clinic) -> None:
    consultation = await bring_together(clinic, await register(clinic), await hire(clinic))
    await talk(clinic, consultation)
    signing = asyncio.create_task(issue_prescription(
        clinic, doctor_id=consultation.doctor_id, consultation_id=consultation.id, content=CONTENT
    ))  # fmt: skip
    async with clinic.ledger.write() as books:
        await books.tokens.move(await books.tokens.get(consultation.token_id), TokenState.WRITING)
    await signing
    assert (await token_of(clinic, consultation)).state is TokenState.CONSUMED


async def test_nothing_is_signed_before_they_talked(clinic: Clinic) -> None:
    consultation = await bring_together(clinic, await register(clinic), await hire(clinic))
    with pytest.raises(NotAllowed):
        await issue_prescription(
            clinic, doctor_id=consultation.doctor_id, consultation_id=consultation.id, content=CONTENT
        )  # fmt: skip
    await nothing_happened(clinic, consultation, TokenState.CALLED)


async def test_forbidden_medicines_cannot_be_signed(clinic: Clinic, case: Consultation) -> None:
    content = replace(CONTENT, medicines=(Medicine("amoxicillin", "capsule", "500 mg", "1-1-1", 5),))
    with pytest.raises(CannotSign) as refused:
        await issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=content)
    assert [problem.reason for problem in refused.value.problems] == [Reason.LIST_A_NEEDS_VIDEO]
    await nothing_happened(clinic, case, TokenState.WRITING)


async def test_another_doctor_can_neither_sign_nor_close(clinic: Clinic, case: Consultation) -> None:
    other = await hire(clinic, "ravi")
    with pytest.raises(NotYours):
        await issue_prescription(clinic, doctor_id=other.id, consultation_id=case.id, content=CONTENT)
    with pytest.raises(NotYours):
        await close_case(clinic, doctor_id=other.id, consultation_id=case.id, reason="not mine")
    await nothing_happened(clinic, case, TokenState.WRITING)


async def nothing_happened(clinic: Clinic, consultation: Consultation, state: TokenState) -> None:
    assert (await token_of(clinic, consultation)).state is state
    assert await outcome_of(clinic, consultation) is None
    assert await outbox(clinic) == []
    async with clinic.ledger.read() as books:
        assert await books.prescriptions.of_consultation(consultation.id) is None


async def test_a_case_closed_without_a_prescription(clinic: Clinic, case: Consultation) -> None:
    for _ in range(2):
        await close_case(clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason=" needs a hospital ")
    assert (await token_of(clinic, case)).state is TokenState.CLOSED
    assert await outcome_of(clinic, case) is Outcome.CLOSED
    async with clinic.ledger.read() as books:
        entries = await books.audit_of(f"consultation:{case.id}")
    assert [(entry.action, entry.detail) for entry in entries] == [("closed", "needs a hospital")]
    with pytest.raises(CaseEnded):
        await issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT)


async def test_signing_and_closing_at_once_does_one_of_them(clinic: Clinic, case: Consultation) -> None:
    signed, closed = await asyncio.gather(
        issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT),
        close_case(clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="helped by words"),
        return_exceptions=True,
    )
    assert isinstance(signed, CaseEnded) is not isinstance(closed, CaseEnded)
    token = await token_of(clinic, case)
    assert token.state is (TokenState.CLOSED if isinstance(signed, CaseEnded) else TokenState.CONSUMED)
    assert len(await outbox(clinic)) == (0 if isinstance(signed, CaseEnded) else 3)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
async def test_closing_needs_a_reason(clinic: Clinic, case: Consultation, reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        await close_case(clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason=reason)


async def test_a_signed_case_cannot_be_closed(clinic: Clinic, case: Consultation) -> None:
    await issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT)
    with pytest.raises(CaseEnded):
        await close_case(clinic, doctor_id=case.doctor_id, consultation_id=case.id, reason="too late")


async def test_the_link_opens_until_it_expires_and_every_look_is_audited(clinic: Clinic, case: Consultation) -> None:
    signed = await issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT)
    secret = secret_in((await outbox(clinic))[0].text)
    closed = await open_link(clinic, secret, "", visitor="192.0.2.6")
    assert closed is not None
    assert (closed.state, closed.opened) == (LinkState.CLOSED, None)
    answered = await answer_link(clinic, secret, "0016", visitor="192.0.2.7")
    assert answered is not None
    assert answered.session is not None
    link = await open_link(clinic, secret, answered.session, visitor="192.0.2.7", with_pdf=True)
    assert link is not None
    assert link.opened is not None
    assert (link.opened.prescription, link.opened.patient.code) == (signed, "100000016")
    assert link.opened.pdf.startswith(b"%PDF")
    later(clinic, timedelta(days=30))
    old = await open_link(clinic, secret, answered.session, visitor="192.0.2.8")
    assert old is not None
    assert (old.state, old.opened) == (LinkState.EXPIRED, None)
    assert await open_link(clinic, "A" * 22, answered.session, visitor="192.0.2.9") is None
    async with clinic.ledger.read() as books:
        looks = [entry for entry in await books.audit_of(f"prescription:{signed.id}") if entry.action != "signed"]
    assert [(look.actor, look.action, look.detail) for look in looks] == [
        (f"link:{signed.id}", "refused: link expired", "192.0.2.8"),
        (f"link:{signed.id}", "downloaded", "192.0.2.7"),
        (f"link:{signed.id}", "answered", "192.0.2.7"),
        (f"link:{signed.id}", "refused: link closed", "192.0.2.6"),
    ]


# The outbox


async def queue(clinic: Clinic, cause: str = "token:1", mobile: str = "+919876543210") -> Sms | None:
    async with clinic.ledger.write() as books:
        return await queue_sms(books, clinic, cause, mobile, "token_cancelled", "hi", token="4821")


async def only_sms(clinic: Clinic) -> Sms:
    (sms,) = await outbox(clinic)
    return sms


async def test_one_cause_sends_one_message(clinic: Clinic) -> None:
    gateway = Trouble()
    assert await queue(clinic) is not None
    assert await queue(clinic) is None
    assert await send_due_sms(clinic, gateway) == 1
    assert await send_due_sms(clinic, gateway) == 0
    assert len(gateway.sent) == 1
    sms = await only_sms(clinic)
    assert (sms.state, sms.gateway_id, sms.sent_at) == (SmsState.SENT, f"SM{sms.id}", clinic.clock.now())


async def test_two_senders_never_send_the_same_message(clinic: Clinic) -> None:
    gateway = Trouble()
    for number in range(30):
        await queue(clinic, f"token:{number}")
    assert sum(await asyncio.gather(*(send_due_sms(clinic, gateway) for _ in range(3)))) == 30
    assert len({sms.id for sms in gateway.sent}) == len(gateway.sent) == 30


async def test_delays_are_retried_further_and_further_apart_then_given_up(clinic: Clinic) -> None:
    await queue(clinic)
    gateway = Trouble(*(SmsDelayed("not now") for _ in range(MAX_ATTEMPTS)))
    for attempt, pause in enumerate(BACK_OFF, 1):
        assert await send_due_sms(clinic, gateway) == 1
        sms = await only_sms(clinic)
        assert (sms.state, sms.attempts, sms.error) == (SmsState.QUEUED, attempt, "not now")
        assert sms.next_attempt_at == clinic.clock.now() + pause
        later(clinic, pause - timedelta(seconds=1))
        assert await send_due_sms(clinic, gateway) == 0
        later(clinic, timedelta(seconds=1))
    assert await send_due_sms(clinic, gateway) == 1
    assert (await only_sms(clinic)).state is SmsState.FAILED
    later(clinic, timedelta(days=1))
    assert await send_due_sms(clinic, gateway) == 0


@pytest.mark.parametrize("mobile", ["+911412345678", "+14155552671", "anonymous"])
async def test_only_indian_mobiles_are_sent_to(clinic: Clinic, mobile: str) -> None:
    await queue(clinic, mobile=mobile)
    gateway = Trouble()
    await send_due_sms(clinic, gateway)
    assert gateway.sent == []
    assert (await only_sms(clinic)).state is SmsState.FAILED


async def test_a_refused_message_is_not_tried_again(clinic: Clinic) -> None:
    await queue(clinic)
    await send_due_sms(clinic, Trouble(SmsRefused("no such number")))
    sms = await only_sms(clinic)
    assert (sms.state, sms.error) == (SmsState.FAILED, "no such number")


async def test_one_bad_message_does_not_keep_others(clinic: Clinic) -> None:
    for number in range(3):
        await queue(clinic, f"token:{number}")
    await send_due_sms(clinic, Trouble(RuntimeError("a fault in the gateway")))
    assert sorted(sms.state for sms in await outbox(clinic)) == [SmsState.QUEUED, SmsState.SENT, SmsState.SENT]


async def test_a_crash_between_sending_and_marking_sends_again_after_the_lease(clinic: Clinic) -> None:
    class Dying:
        """Takes the message, and never says so."""

        def __init__(self) -> None:
            self.taken = asyncio.Event()

        async def send(self, sms: Sms) -> str:
            self.taken.set()
            await asyncio.Event().wait()
            raise AssertionError

        async def alive(self) -> bool:
            return True

    await queue(clinic)
    dying = Dying()
    sending = asyncio.create_task(send_due_sms(clinic, dying))
    await dying.taken.wait()
    sending.cancel()
    await asyncio.wait({sending})
    assert (await only_sms(clinic)).state is SmsState.SENDING
    gateway = Trouble()
    later(clinic, LEASE - timedelta(seconds=1))
    assert await send_due_sms(clinic, gateway) == 0
    later(clinic, timedelta(seconds=1))
    assert await send_due_sms(clinic, gateway) == 1
    assert (await only_sms(clinic)).state is SmsState.SENT


async def test_a_signature_wakes_the_sender(clinic: Clinic, case: Consultation) -> None:
    class Announcing(Trouble):
        """Says when it has taken all of them."""

        def __init__(self) -> None:
            super().__init__()
            self.all_taken = asyncio.Event()

        async def send(self, sms: Sms) -> str:
            try:
                return await super().send(sms)
            finally:
                if len(self.sent) == 2:
                    self.all_taken.set()

    gateway = Announcing()
    sending = asyncio.create_task(keep_sending(clinic, gateway, pause=3600))
    try:
        await issue_prescription(clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT)
        async with asyncio.timeout(30):
            await gateway.all_taken.wait()
    finally:
        sending.cancel()
        await asyncio.wait({sending})


async def test_receipts_in_any_order(clinic: Clinic) -> None:
    await queue(clinic)
    await send_due_sms(clinic, LocalGateway())
    gateway_id = (await only_sms(clinic)).gateway_id or ""
    assert await note_receipt(clinic, gateway_id=gateway_id, status="sent")
    assert (await only_sms(clinic)).state is SmsState.SENT
    assert await note_receipt(clinic, gateway_id=gateway_id, status="undelivered", error="30003")
    failed = await only_sms(clinic)
    assert (failed.state, failed.error) == (SmsState.FAILED, "undelivered: 30003")
    assert await note_receipt(clinic, gateway_id=gateway_id, status="delivered")
    assert await note_receipt(clinic, gateway_id=gateway_id, status="failed")
    delivered = await only_sms(clinic)
    assert (delivered.state, delivered.delivered_at) == (SmsState.DELIVERED, clinic.clock.now())
    assert not await note_receipt(clinic, gateway_id="SMunknown", status="delivered")


async def test_what_comes_in_is_stored_once(clinic: Clinic) -> None:
    first = await receive_sms(clinic, gateway_id="SM1", mobile="+919876543210", text="टोकन")
    assert first is not None
    assert await receive_sms(clinic, gateway_id="SM1", mobile="+919876543210", text="टोकन") is None
    async with clinic.ledger.read() as books:
        assert [received.text for received in await books.outbox.latest_received(10)] == ["टोकन"]
