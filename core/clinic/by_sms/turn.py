"""One SMS that is being answered: who wrote, what is known of them, and what is said, all within one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.clinic.clinic import Clinic
from core.clinic.know_caller import Known
from core.clinic.send_sms import queue_sms
from core.clinic.stand_in_line import Wait
from core.ports import Books
from core.rules.patient import Patient
from core.rules.sms import ReceivedSms
from core.rules.sms_people import label
from core.rules.sms_talk import Question, SmsTalk
from core.rules.sms_words import Wish
from core.rules.token import Token

PEOPLE_A_MESSAGE = 3
"""The templates `people_1` to `people_3`."""


@dataclass(slots=True)
class Turn:
    """What every answer needs. Whoever commits lets `joined` join the line and `left` leave it."""

    clinic: Clinic
    books: Books
    received: ReceivedSms
    known: Known
    talk: SmsTalk | None
    language: str
    waits: Mapping[int, Wait]
    """By token id, where the line knows; looked up beforehand, since no transaction waits for the line."""
    joined: list[Token] = field(default_factory=list)
    left: list[Token] = field(default_factory=list)
    _said: int = 0

    @property
    def text(self) -> str:
        """What they wrote."""
        return self.received.text

    async def say(self, template: str, **values: str) -> None:
        """Queue an answer; its cause is the message that is being answered, and a count from the second one on."""
        self._said += 1
        cause = f"received:{self.received.id}" + (f":{self._said}" if self._said > 1 else "")
        await queue_sms(self.books, self.clinic, cause, self.received.mobile, template, self.language, **values)

    async def say_people(self, patients: Mapping[int, Patient]) -> None:
        """Who is registered on this mobile and their Patient IDs (S14), each with a place in the family."""
        people = list(patients.items())
        for first in range(0, len(people), PEOPLE_A_MESSAGE):
            group = people[first : first + PEOPLE_A_MESSAGE]
            values = {
                f"{name}{slot}": value
                for slot, (place, patient) in enumerate(group, start=1)
                for name, value in (("place", str(place)), ("name", label(patient)), ("id", patient.code))
            }
            await self.say(f"people_{len(group)}", **values)

    def begin(self, wish: Wish) -> SmsTalk:
        """A conversation that begins with this message."""
        at = self.received.received_at
        return SmsTalk(self.received.mobile, self.language, wish, Question.CONSENT, at, at)

    async def ask(self, talk: SmsTalk, question: Question, template: str | None = None) -> None:
        """Ask this, and remember that it was asked. `template`: other words for it."""
        await self.books.sms_talks.save(replace(talk, question=question, asked_at=self.received.received_at))
        await self.say(template or f"ask_{question}")

    async def ask_again(self, talk: SmsTalk) -> None:
        """The answer was none: say why, and ask once more."""
        await self.ask(talk, talk.question, f"ask_{talk.question}_again")

    async def end_talk(self) -> None:
        """Everything that was asked is answered."""
        await self.books.sms_talks.drop(self.received.mobile)

    async def forget_talk(self) -> None:
        """They want no more, or never answered: what they said of themselves goes too (T12)."""
        if self.talk is not None:
            await forget(self.books, self.talk)


async def forget(books: Books, talk: SmsTalk) -> None:
    """Drop an unfinished conversation and the texts of which it was made, unless somebody was registered by it."""
    await books.sms_talks.drop(talk.mobile)
    if talk.patient_id is None:
        await books.outbox.blank_received(talk.mobile, talk.began_at, talk.forgotten_at)
