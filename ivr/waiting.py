"""Who holds the line, who is talking to us, and who has hung up and may come back: where a patient's call is found.

A `Spot` passes one call between two tasks without either being unsure whose it is: the patient's own flow holds it
(music, position, keys) until the runner takes it, and looks at the token's state when the runner has done with it.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from ivr.call import Call


class Spot:
    """A patient's call that can be summoned. The line gives a token to one runner only, so one at a time takes it."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self._summoned = asyncio.Event()
        self._free = asyncio.Event()
        self._over = asyncio.Event()
        self._closed = asyncio.Event()
        self._told = asyncio.Event()
        self._news: deque[str] = deque()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Call]:
        """The runner's side: the call, once its flow has let go of it (it may be gone by then)."""
        self._summoned.set()
        try:
            await self._free.wait()
            yield self.call
        finally:
            self._summoned.clear()
            self._over.set()

    def tell(self, prompt: str) -> None:
        """The runner's side: something the holding patient should hear."""
        self._news.append(prompt)
        self._told.set()

    async def summoned(self) -> None:
        """The flow's side: returns when the runner wants the call."""
        await self._summoned.wait()

    async def told(self) -> None:
        """The flow's side: returns when there is news."""
        await self._told.wait()

    def news(self) -> str | None:
        """The flow's side: the next thing to be told, if there is any."""
        if self._news:
            return self._news.popleft()
        self._told.clear()
        return None

    async def hand_over(self) -> None:
        """The flow's side: let go of the call until the runner has done with it, or at once when nobody wants it."""
        if not self._summoned.is_set():
            return
        self._over.clear()
        self._free.set()
        await self._over.wait()
        self._free.clear()

    def close(self) -> None:
        """The flow's side: the call holds no more."""
        self._closed.set()
        self._free.set()

    async def closed(self) -> None:
        """The runner's side: returns when the call holds no more."""
        await self._closed.wait()


class Return:
    """A cut call that is being redialled: its patient's dialling in counts as well (S18)."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._call: asyncio.Future[Call] = loop.create_future()
        self._taken: asyncio.Future[bool] = loop.create_future()

    async def arrival(self) -> Call:
        """The runner's side: their call, which is the runner's from now on."""
        call = await asyncio.shield(self._call)
        self._taken.set_result(True)
        return call

    async def offer(self, call: Call) -> bool:
        """The flow's side: whether somebody has taken the call, or it may go on as any other."""
        if self._call.done():
            return False
        self._call.set_result(call)
        return await self._taken

    def close(self) -> None:
        """The runner's side: nobody is awaited any more."""
        self._call.cancel()
        if not self._taken.done():
            self._taken.set_result(False)


@dataclass(slots=True)
class Waiting:
    """Of this process: all spots, by token; and by mobile, who is on the line, and whose call was cut."""

    _spots: dict[int, list[Spot]] = field(default_factory=dict)
    """More than one when somebody was cut off without our noticing yet and has dialled again; the newest is last."""
    _cut: dict[str, Return] = field(default_factory=dict)
    _present: Counter[str] = field(default_factory=Counter)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __len__(self) -> int:
        return sum(map(len, self._spots.values()))

    def spot(self, token_id: int) -> Spot | None:
        """Where this token holds, if it does."""
        spots = self._spots.get(token_id)
        return spots[-1] if spots else None

    async def arrival(self, token_id: int) -> Spot:
        """Returns as soon as this token holds the line."""
        while (spot := self.spot(token_id)) is None:
            await self._change()
        return spot

    @contextmanager
    def at(self, token_id: int, call: Call) -> Iterator[Spot]:
        """Hold the line while the block runs. The newest call of a token counts; when it goes, the one before it."""
        spot = Spot(call)
        self._spots.setdefault(token_id, []).append(spot)
        self._tell_change()
        try:
            yield spot
        finally:
            spot.close()
            self._spots[token_id].remove(spot)
            if not self._spots[token_id]:
                del self._spots[token_id]

    @contextmanager
    def present(self, mobile: str) -> Iterator[None]:
        """Somebody talks to us from this mobile while the block runs: ringing it would find it busy."""
        self._present[mobile] += 1
        self._tell_change()
        try:
            yield
        finally:
            self._present[mobile] -= 1
            if not self._present[mobile]:
                del self._present[mobile]
                self._tell_change()

    def is_present(self, mobile: str) -> bool:
        """Whether somebody talks to us from this mobile, or we are ringing it."""
        return self._present[mobile] > 0

    async def company(self, mobile: str) -> None:
        """For whoever is `present` as the one who rings it: returns when they talk to us from this mobile as well."""
        while self._present[mobile] < 2:
            await self._change()

    async def absence(self, mobile: str) -> None:
        """Returns when nobody talks to us from this mobile (any more)."""
        while self._present[mobile]:
            await self._change()

    @contextmanager
    def expecting(self, mobile: str) -> Iterator[Return]:
        """Somebody's call was cut: while the block runs, their dialling in counts as being redialled (S18)."""
        awaited = self._cut[mobile] = Return()
        try:
            yield awaited
        finally:
            if self._cut.get(mobile) is awaited:
                del self._cut[mobile]
            awaited.close()

    async def returns(self, mobile: str, call: Call) -> bool:
        """Hand a call to whoever expects this mobile; False when nobody does."""
        awaited = self._cut.get(mobile)
        return awaited is not None and await awaited.offer(call)

    async def _change(self) -> None:
        changed = self._changed
        await changed.wait()

    def _tell_change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
