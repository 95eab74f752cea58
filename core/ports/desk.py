"""What the operator's desk reads and writes: searches over everything, who is with which operator, grievances."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from core.rules.grievance import Grievance
from core.rules.patient import Patient
from core.rules.records import CallBack, CallRecord, OperatorCall
from core.rules.sms import ReceivedSms, Sms
from core.rules.token import Token


class Lookup(Protocol):
    """Searches of the desk. Newest first, at most `limit` rows."""

    async def patients_named(self, name: str, limit: int) -> Sequence[Patient]:
        """Those whose name holds this text, in small or capital letters."""
        ...

    async def tokens_numbered(self, number: str, since: date, limit: int) -> Sequence[Token]: ...
    async def tokens_of_mobile(self, mobile: str, since: date) -> Sequence[Token]:
        """Of everybody registered on this mobile."""
        ...

    async def calls_of_mobile(self, mobile: str, limit: int) -> Sequence[CallRecord]: ...
    async def sms_of_mobile(self, mobile: str, limit: int) -> Sequence[Sms]: ...
    async def received_of_mobile(self, mobile: str, limit: int) -> Sequence[ReceivedSms]: ...
    async def sms_by_cause(self, cause: str) -> Sms | None: ...
    async def call_back(self, call_back_id: int) -> CallBack | None: ...
    async def owed_by_machine(self, mobile: str) -> CallBack | None: ...
    async def abandoned_calls(self, since: datetime, limit: int) -> Sequence[CallRecord]:
        """Patients' calls since then that they ended before there was a token, and that nothing has come of since:

        nobody on that mobile has an active token, rang again, or is owed (or was made) a call after it.
        """
        ...


class OperatorCalls(Protocol):
    """Which caller is with which operator: one row for each time an operator is rung by key 0."""

    async def add(self, call: OperatorCall) -> OperatorCall: ...
    async def answer(self, call_id: int, at: datetime) -> None: ...
    async def end(self, call_id: int, at: datetime) -> None: ...
    async def present(self, operator_id: int) -> OperatorCall | None:
        """The newest that has not ended and whose caller's leg is still up."""
        ...


class Grievances(Protocol):
    """Complaints and their answers (T9, S24)."""

    async def add(self, grievance: Grievance) -> Grievance: ...
    async def get(self, grievance_id: int) -> Grievance:
        """`LookupError` when there is no such one."""
        ...

    async def add_words(self, grievance_id: int, text: str) -> Grievance | None:
        """It now says this; None, and nothing is changed, when it is answered already."""
        ...

    async def assign(self, grievance: Grievance, worker: int | None) -> None:
        """Who works on it from now on. Compare and set: `Stale` when it is answered, or was assigned, meanwhile."""
        ...

    async def answer(self, grievance: Grievance) -> None:
        """Compare and set on being open: `Stale` when somebody has answered already."""
        ...

    async def open_ones(self) -> Sequence[Grievance]:
        """Those that are due first come first."""
        ...

    async def answered(self, limit: int) -> Sequence[Grievance]:
        """Newest first."""
        ...

    async def of_mobile(self, mobile: str) -> Sequence[Grievance]:
        """Newest first."""
        ...
