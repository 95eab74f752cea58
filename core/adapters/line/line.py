"""The line as the use cases see it: every method is one script, and the scripts are the queue discipline."""

import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Self

from redis.asyncio import Redis
from redis.exceptions import RedisError

from core.adapters.line import events, keys
from core.adapters.line.client import answering, connect
from core.adapters.line.matches import Matches
from core.adapters.line.publisher import Publisher
from core.adapters.line.scripts import Scripts
from core.ports import LineCounts, LineLost, LineView, Place, Server, Waiter
from core.rules.queue import Match
from core.rules.staff import DoctorState

log = logging.getLogger(__name__)

_STATES = tuple(DoctorState)


class RedisLine:
    """See `core.ports.Line`. `next_match` raises `redis.exceptions.RedisError` when the server is gone."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._scripts = Scripts(redis)
        self._matches = Matches(redis, self._scripts)
        self._publisher = Publisher(self._scripts)

    @classmethod
    def open(cls, url: str) -> Self:
        """`redis://host:port/0` or `unix:///path/of/socket`; connects when first used."""
        return cls(connect(url))

    async def close(self) -> None:
        """Publish what is left, and close every connection."""
        await self.flush()
        await self._redis.aclose()

    async def flush(self) -> None:
        """Returns when every event told so far is out."""
        await self._publisher.flush()

    async def join(self, waiter: Waiter) -> Match | None:
        """A token that waits already gets the new place; one that is held stays where it is (None)."""
        return _match(await self._change("join", *_waiter(waiter)))

    async def leave(self, token_id: int) -> bool:
        return bool(await self._change("leave", keys.token_name(token_id)))

    async def ready(self, server: Server) -> Match | None:
        """Their lanes are taken over even while they are busy."""
        return _match(await self._change("ready", server.doctor_id, keys.lanes_text(server.lanes)))

    async def pause(self, doctor_id: int) -> bool:
        return bool(await self._change("pause", doctor_id))

    async def phone(self, doctor_id: int, registered: bool) -> None:
        await self._change("phone", doctor_id, int(registered))

    async def talking(self, match: Match) -> bool:
        return bool(await self._change("talking", *_names(match)))

    async def writing(self, match: Match) -> bool:
        return bool(await self._change("writing", *_names(match)))

    async def give_back(self, match: Match, waiter: Waiter | None, *, doctor_ready: bool) -> Match | None:
        """Only while RESERVED: once they talk, a late timer cannot part them. The doctor's match comes first."""
        place = () if waiter is None else _waiter(waiter)[1:]
        return _match(await self._change("give_back", *_names(match), int(doctor_ready), *place))

    async def finish(self, match: Match, *, hung_up: bool = False) -> Match | None:
        return _match(await self._change("finish", *_names(match), int(hung_up)))

    async def open_to_all(self, now_ms: int) -> Sequence[Match]:
        return [keys.parse_match(text) for text in await self._change("open_to_all", now_ms) or ()]

    async def sweep(self) -> Sequence[Match]:
        return [keys.parse_match(text) for text in await self._change("sweep") or ()]

    async def place(self, token_id: int) -> Place | None:
        found = await self._ask("place", keys.token_name(token_id))
        return None if found is None else Place(ahead=found[0], doctors=found[1])

    async def state(self, doctor_id: int) -> Server | None:
        found = await self._ask("state", doctor_id)
        if found is None:
            return None
        state, lanes, token = found
        return Server(doctor_id, keys.parse_lanes(lanes), DoctorState(state), int(token) if token else None)

    async def counts(self) -> LineCounts:
        waiting, *doctors = await self._ask("counts", *_STATES)
        return LineCounts(waiting, dict(zip(_STATES, doctors, strict=True)))

    async def rebuild(self, waiters: Sequence[Waiter], servers: Sequence[Server]) -> None:
        """Doctors who are ready are ready since long in the order given. Matches nothing: `sweep` does."""
        arguments = (list(_STATES), [_waiter(waiter) for waiter in waiters], [_server(server) for server in servers])
        await self._ask("rebuild", *(json.dumps(argument) for argument in arguments))

    async def is_built(self) -> bool:
        return bool(await self._ask("is_built"))

    async def view(self, token_ids: Sequence[int]) -> LineView:
        unknown, *doctors = await self._ask("view", *map(keys.token_name, token_ids))
        at_work = {int(doctor): (DoctorState(state), int(token) if token else None) for doctor, state, token in doctors}
        return LineView(frozenset(map(int, unknown)), at_work)

    async def next_match(self, timeout: float) -> Match | None:
        """Of several tasks that ask at the same moment one waits at a time."""
        return await self._matches.take(timeout)

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """Returns at once; events are heard in the order in which they were published."""
        self._publisher.tell(topic, json.dumps(event))

    def listen(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[events.Event]]:
        """The iterator raises `redis.exceptions.ConnectionError` when the server is gone."""
        return events.listen(self._redis, *topics)

    async def allow(self, key: str, limit: int, seconds: int) -> bool:
        return int(await self._ask("allow", key, seconds)) <= limit

    async def alive(self) -> bool:
        """Whether the server answers."""
        try:
            async with answering():
                return bool(await self._redis.ping())
        except RedisError:
            return False

    async def _ask(self, script: str, *arguments: str | int) -> Any:
        try:
            return await self._scripts.run(script, *arguments)
        except RedisError as error:
            raise LineLost(f"{script}: {error}") from error

    async def _change(self, script: str, *arguments: str | int) -> Any:
        try:
            return await self._ask(script, *arguments)
        except LineLost as lost:
            log.error("the line is lost, it will be made anew from the ledger: %s", lost)
            return None


def _match(text: str | None) -> Match | None:
    return None if text is None else keys.parse_match(text)


def _names(match: Match) -> tuple[str, str]:
    return keys.token_name(match.token_id), str(match.doctor_id)


def _waiter(waiter: Waiter) -> tuple[str, ...]:
    """token, lane, rank, own doctor, anyone from: the order that `enqueue` and `seat` take."""
    own = "" if waiter.own_doctor_id is None else str(waiter.own_doctor_id)
    lane = keys.lanes_text((waiter.lane,))
    return keys.token_name(waiter.token_id), lane, str(waiter.rank), own, str(waiter.anyone_from)


def _server(server: Server) -> tuple[str, str, str, str]:
    token = "" if server.token_id is None else keys.token_name(server.token_id)
    return str(server.doctor_id), keys.lanes_text(server.lanes), server.state, token
