"""The ledger (SQL), which is the truth: what can be written down and looked up.

Every write of a `Books` transaction is committed together when its block ends, or not at all when it raises.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from core.ports.audit_log import AuditLog
from core.ports.changes import SettingsChanged
from core.ports.desk import Grievances, Lookup, OperatorCalls
from core.ports.own_day import OwnDays
from core.ports.roster import Roster
from core.ports.statistics import Statistics
from core.ports.supervisions import Supervisions
from core.ports.writing import Drafts, MedicineSets
from core.rules.consultation import Consultation, Outcome
from core.rules.patient import Caller, Patient
from core.rules.prescription import SignedPrescription
from core.rules.records import AuditEntry, CallBack, CallEvent, CallRecord, WebSession
from core.rules.sms import ReceivedSms, Sms
from core.rules.sms_talk import SmsTalk
from core.rules.staff import Doctor, Operator, StaffKind
from core.rules.token import Priority, Token, TokenState

NEW = 0
"""The id of something not yet stored; `add` returns it with the id it got."""


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

    async def rerank(self, token: Token, priority: Priority, joined_at: datetime) -> Token:
        """Likewise: another place in its lane."""
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

    async def end(
        self,
        consultation: Consultation,
        outcome: Outcome,
        at: datetime,
        *,
        referred_to: str | None = None,
        call_back_on: date | None = None,
    ) -> Consultation:
        """Compare and set on `outcome is None`; `Stale` when it has ended already. Its draft is gone with it."""
        ...

    async def of_patient(self, patient_id: int) -> Sequence[Consultation]:
        """Those in which they talked, newest first (S22)."""
        ...

    async def last_ended(self, doctor_id: int) -> Consultation | None:
        """The doctor's latest that has ended, however it did."""
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
    """By id everybody who ever worked here is found; in lists, by login and by account only who has not left."""

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
    async def left(self) -> Sequence[Doctor | Operator]:
        """Who does not work here any more."""
        ...


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
    async def lend_phone(self, id_hash: str, digest: str, at: datetime) -> bool:
        """From now on this session has its person's browser phone. False when there is no such session any more."""
        ...

    async def with_phone(self, now: datetime) -> Sequence[WebSession]:
        """Those that are alive and have been lent a browser phone, the latest last."""
        ...


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
    supervisions: Supervisions
    roster: Roster
    settings_changed: SettingsChanged
    audit_log: AuditLog
    lookup: Lookup
    operator_calls: OperatorCalls
    grievances: Grievances
    statistics: Statistics
    drafts: Drafts
    medicine_sets: MedicineSets
    own_days: OwnDays

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
