"""A supervisor with a talk: their own phone is rung, then they listen, whisper or join, until either ends.

Each supervision is one task. It never touches the legs of patient and doctor, so their talk goes on whatever ends it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.clinic.steer import SUPERVISE
from core.clinic.supervise import NoTalk, be_with_talk, leave, ringing_begins, ringing_ends
from core.rules.consultation import Consultation
from core.rules.staff import Operator
from core.rules.supervision import ANSWERED, GIVEN_UP, NO_ANSWER, Manner
from ivr.call import Call, Hangup, NoAnswer
from ivr.on_air import Air
from ivr.reception import Reception
from ivr.ring_staff import ring_staff
from ivr.together import first_of, unless_gone


@dataclass(slots=True)
class Wish:
    """What the supervisor wants by now: a manner, or None to leave."""

    consultation_id: int
    manner: Manner | None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def become(self, manner: Manner | None) -> None:
        """Another wish; who wants to leave does not come back."""
        if self.manner is not None and manner != self.manner:
            self.manner = manner
            self.changed.set()

    async def left(self) -> None:
        """Returns when they want to leave."""
        while self.manner is not None:
            await self.changed.wait()
            self.changed.clear()


@dataclass(frozen=True, slots=True)
class Party:
    """Who supervises what."""

    supervisor: Operator
    consultation: Consultation
    token: str
    wish: Wish


class Supervising:
    """Of one switch: obeys what the desk asks of it, one talk a supervisor at a time."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wishes: dict[int, Wish] = {}

    def obey(self, event: Mapping[str, Any]) -> None:
        """A request of `core.clinic.steer`; one about a talk that goes on elsewhere is for another switch."""
        supervisor_id = int(event["supervisor"])
        manner = Manner(event["manner"]) if event["kind"] == SUPERVISE else None
        wish = self._wishes.get(supervisor_id)
        if wish is not None and (manner is None or wish.consultation_id == int(event["consultation"])):
            wish.become(manner)
        elif wish is None and manner is not None and int(event["consultation"]) in self._reception.desk.on_air:
            wish = self._wishes[supervisor_id] = Wish(int(event["consultation"]), manner)
            self._reception.spawn(self._supervise(supervisor_id, wish), f"supervisor {supervisor_id}")

    async def _supervise(self, supervisor_id: int, wish: Wish) -> None:
        try:
            party = await self._party(supervisor_id, wish)
            with suppress(NoAnswer, NoTalk, Hangup), self._own_phone(supervisor_id):
                await self._from_ring_to_end(party)
        finally:
            del self._wishes[supervisor_id]

    @contextmanager
    def _own_phone(self, supervisor_id: int) -> Iterator[None]:
        """Key 0 does not ring it while the block runs."""
        busy = self._reception.desk.busy_operators
        already = supervisor_id in busy
        busy.add(supervisor_id)
        try:
            yield
        finally:
            if not already:
                busy.discard(supervisor_id)

    async def _party(self, supervisor_id: int, wish: Wish) -> Party:
        async with self._reception.desk.clinic.ledger.read() as books:
            consultation = await books.consultations.get(wish.consultation_id)
            token = await books.tokens.get(consultation.token_id)
            return Party(await books.staff.operator(supervisor_id), consultation, token.number, wish)

    async def _from_ring_to_end(self, party: Party) -> None:
        legs: list[Call] = []
        try:
            await self._ring(party, legs)
            for leg in legs:
                await unless_gone(leg, self._stay(party, leg))
        finally:
            for leg in legs:
                await self._reception.put_right(partial(self._end, party, leg), f"ending supervision {leg.id}")

    async def _ring(self, party: Party, legs: list[Call]) -> None:
        """Into `legs` even when, in the moment in which they pick up, the talk is over or they want to leave."""
        desk = self._reception.desk
        name, outcome = await ringing_begins(desk.clinic, party.supervisor, party.consultation), NO_ANSWER

        async def answer() -> None:
            ringing = ring_staff(desk, party.supervisor, caller=party.token, timeout=desk.pace.operator_rings)
            legs.append(await ringing)

        try:
            await first_of(answer(), party.wish.left(), self._over(party))
            outcome = ANSWERED if legs else GIVEN_UP
        finally:
            await self._reception.put_right(lambda: ringing_ends(desk.clinic, name, outcome), f"{name} ends")

    async def _over(self, party: Party) -> None:
        stretch: Air | None = None
        while (stretch := await self._reception.desk.on_air.after(party.consultation.id, stretch)) is not None:
            pass

    async def _stay(self, party: Party, leg: Call) -> None:
        """Until the talk is over or they leave: a doctor who is cut off and redialled is found again."""

        async def following() -> Air | None:
            return await self._reception.desk.on_air.after(party.consultation.id, stretch)

        async def left() -> None:
            await party.wish.left()

        stretch: Air | None = None
        while (stretch := (await first_of(following(), left()))[1]) is not None:
            while await self._attend(party, leg, stretch):
                pass

    async def _attend(self, party: Party, leg: Call, stretch: Air) -> bool:
        """In one manner, until another one is wished (True); False when the doctor's leg is gone, or they leave."""
        wish = party.wish
        wish.changed.clear()
        if wish.manner is None:
            return False
        await be_with_talk(self._reception.desk.clinic, leg.id, party.supervisor, party.consultation, wish.manner)
        try:
            async with self._hearing(wish.manner, leg, stretch):
                return await self._changes(wish, stretch.doctor)
        except Hangup:
            return False

    @staticmethod
    async def _changes(wish: Wish, doctor: Call) -> bool:
        async def changed() -> bool:
            return await wish.changed.wait()

        async def gone() -> bool:
            await doctor.wait_gone()
            return False

        return (await first_of(changed(), gone()))[1]

    @asynccontextmanager
    async def _hearing(self, manner: Manner, leg: Call, stretch: Air) -> AsyncIterator[None]:
        if manner is Manner.JOIN:
            await stretch.room.admit(leg)
            try:
                yield
            finally:
                await stretch.room.dismiss(leg)
        else:
            whisper = manner is Manner.WHISPER
            async with self._reception.desk.exchange.overhear(stretch.doctor, leg, whisper=whisper):
                yield

    async def _end(self, party: Party, leg: Call) -> None:
        await leg.hangup()
        await leave(self._reception.desk.clinic, leg.id, party.supervisor, party.consultation)
