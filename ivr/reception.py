"""Owns every conversation: each call is one task that is logged, ends with its call, and never takes others with it."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from core.clinic.make_up_for_cut import make_up_for_cut
from core.rules.token import Token
from core.tasks import to_the_end, until_done
from ivr.apology import apologise
from ivr.call import ORDINARY_CAUSES, Call, Hangup
from ivr.desk import Desk
from ivr.legs import PATIENT, PHARMACY, end_leg, log_leg

log = logging.getLogger(__name__)

PATIENT_LEGS = frozenset({PATIENT, "called_back", "reminder"})
"""Purposes of legs with a patient's own flow: after a restart of ours they are gone on with."""


class Reception:
    """Starts conversations; `async with` it, and all of them end when the block does."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Reception":
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)  # whatever has just been started begins, so that it can put its things right
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def __len__(self) -> int:
        """How many conversations are going on."""
        return len(self._tasks)

    async def idle(self) -> None:
        """Returns when nothing goes on."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run something that must not be lost track of; its failure is logged and ends nothing else."""
        task = asyncio.create_task(self._guarded(work, name), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def put_right(self, work: Callable[[], Coroutine[Any, Any, object]], name: str) -> None:
        """What must not stay undone, even when cancelled: should it fail now (the database is away), then later."""
        try:
            await to_the_end(work())
        except Exception:
            log.exception("%s failed, is tried again", name)
            self.spawn(until_done(work, name), name)

    def converse(
        self, call: Call, purpose: str, flow: Coroutine[Any, Any, None], token: Token | None = None
    ) -> asyncio.Task[None]:
        """Run a flow on a call; the leg ends with it."""
        return self.spawn(self._conversation(call, purpose, flow, token), f"{purpose} {call.id}")

    async def _conversation(
        self, call: Call, purpose: str, flow: Coroutine[Any, Any, None], token: Token | None
    ) -> None:
        outcome = "failed"
        try:
            try:
                await log_leg(self.desk, call, purpose, token)
            except BaseException:
                flow.close()
                raise
            await flow
            outcome = "done"
        except Hangup as gone:
            outcome = f"hangup {gone.cause}"
            if gone.cause not in ORDINARY_CAUSES:
                await self._cut_off(call, purpose)
        except asyncio.CancelledError:  # we are being stopped
            await self._cut_off(call, purpose)
            raise
        except Exception:
            with suppress(Hangup):
                await self._apologise(call, purpose)
            raise
        finally:
            await end_leg(self.desk, call, outcome)

    async def _cut_off(self, call: Call, purpose: str) -> None:
        """It was not their will: a patient is called back, or keeps their place."""
        if purpose in PATIENT_LEGS:
            await self.put_right(lambda: make_up_for_cut(self.desk.clinic, call.id), f"making up for {call.id}")

    async def _apologise(self, call: Call, purpose: str) -> None:
        if purpose in (PATIENT, PHARMACY):
            await apologise(self.desk, call, calls_back=purpose == PATIENT)

    @staticmethod
    async def _guarded(work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except Exception:
            log.exception("%s failed", name)
