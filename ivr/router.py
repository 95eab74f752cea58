"""Turns matches into consultations, and obeys the panels' buttons."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from core.clinic.steer import CALL_AGAIN, HANG_UP, LEAVE_TALK, SUPERVISE, TOPIC
from core.rules.queue import Match
from core.rules.token import TokenState
from core.tasks import forever
from ivr.consultation import consult, consult_again
from ivr.reception import Reception
from ivr.supervising import Supervising

MATCH_WAIT = 5.0
"""Seconds one blocking look for a match lasts."""


class Router:
    """One for each switch. `run` works until cancelled."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._clinic = reception.desk.clinic
        self._supervising = Supervising(reception)
        self._buttons: dict[int, asyncio.Event] = {}

    async def run(self) -> None:
        """Everything that has to go on all the time."""
        async with asyncio.TaskGroup() as group:
            group.create_task(forever(self._take_match, "taking matches"))
            group.create_task(forever(self._obey, "obeying the panels"))

    @contextmanager
    def button(self, token_id: int) -> Iterator[asyncio.Event]:
        """While the block runs the panel's "hang up" for this token sets the event."""
        pressed = self._buttons[token_id] = asyncio.Event()
        try:
            yield pressed
        finally:
            if self._buttons.get(token_id) is pressed:  # the token may be matched anew before this block has ended
                del self._buttons[token_id]

    def call_again(self, token_id: int, tries: int = 1) -> None:
        """Bring patient and doctor together once more (S18): nothing happens unless the doctor still writes."""
        if token_id not in self._buttons:
            self._reception.spawn(self._again(token_id, tries), f"token {token_id} again")

    async def _take_match(self) -> None:
        match = await self._clinic.line.next_match(MATCH_WAIT)
        if match is not None:
            self._reception.spawn(self._consult(match), f"token {match.token_id} with doctor {match.doctor_id}")

    async def _consult(self, match: Match) -> None:
        with self.button(match.token_id) as pressed:
            await consult(self._reception, match, pressed)

    async def _obey(self) -> None:
        async with self._clinic.line.listen(TOPIC) as events:
            async for _, event in events:
                token_id = int(event["token"])
                if event["kind"] == HANG_UP and token_id in self._buttons:
                    self._buttons[token_id].set()
                elif event["kind"] == CALL_AGAIN:
                    self.call_again(token_id)
                elif event["kind"] in (SUPERVISE, LEAVE_TALK):
                    self._supervising.obey(event)

    async def _again(self, token_id: int, tries: int) -> None:
        with self.button(token_id) as pressed:
            async with self._clinic.ledger.read() as books:
                token = await books.tokens.get(token_id)
                consultation = await books.consultations.open_of_token(token_id)
            if token.state is TokenState.WRITING and consultation is not None:
                await consult_again(self._reception, consultation, pressed, tries)
