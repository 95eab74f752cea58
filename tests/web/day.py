"""A made-up day of a busy clinic, written straight into the tables: what the wallboard counts."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, create_engine, insert

from core.adapters.sql import tables
from core.rules.consultation import Outcome
from core.rules.patient import Gender, Relation
from core.rules.token import Priority, TokenState

Row = Mapping[str, Any]
OPDS, LANGUAGES = ("general", "speciality"), ("hi", "en")


@dataclass
class Day:
    """Rows to be written; ids go on from one day to the next."""

    doctor_id: int
    luck: random.Random
    rows: dict[Table, list[Row]] = field(default_factory=dict)
    people: int = 0
    opds: Sequence[str] = OPDS

    def add(self, table: Table, **values: Any) -> None:
        self.rows.setdefault(table, []).append(values)

    def patient(self, at: datetime) -> tuple[int, str]:
        """Somebody new: id and mobile."""
        self.people += 1
        number, mobile = self.people, f"+9198{self.people:08d}"
        self.add(
            tables.patients, id=number, code=str(number), mobile=mobile, relation=Relation.SELF, gender=Gender.MAN,
            age=40, age_on=at.date(), pin_code="305001", state="RJ", language="hi", created_at=at,
        )  # fmt: skip
        return number, mobile

    def token(self, day: date, at: datetime, state: TokenState) -> tuple[int, str]:
        """A token of a new patient: id and mobile."""
        number, mobile = self.patient(at)
        self.add(
            tables.tokens, id=number, number=str(number), day=day, patient_id=number, opd=self.luck.choice(self.opds),
            state_code="RJ", language=self.luck.choice(LANGUAGES), priority=Priority.ROUTINE, state=state,
            created_at=at, joined_at=at, turns=0,
        )  # fmt: skip
        return number, mobile

    def call(self, mobile: str, at: datetime, outcome: str | None, token: int | None = None, **more: Any) -> str:
        """A patient's call; `outcome` None: it is up."""
        name = f"call-{len(self.rows.get(tables.calls, []))}"
        ended = at + timedelta(seconds=90) if outcome else None
        values = {"purpose": "patient", "ended_at": ended, "outcome": outcome, "token_id": token} | more
        self.add(tables.calls, id=name, mobile=mobile, started_at=at, **values)
        return name

    def talk(self, token: int, at: datetime, *, ended: bool = True, call: str | None = None) -> None:
        """A consultation that begins with a talk at `at`."""
        end = at + timedelta(minutes=4)
        self.add(
            tables.consultations, token_id=token, patient_id=token, doctor_id=self.doctor_id, follow_up=False,
            claimed_at=at - timedelta(seconds=5), talked_at=at, hung_up_at=end if ended else None,
            ended_at=end if ended else None, outcome=Outcome.PRESCRIBED if ended else None, patient_call=call,
        )  # fmt: skip

    def busy(self, day: date, begin: datetime, end: datetime, many: int) -> None:
        """`many` callers between two moments: some give up, most are served, sooner or later."""
        for _ in range(many):
            at = begin + (end - begin) * self.luck.random()
            if self.luck.random() < 0.1:
                self.call(self.patient(at)[1], at, "hangup 16")
                continue
            token, mobile = self.token(day, at, TokenState.CONSUMED)
            if self.luck.random() < 0.1:
                self.call(mobile, at - timedelta(seconds=40), "hangup 16", token)
            call = self.call(mobile, at - timedelta(seconds=60), self.luck.choice(("done", "hangup 16")), token)
            self.talk(token, at + timedelta(seconds=self.luck.expovariate(1 / 90)), call=call)


def write(path: str, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Into the SQLite file of a house."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        for table in (tables.patients, tables.tokens, tables.consultations, tables.calls):
            if rows.get(table):
                connection.execute(insert(table), list(rows[table]))
    engine.dispose()
