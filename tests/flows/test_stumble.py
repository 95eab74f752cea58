"""Whoever brings patient and doctor together may be stopped between any two of its transactions: both are freed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from core.ports import Books, Ledger
from tests.flows.house import NEW_PATIENT, House

HOLDS = {**NEW_PATIENT, "hold_or_callback": "1"}
RUNNER = "token "
"""What the names of the router's tasks begin with."""


class Stumbling:
    """A ledger at whose n-th transaction the runner is cancelled, before it or right after it was committed."""

    def __init__(self, ledger: Ledger, at: int, *, after: bool) -> None:
        self.stumbled = asyncio.Event()
        self._ledger, self._left, self._after = ledger, at, after

    def write(self) -> AbstractAsyncContextManager[Books]:
        return self._watched(self._ledger.write())

    def read(self) -> AbstractAsyncContextManager[Books]:
        return self._watched(self._ledger.read())

    async def alive(self) -> bool:
        return await self._ledger.alive()

    @asynccontextmanager
    async def _watched(self, transaction: AbstractAsyncContextManager[Books]) -> AsyncIterator[Books]:
        task = asyncio.current_task()
        assert task is not None
        self._left -= task.get_name().startswith(RUNNER)
        stumbles = self._left == 0 and not self.stumbled.is_set()
        if stumbles and not self._after:
            self._stumble(task)
        async with transaction as books:
            yield books
        if stumbles and self._after:
            self._stumble(task)

    def _stumble(self, task: asyncio.Task[object]) -> None:
        task.cancel()
        self.stumbled.set()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5])
async def test_stopped_at_any_transaction(house: House, at: int, after: bool) -> None:
    """The transactions: claim, case, beginning of the talk, whether it is over, the new legs. The house checks."""
    doctor = await house.doctor()
    stumbling = Stumbling(house.clinic.ledger, at, after=after)
    house.with_ledger(stumbling)
    patient = house.dial(answers=HOLDS)
    everybody = asyncio.create_task(_everybody_answers(house, doctor.account))
    try:
        if at > 3:
            await patient.talks()
            patient.leave(38)
        await asyncio.wait_for(stumbling.stumbled.wait(), 10)
    finally:
        everybody.cancel()
        await asyncio.gather(everybody, return_exceptions=True)
    patient.leave()


async def _everybody_answers(house: House, account: str) -> None:
    async def answer(number: str) -> None:
        while True:
            (await house.exchange.ring_of(number)).pick_up({"called_patient": "1"})

    await asyncio.gather(answer(account), answer("+919876543210"))
