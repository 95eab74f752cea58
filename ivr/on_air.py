"""Which talks go on at this switch, and on which leg the doctor is in each: where a supervisor finds a talk."""

import asyncio
from dataclasses import dataclass, field

from ivr.call import Call, Room


@dataclass(frozen=True, slots=True, eq=False)
class Air:
    """A stretch of talk: ended when this leg of the doctor's is gone, though the talk may go on with another."""

    doctor: Call
    room: Room


@dataclass(slots=True)
class OnAir:
    """Of this process, by consultation."""

    _talks: dict[int, Air] = field(default_factory=dict)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __contains__(self, consultation_id: int) -> bool:
        return consultation_id in self._talks

    def talk(self, consultation_id: int, doctor: Call, room: Room) -> None:
        """Both hear each other, from now or (again) with a leg that was redialled."""
        present = self._talks.get(consultation_id)
        if present is None or present.doctor is not doctor:
            self._talks[consultation_id] = Air(doctor, room)
            self._tell_change()

    def over(self, consultation_id: int) -> None:
        """They have parted. Does nothing when they never talked."""
        self._talks.pop(consultation_id, None)
        self._tell_change()

    async def after(self, consultation_id: int, stretch: Air | None) -> Air | None:
        """The stretch of talk that follows this one (None: the present one); None when the talk is over."""
        while (present := self._talks.get(consultation_id)) is not None and present is stretch:
            changed = self._changed
            await changed.wait()
        return present

    def _tell_change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
