"""A supervisor with a talk: their own phone is rung, then they listen, whisper or join, until either ends.

Each supervision is one task. It never touches the legs of patient and doctor, so their talk goes on whatever ends it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from core.clinic.lend_phone import TOPIC
from core.clinic.steer import SUPERVISE
from core.clinic.supervise import NoTalk, be_with_talk, leave, may_supervise, ringing_begins, ringing_ends
from core.rules.consultation import Consultation
from core.rules.phone import is_browser
from core.rules.staff import Doctor, Operator
from core.rules.supervision import ANSWERED, GIVEN_UP, NO_ANSWER, Manner
from core.tasks import until_done
from ivr.call import Call, Hangup, NoAnswer
from ivr.help import helped
from ivr.on_air import Air
from ivr.page_leg import leads_nowhere
from ivr.reception import Reception
from ivr.ring_staff import ring_staff
from ivr.together import first_of

LOOK_EVERY = 30.0
"""Seconds between two looks whether they may: sessions end by the clock, and words on the line are lossy."""
SPOKEN = {
    Manner.LISTEN: "supervisor_listens",
    Manner.WHISPER: "supervisor_whispers",
    Manner.JOIN: "supervisor_joined",
}
"""The notice for a doctor whose telephone has no page to show it."""


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
    doctor: Doctor
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
            doctor = await books.staff.doctor(consultation.doctor_id)
            return Party(await books.staff.operator(supervisor_id), consultation, doctor, token.number, wish)

    async def _from_ring_to_end(self, party: Party) -> None:
        legs: list[Call] = []
        try:
            await first_of(self._ring_and_stay(party, legs), self._forbidden(party))
        finally:
            for leg in legs:
                await self._reception.put_right(partial(self._end, party, leg), f"ending supervision {leg.id}")

    async def _ring_and_stay(self, party: Party, legs: list[Call]) -> None:
        await self._ring(party, legs)
        for leg in legs:
            await first_of(self._stay(party, leg), leads_nowhere(self._reception.desk, leg))

    async def _forbidden(self, party: Party) -> None:
        """Returns when they were let go, are no supervisor any more, or are not signed in. A lost line ends nothing."""

        async def so() -> None:
            clinic = self._reception.desk.clinic
            while True:
                async with clinic.line.listen(TOPIC) as events:
                    if not await may_supervise(clinic, party.supervisor.id):
                        return
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_EVERY):
                            await anext(events)

        await until_done(so, f"watching whether {party.supervisor.account} may supervise")

    async def _ring(self, party: Party, legs: list[Call]) -> None:
        """Into `legs` even when, in the moment in which they pick up, the talk is over or they want to leave."""
        desk = self._reception.desk
        name, outcome = await ringing_begins(desk.clinic, party.supervisor, party.consultation), GIVEN_UP

        async def answer() -> None:
            ringing = ring_staff(desk, party.supervisor, caller=party.token, timeout=desk.pace.operator_rings)
            legs.append(await ringing)

        try:
            await first_of(answer(), party.wish.left(), self._over(party))
            outcome = ANSWERED if legs else GIVEN_UP
        except NoAnswer:
            outcome = NO_ANSWER
            raise
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
            await self._tell_doctor(party, stretch, wish.manner)
            async with self._hearing(wish.manner, leg, stretch):
                self._reception.desk.clinic.timeline.note(leg.id, "hears", wish.manner)
                return await self._changes(wish, stretch.doctor)
        except Hangup:
            return False

    async def _tell_doctor(self, party: Party, stretch: Air, manner: Manner) -> None:
        """By voice, on a telephone without a page: before a word is heard. The patient hears nothing of it."""
        if not is_browser(stretch.doctor.dialled):
            desk = self._reception.desk
            spoken = helped(desk, stretch.doctor, party.doctor.languages[0]).sounds_of(SPOKEN[manner])
            await desk.exchange.announce(stretch.doctor, spoken)

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
