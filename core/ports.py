"""What the use cases need from outside, as Protocols: the ledger (SQL), the line (Redis), the clock, paper, gateways.

SQL is the truth; the line can be lost and rebuilt from it at any moment. Every write of a `Books` transaction is
committed together when its block ends, or not at all when it raises.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from core.rules.consultation import Consultation, Outcome
from core.rules.patient import Caller, Patient
from core.rules.prescription import SignedPrescription
from core.rules.queue import Lane, Match
from core.rules.records import AuditEntry, CallBack, CallEvent, CallRecord, StaffKind, WebSession
from core.rules.sms import ReceivedSms, Sms
from core.rules.sms_talk import SmsTalk
from core.rules.staff import Doctor, DoctorState, Operator
from core.rules.token import Priority, Token, TokenState

NEW = 0
"""The id of something not yet stored; `add` returns it with the id it got."""


class Clock(Protocol):
    """What time it is: UTC, aware."""

    def now(self) -> datetime: ...


class Duplicate(Exception):
    """A unique thing (token number of the day, patient code, active token, login, cause) is there already."""


class Stale(Exception):
    """The row was no longer in the state the caller saw: somebody else was first, nothing was changed."""


class Patients(Protocol):
    async def add(self, patient: Patient) -> Patient: ...
    async def get(self, patient_id: int) -> Patient: ...
    async def save(self, patient: Patient) -> None: ...
    async def of_mobile(self, mobile: str) -> Sequence[Patient]:
        """Everybody registered on this number, oldest first."""
        ...

    async def by_code(self, code: str) -> Patient | None: ...


class Callers(Protocol):
    async def get(self, mobile: str) -> Caller | None: ...
    async def save(self, caller: Caller) -> None:
        """Insert or replace."""
        ...


class Tokens(Protocol):
    async def add(self, token: Token) -> Token:
        """Raises `Duplicate` for a number taken that day, or when the patient has an active token (S16)."""
        ...

    async def get(self, token_id: int) -> Token: ...
    async def move(self, token: Token, to: TokenState, **changes: Any) -> Token:
        """Compare and set: `NotAllowed` if the table forbids it, `Stale` if it is not in `token.state` any more."""
        ...

    async def set_priority(self, token: Token, priority: Priority) -> Token:
        """Only of a waiting token: `Stale` when it does not wait any more."""
        ...

    async def active_of_patient(self, patient_id: int) -> Token | None: ...
    async def active_of_mobile(self, mobile: str) -> Sequence[Token]: ...
    async def in_states(self, *states: TokenState) -> Sequence[Token]: ...


class Consultations(Protocol):
    async def add(self, consultation: Consultation) -> Consultation: ...
    async def get(self, consultation_id: int) -> Consultation: ...
    async def save(self, consultation: Consultation) -> None: ...
    async def open_of_token(self, token_id: int) -> Consultation | None: ...
    async def open_of_doctor(self, doctor_id: int) -> Consultation | None: ...
    async def all_open(self) -> Sequence[Consultation]: ...
    async def in_progress(self) -> Sequence[Consultation]:
        """Those that are open, and those in which they still talk though the doctor has signed or closed already."""
        ...

    async def end(self, consultation: Consultation, outcome: Outcome, at: datetime) -> Consultation:
        """Compare and set on `outcome is None`; `Stale` when it has ended already."""
        ...

    async def of_patient(self, patient_id: int) -> Sequence[Consultation]:
        """Those in which they talked, newest first (S22)."""
        ...

    async def last_talk(self, patient_id: int, doctor_id: int) -> datetime | None: ...
    async def usual_duration(self, last: int) -> timedelta | None:
        """Mean time from claim to end over the `last` prescribed or closed ones; None when there are fewer than 5."""
        ...


class Prescriptions(Protocol):
    async def add(self, prescription: SignedPrescription, pdf: bytes) -> SignedPrescription:
        """Raises `Duplicate` when the consultation has one already."""
        ...

    async def get(self, prescription_id: int) -> SignedPrescription: ...
    async def of_consultation(self, consultation_id: int) -> SignedPrescription | None: ...
    async def of_patient(self, patient_id: int) -> Sequence[SignedPrescription]:
        """Newest first."""
        ...

    async def by_link_hash(self, link_hash: str) -> SignedPrescription | None: ...
    async def pdf(self, prescription_id: int) -> bytes: ...


class Staff(Protocol):
    async def add_doctor(self, doctor: Doctor) -> Doctor: ...
    async def save_doctor(self, doctor: Doctor) -> None: ...
    async def doctor(self, doctor_id: int) -> Doctor: ...
    async def doctor_by_login(self, login: str) -> Doctor | None: ...
    async def doctor_by_account(self, account: str) -> Doctor | None: ...
    async def doctors(self) -> Sequence[Doctor]: ...
    async def add_operator(self, operator: Operator) -> Operator: ...
    async def save_operator(self, operator: Operator) -> None: ...
    async def operator(self, operator_id: int) -> Operator: ...
    async def operator_by_login(self, login: str) -> Operator | None: ...
    async def operator_by_account(self, account: str) -> Operator | None: ...
    async def operators(self) -> Sequence[Operator]: ...


class Outbox(Protocol):
    async def add(self, sms: Sms) -> Sms | None:
        """Queue it; None (and nothing changed) when its cause has been queued before."""
        ...

    async def claim_due(self, now: datetime, limit: int, lease: timedelta) -> Sequence[Sms]:
        """Take due messages for sending: state SENDING, `next_attempt_at` = end of the lease, attempts + 1."""
        ...

    async def mark(self, sms_id: int, **changes: Any) -> None: ...
    async def by_gateway_id(self, gateway_id: str) -> Sms | None: ...
    async def latest(self, limit: int) -> Sequence[Sms]:
        """Newest first."""
        ...

    async def add_received(self, sms: ReceivedSms) -> ReceivedSms | None:
        """None when this gateway id came before."""
        ...

    async def latest_received(self, limit: int) -> Sequence[ReceivedSms]: ...
    async def received_since(self, since: datetime, mobile: str) -> int:
        """How many came from this mobile after `since`."""
        ...

    async def blank_received(self, mobile: str, since: datetime, until: datetime) -> None:
        """Forget what they said from `since` to before `until`, though not that they wrote (T12)."""
        ...


class SmsTalks(Protocol):
    """Conversations by SMS that are not finished, one a mobile."""

    async def of_mobile(self, mobile: str) -> SmsTalk | None:
        """Nobody else can have it until this transaction ends: two messages are answered one after the other."""
        ...

    async def save(self, talk: SmsTalk) -> None:
        """Insert or replace."""
        ...

    async def drop(self, mobile: str) -> None: ...
    async def asked_before(self, at: datetime) -> Sequence[SmsTalk]: ...


class Calls(Protocol):
    async def start(self, call: CallRecord) -> None:
        """Insert, or leave as it is when the id is known (an adopted call)."""
        ...

    async def update(self, call_id: str, **changes: Any) -> None: ...
    async def get(self, call_id: str) -> CallRecord | None: ...
    async def unended(self) -> Sequence[CallRecord]:
        """Those that are up, as far as it is written down."""
        ...

    async def last_language(self, mobile: str) -> str | None:
        """The one last chosen in a call from or to this mobile."""
        ...

    async def called_since(self, mobile: str, since: datetime) -> bool:
        """Whether a patient dialled in from this mobile after `since`."""
        ...

    async def add_events(self, events: Iterable[CallEvent]) -> None: ...
    async def events(self, call_id: str) -> Sequence[CallEvent]: ...
    async def add_call_back(self, call_back: CallBack) -> CallBack | None:
        """None when one for this mobile and reason is still owed."""
        ...

    async def owed_call_backs(self) -> Sequence[CallBack]: ...
    async def renew_call_back(self, mobile: str, since: datetime) -> bool:
        """If the machine owes this mobile a call already: it was asked for (again) at `since`. Whether it does.

        The latest time counts, in whichever order they come.
        """
        ...

    async def call_backs_since(self, since: datetime, mobile: str | None = None) -> int:
        """How many the machine made or owes since then, to one mobile or to all (T14)."""
        ...

    async def claim_call_backs(self, now: datetime, limit: int, lease: timedelta) -> Sequence[CallBack]:
        """Take due ones for ringing: due again at the end of the lease, attempts + 1."""
        ...

    async def postpone_call_back(self, call_back_id: int, due_at: datetime) -> None: ...
    async def finish_call_back(self, call_back_id: int, at: datetime, by: str) -> None: ...


class Sessions(Protocol):
    async def add(self, session: WebSession) -> None: ...
    async def get(self, id_hash: str) -> WebSession | None: ...
    async def drop(self, id_hash: str) -> None: ...
    async def drop_of(self, kind: StaffKind, person_id: int) -> None: ...
    async def drop_expired(self, now: datetime) -> None: ...


class Books(Protocol):
    """Everything that is written down, inside one transaction."""

    patients: Patients
    callers: Callers
    tokens: Tokens
    consultations: Consultations
    prescriptions: Prescriptions
    staff: Staff
    outbox: Outbox
    calls: Calls
    sessions: Sessions
    sms_talks: SmsTalks

    async def audit(self, entry: AuditEntry) -> None: ...
    async def audit_of(self, subject: str) -> Sequence[AuditEntry]:
        """Newest first."""
        ...

    async def tokens_served_on(self, day: date) -> int: ...


class Ledger(Protocol):
    """The database."""

    def write(self) -> AbstractAsyncContextManager[Books]:
        """One transaction, committed at the end of the block; a cancelled task rolls back or commits, never half."""
        ...

    def read(self) -> AbstractAsyncContextManager[Books]:
        """A consistent look; writes raise."""
        ...

    async def alive(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Waiter:
    """A waiting token as the line knows it."""

    token_id: int
    lane: Lane
    rank: int
    """See `core.rules.queue.rank`."""
    own_doctor_id: int | None = None
    anyone_from: int = 0
    """Milliseconds since the epoch from which any doctor of the lane may serve it; before, only its own doctor."""


@dataclass(frozen=True, slots=True)
class Server:
    """A doctor as the line knows them."""

    doctor_id: int
    lanes: tuple[Lane, ...]
    state: DoctorState = DoctorState.PAUSED
    token_id: int | None = None
    """Whom they are reserved for, talk to, or write for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token stands, as told to the caller."""

    ahead: int
    """How many tokens of the same lane have a smaller rank."""
    doctors: int
    """How many doctors of this lane are at work (ready, reserved, talking or writing)."""


@dataclass(frozen=True, slots=True)
class LineCounts:
    """For `status`, the panels and /metrics."""

    waiting: int
    doctors: Mapping[DoctorState, int]


class LineLost(Exception):
    """The line could not be asked. The ledger knows the truth, and `core.clinic.mend_line` makes the line anew."""


AtWork = Mapping[int, tuple[DoctorState, int | None]]
"""By doctor who is ready or busy: the state, and the token they are reserved for, talk to or write for."""


@dataclass(frozen=True, slots=True)
class LineView:
    """What the line knows, to be compared with the ledger."""

    unknown: frozenset[int]
    """Of the tokens asked for, those that neither wait nor are held by a doctor."""
    at_work: AtWork


class Line(Protocol):
    """Who waits, who is ready, who is reserved. Every method is one atomic step; claims never give twice.

    The line may be lost at any moment, and nothing that is stored or spoken may depend on it. So a change that cannot
    be made is logged and answers as if nothing had changed: it follows a commit, and is made up for by `mend_line`.
    A look that cannot be had raises `LineLost`.

    Doctor states move READY -> RESERVED -> TALKING -> WRITING -> READY/PAUSED. A token is either waiting, or held by
    exactly one doctor, or not in the line. Whatever step makes a match also puts it on the queue of matches, in the
    same script, so that a crash of the caller cannot lose it.
    """

    async def join(self, waiter: Waiter) -> Match | None:
        """Put a token into the line (again). Matches at once when a doctor is ready. Idempotent by token."""
        ...

    async def leave(self, token_id: int) -> bool:
        """Take a waiting token out. False (and nothing changed) when it is held by a doctor, or not here."""
        ...

    async def ready(self, server: Server) -> Match | None:
        """The doctor wants the next patient. No effect (None) while RESERVED, TALKING or WRITING: then only `after`."""
        ...

    async def pause(self, doctor_id: int) -> bool:
        """No more patients: a READY doctor is PAUSED now (True); a busy one will be when they finish (False)."""
        ...

    async def phone(self, doctor_id: int, registered: bool) -> None:
        """Whether the doctor's phone is registered: who would be PAUSED is OFFLINE without one. READY is left alone:
        a phone may lose its network for a moment.
        """
        ...

    async def talking(self, match: Match) -> bool:
        """RESERVED or WRITING -> TALKING. False when the match does not stand."""
        ...

    async def writing(self, match: Match) -> bool:
        """TALKING -> WRITING. False when the match does not stand."""
        ...

    async def give_back(self, match: Match, waiter: Waiter | None, *, doctor_ready: bool) -> Match | None:
        """End a reservation: the token goes back with this rank (None: it leaves the line), the doctor becomes READY
        (unless they asked to pause) or PAUSED. May match either anew. None and no change if the match does not stand.
        """
        ...

    async def finish(self, match: Match) -> Match | None:
        """The token is served: it leaves, the doctor becomes READY (or PAUSED if asked) and may be matched at once.

        Only from WRITING: while they still talk nothing changes (None), and whoever ends the talk finishes then.
        """
        ...

    async def open_to_all(self, now_ms: int) -> Sequence[Match]:
        """Follow-ups whose patience is over may be served by anyone from now: match those that can be."""
        ...

    async def sweep(self) -> Sequence[Match]:
        """Match whatever can be matched: nothing, unless a wake-up was lost."""
        ...

    async def place(self, token_id: int) -> Place | None:
        """None when it does not wait."""
        ...

    async def state(self, doctor_id: int) -> Server | None: ...
    async def counts(self) -> LineCounts: ...
    async def rebuild(self, waiters: Sequence[Waiter], servers: Sequence[Server]) -> None:
        """Replace everything by what SQL knows, in one step; pending matches are dropped (SQL has them)."""
        ...

    async def is_built(self) -> bool:
        """Whether it was ever rebuilt: not so when the server has lost everything."""
        ...

    async def view(self, token_ids: Sequence[int]) -> LineView:
        """Everything in one look, to be compared with the ledger."""
        ...

    async def next_match(self, timeout: float) -> Match | None:
        """Take the oldest match nobody has taken yet; None after `timeout` seconds."""
        ...

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """Tell whoever listens (panels, tests): lossy by nature, never the only copy of a fact."""
        ...

    def listen(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[tuple[str, Mapping[str, Any]]]]:
        """Events of these topics from the moment the block is entered."""
        ...

    async def allow(self, key: str, limit: int, seconds: int) -> bool:
        """Rate limit: whether this is at most the `limit`-th time within a fixed window of `seconds`."""
        ...

    async def alive(self) -> bool: ...


class SmsGateway(Protocol):
    """Sends one SMS."""

    async def send(self, sms: Sms) -> str:
        """The gateway's id for it. Raises `SmsRefused` (for good) or `SmsDelayed` (try again)."""
        ...

    async def alive(self) -> bool: ...


class SmsRefused(Exception):
    """The gateway will never take this message."""


class SmsDelayed(Exception):
    """Not now: network, rate limit, gateway error."""


class Printer(Protocol):
    """Turns a signed prescription into a PDF."""

    def pdf(
        self, prescription: SignedPrescription, patient: Patient, doctor: Doctor, *, follow_up: bool, token: str
    ) -> bytes:
        """T6's content; may take 100 ms of CPU, so call it in a thread."""
        ...


class Geography(Protocol):
    """PIN code -> where it is, as far as open data goes."""

    def state_of(self, pin_code: str) -> str | None:
        """State code (ISO 3166-2:IN without prefix), None for a PIN code that cannot exist."""
        ...

    def district_of(self, pin_code: str) -> str | None: ...


class Timeline(Protocol):
    """The running story of every call: stored soon after, published at once. Never blocks, never fails a call."""

    def note(self, call_id: str, kind: str, detail: str = "") -> None: ...
