"""Whatever happens in whatever order, the line on a real server does what a page of plain Python says it does."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from redis.asyncio import Redis

from core.adapters.line import RedisLine
from core.ports import LineCounts, Place, Server, Waiter
from core.rules.queue import Lane, Match
from core.rules.staff import DoctorState

S = DoctorState
BUSY = {S.RESERVED, S.TALKING, S.WRITING}
LANES = [Lane("RJ", "general", "hi"), Lane("RJ", "general", "en"), Lane("GJ", "general", "hi")]

tokens = st.integers(1, 12)
doctors = st.integers(1, 4)
ranks = st.integers(0, 15)
times = st.integers(1, 5)
lane_sets = st.lists(st.sampled_from(LANES), min_size=1, unique=True).map(tuple)
any_match = st.builds(Match, tokens, doctors)


@st.composite
def waiters(draw: st.DrawFn, token_id: int | None = None) -> Waiter:
    """Mostly for anyone, sometimes for an own doctor first."""
    own = draw(st.none() | doctors)
    token_id = draw(tokens) if token_id is None else token_id
    return Waiter(token_id, draw(st.sampled_from(LANES)), draw(ranks), own, draw(times) if own else 0)


@dataclass
class Model:
    """The queue discipline, told without Redis."""

    waiting: dict[int, Waiter] = field(default_factory=dict)
    doctors: dict[int, Server] = field(default_factory=dict)
    since: dict[int, int] = field(default_factory=dict)
    pausing: set[int] = field(default_factory=set)
    away: set[int] = field(default_factory=set)
    matches: list[Match] = field(default_factory=list)
    turn: int = 0

    def holder(self, token_id: int) -> int | None:
        return next((one.doctor_id for one in self.doctors.values() if one.token_id == token_id), None)

    def stands(self, match: Match, *states: DoctorState) -> bool:
        server = self.doctors.get(match.doctor_id)
        return server is not None and server.token_id == match.token_id and server.state in states

    def change(self, doctor_id: int, **changes: Any) -> None:
        self.doctors[doctor_id] = replace(self.doctors[doctor_id], **changes)

    def may_serve(self, server: Server, waiter: Waiter) -> bool:
        if waiter.own_doctor_id is not None:
            return waiter.own_doctor_id == server.doctor_id
        return waiter.lane in server.lanes

    def reserve(self, token_id: int, doctor_id: int) -> Match:
        self.change(doctor_id, state=S.RESERVED, token_id=token_id)
        self.matches.append(Match(token_id, doctor_id))
        return self.matches[-1]

    def claim(self, doctor_id: int) -> Match | None:
        server = self.doctors[doctor_id]
        mine = [(one.rank, one.token_id) for one in self.waiting.values() if self.may_serve(server, one)]
        if not mine:
            self.change(doctor_id, state=S.READY, token_id=None)
            return None
        token_id = min(mine)[1]
        del self.waiting[token_id]
        return self.reserve(token_id, doctor_id)

    def seat(self, waiter: Waiter) -> Match | None:
        free = [one.doctor_id for one in self.doctors.values() if one.state == S.READY and self.may_serve(one, waiter)]
        if free:
            return self.reserve(waiter.token_id, min(free, key=self.since.__getitem__))
        self.waiting[waiter.token_id] = waiter
        return None

    def become_ready(self, doctor_id: int) -> Match | None:
        self.turn += 1
        self.since[doctor_id] = self.turn
        return self.claim(doctor_id)

    def release(self, doctor_id: int, *, wants_more: bool) -> Match | None:
        if wants_more and doctor_id not in self.pausing:
            return self.become_ready(doctor_id)
        self.pausing.discard(doctor_id)
        self.change(doctor_id, state=self.idle(doctor_id), token_id=None)
        return None

    def idle(self, doctor_id: int) -> DoctorState:
        return S.OFFLINE if doctor_id in self.away else S.PAUSED

    def join(self, waiter: Waiter) -> Match | None:
        if self.holder(waiter.token_id) is not None:
            return None
        self.waiting.pop(waiter.token_id, None)
        return self.seat(waiter)

    def ready(self, server: Server) -> Match | None:
        known = self.doctors.setdefault(server.doctor_id, server)
        self.change(server.doctor_id, lanes=server.lanes)
        self.pausing.discard(server.doctor_id)
        if known.state in BUSY:
            return None
        return self.claim(server.doctor_id) if known.state == S.READY else self.become_ready(server.doctor_id)

    def pause(self, doctor_id: int) -> bool:
        if doctor_id not in self.doctors:
            return True
        if self.doctors[doctor_id].state in BUSY:
            self.pausing.add(doctor_id)
            return False
        if self.doctors[doctor_id].state == S.READY:
            self.change(doctor_id, state=self.idle(doctor_id))
        return True

    def phone(self, doctor_id: int, registered: bool) -> None:
        (self.away.discard if registered else self.away.add)(doctor_id)
        server = self.doctors.setdefault(doctor_id, Server(doctor_id, ()))
        if server.state not in {*BUSY, S.READY}:
            self.change(doctor_id, state=self.idle(doctor_id))

    def advance(self, match: Match, to: DoctorState, *states: DoctorState) -> bool:
        if not self.stands(match, *states):
            return False
        self.change(match.doctor_id, state=to)
        return True

    def give_back(self, match: Match, waiter: Waiter | None, *, doctor_ready: bool) -> Match | None:
        if not self.stands(match, S.RESERVED):
            return None
        self.matches = [one for one in self.matches if one != match]
        self.change(match.doctor_id, token_id=None)
        elsewhere = None if waiter is None else self.seat(waiter)
        return self.release(match.doctor_id, wants_more=doctor_ready) or elsewhere

    def finish(self, match: Match, *, hung_up: bool = False) -> Match | None:
        if not self.stands(match, *(BUSY if hung_up else [S.WRITING])):
            return None
        self.change(match.doctor_id, token_id=None)
        return self.release(match.doctor_id, wants_more=True)

    def lose_wake_up(self, doctor_id: int) -> None:
        """Becomes ready unnoticed, as when SQL says so after a crash."""
        if doctor_id in self.doctors and self.doctors[doctor_id].state not in {*BUSY, S.READY}:
            self.turn += 1
            self.since[doctor_id] = self.turn
            self.change(doctor_id, state=S.READY)

    def sweep(self) -> list[Match]:
        before = sorted(self.waiting.values(), key=lambda one: (one.rank, one.token_id))
        self.waiting = {}
        return [match for one in before if (match := self.seat(one)) is not None]

    def open_to_all(self, now: int) -> list[Match]:
        patient = {
            one.token_id: one for one in self.waiting.values() if one.own_doctor_id is None or one.anyone_from > now
        }
        opened = [one for one in self.waiting.values() if one.token_id not in patient]
        self.waiting = patient
        seated = [
            self.seat(replace(one, own_doctor_id=None, anyone_from=0))
            for one in sorted(opened, key=lambda one: (one.rank, one.token_id))
        ]
        return [match for match in seated if match is not None]

    def place(self, token_id: int) -> Place | None:
        if token_id not in self.waiting:
            return None
        lane, rank = self.waiting[token_id].lane, self.waiting[token_id].rank
        ahead = sum(one.lane == lane and one.rank < rank for one in self.waiting.values())
        work = sum(lane in one.lanes and (one.state in BUSY or one.state == S.READY) for one in self.doctors.values())
        return Place(ahead, work)

    def rebuild(self) -> tuple[Sequence[Waiter], Sequence[Server]]:
        """What SQL would know; wishes to pause and pending matches are not in it."""
        self.matches, self.pausing = [], set()
        ready = sorted(self.doctors, key=lambda doctor_id: self.since.get(doctor_id, 0))
        self.since = {doctor_id: place for place, doctor_id in enumerate(ready)}
        self.turn = len(ready)
        return list(self.waiting.values()), [self.doctors[doctor_id] for doctor_id in ready]


class LineMachine(RuleBasedStateMachine):
    """Does the same to a server and to the model, and compares every answer and everything that can be seen."""

    url: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.runner = asyncio.Runner()
        self.line = self.runner.run(self._open(self.url))

    @staticmethod
    async def _open(url: str) -> RedisLine:
        async with Redis.from_url(url) as redis:
            await redis.flushall()
        return RedisLine.open(url)

    def teardown(self) -> None:
        self.runner.run(self.line.close())
        self.runner.close()

    def do(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    def a_match(self, data: st.DataObject) -> Match:
        """Mostly one that stands, sometimes any."""
        standing = [Match(one.token_id, one.doctor_id) for one in self.model.doctors.values() if one.token_id]
        return data.draw(st.sampled_from(standing) | any_match if standing else any_match)

    @rule(waiter=waiters())
    def join(self, waiter: Waiter) -> None:
        assert self.do(self.line.join(waiter)) == self.model.join(waiter)

    @rule(token_id=tokens)
    def leave(self, token_id: int) -> None:
        assert self.do(self.line.leave(token_id)) == (self.model.waiting.pop(token_id, None) is not None)

    @rule(doctor_id=doctors, lanes=lane_sets)
    def ready(self, doctor_id: int, lanes: tuple[Lane, ...]) -> None:
        server = Server(doctor_id, lanes)
        assert self.do(self.line.ready(server)) == self.model.ready(server)

    @rule(doctor_id=doctors)
    def pause(self, doctor_id: int) -> None:
        assert self.do(self.line.pause(doctor_id)) == self.model.pause(doctor_id)

    @rule(doctor_id=doctors, registered=st.booleans())
    def phone(self, doctor_id: int, registered: bool) -> None:
        self.model.phone(doctor_id, registered)
        self.do(self.line.phone(doctor_id, registered))

    @rule(data=st.data())
    def talking(self, data: st.DataObject) -> None:
        match = self.a_match(data)
        assert self.do(self.line.talking(match)) == self.model.advance(match, S.TALKING, *BUSY)

    @rule(data=st.data())
    def writing(self, data: st.DataObject) -> None:
        match = self.a_match(data)
        assert self.do(self.line.writing(match)) == self.model.advance(match, S.WRITING, S.TALKING, S.WRITING)

    @rule(data=st.data(), hung_up=st.booleans())
    def finish(self, data: st.DataObject, hung_up: bool) -> None:
        match = self.a_match(data)
        assert self.do(self.line.finish(match, hung_up=hung_up)) == self.model.finish(match, hung_up=hung_up)

    @rule(data=st.data())
    def whole_consultation(self, data: st.DataObject) -> None:
        match = self.a_match(data)
        assert self.do(self.line.talking(match)) == self.model.advance(match, S.TALKING, *BUSY)
        assert self.do(self.line.writing(match)) == self.model.advance(match, S.WRITING, S.TALKING, S.WRITING)
        assert self.do(self.line.finish(match)) == self.model.finish(match)

    @rule(data=st.data(), doctor_ready=st.booleans())
    def give_back(self, data: st.DataObject, doctor_ready: bool) -> None:
        match = self.a_match(data)
        waiter = data.draw(st.none() | waiters(match.token_id))
        real = self.do(self.line.give_back(match, waiter, doctor_ready=doctor_ready))
        assert real == self.model.give_back(match, waiter, doctor_ready=doctor_ready)

    @rule(now=times)
    def open_to_all(self, now: int) -> None:
        assert self.do(self.line.open_to_all(now)) == self.model.open_to_all(now)

    @rule()
    def nothing_is_left_to_sweep(self) -> None:
        assert self.do(self.line.sweep()) == []

    @precondition(lambda self: self.model.matches)
    @rule()
    def next_match(self) -> None:
        assert self.do(self.line.next_match(0)) == self.model.matches.pop(0)

    @rule(lost=st.sets(doctors))
    def rebuild(self, lost: set[int]) -> None:
        for doctor_id in lost:
            self.model.lose_wake_up(doctor_id)
        self.do(self.line.rebuild(*self.model.rebuild()))
        assert self.do(self.line.sweep()) == self.model.sweep()

    @invariant()
    def everything_that_can_be_seen_is_equal(self) -> None:
        self.do(self._compare())

    async def _compare(self) -> None:
        for doctor_id in range(1, 5):
            state = await self.line.state(doctor_id)
            assert state == self.model.doctors.get(doctor_id)
        for token_id in range(1, 13):
            assert await self.line.place(token_id) == self.model.place(token_id)
        states = [one.state for one in self.model.doctors.values()]
        counts = LineCounts(len(self.model.waiting), {state: states.count(state) for state in S})
        assert await self.line.counts() == counts

    @invariant()
    def a_token_waits_or_is_held_once(self) -> None:
        held = [one.token_id for one in self.model.doctors.values() if one.token_id is not None]
        assert len(held) == len(set(held))
        assert not set(held) & set(self.model.waiting)

    @invariant()
    def nobody_waits_whom_a_ready_doctor_could_serve(self) -> None:
        ready = [one for one in self.model.doctors.values() if one.state == S.READY]
        waiting = self.model.waiting.values()
        assert not any(self.model.may_serve(server, waiter) for server in ready for waiter in waiting)


def test_the_line_is_its_model(valkey_url: str) -> None:
    class Here(LineMachine):
        url = valkey_url

    checks = settings(max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Here, settings=checks)
