"""Who talks just now, and who supervises: what the desk and the doctor's panel show of it. No patient's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clinic.clinic import Clinic
from core.ports import Books
from core.rules.consultation import Consultation
from core.rules.staff import Operator
from core.rules.supervision import Manner, Supervision, loudest
from core.rules.token import Token, TokenState

UNANSWERED_SHOWN = timedelta(minutes=1)
"""How long the desk says that one's own phone was not picked up."""


@dataclass(frozen=True, slots=True)
class With:
    """A supervisor who is with a talk."""

    name: str
    manner: Manner


@dataclass(frozen=True, slots=True)
class TalkNow:
    """A talk that goes on."""

    consultation_id: int
    doctor: str
    opd: str
    token: str
    since: datetime
    supervisor: With | None
    """The loudest one, if anybody."""


@dataclass(frozen=True, slots=True)
class TalksNow:
    """What the desk shows of talks."""

    talks: Sequence[TalkNow]
    """Longest first."""
    own_id: int | None
    """The consultation that this supervisor is with, or is being rung for."""
    own: Manner | None
    """How; None: their phone rings still, or they are with none."""
    unanswered: bool
    """Whether their phone was rung just now in vain."""


async def talks_now(clinic: Clinic, viewer: Operator) -> TalksNow:
    """The talks of this moment, and this supervisor's part in them."""
    since = clinic.clock.now() - UNANSWERED_SHOWN
    async with clinic.ledger.read() as books:
        talks = [each for each in await books.consultations.in_progress() if each.is_talk]
        supervisions = await books.supervisions.now()
        shown = await _shown(books, talks, supervisions)
        unanswered = await books.supervisions.unanswered(viewer.account, since)
    own = next((each for each in reversed(supervisions) if each.account == viewer.account), None)
    own_id = next((talk.id for talk in talks if own is not None and talk.token_id == own.token_id), None)
    return TalksNow(shown, own_id, own.manner if own and own_id else None, unanswered and own_id is None)


async def who_supervises(books: Books, doctor_id: int) -> With | None:
    """For the doctor's panel: the supervisor who is with their talk (the loudest of several)."""
    supervisions = await books.supervisions.now()
    if not supervisions:
        return None
    talks = [each for each in await books.consultations.in_progress() if each.is_talk]
    tokens = {each.token_id for each in talks if each.doctor_id == doctor_id}
    return await _with(books, [each for each in supervisions if each.token_id in tokens])


async def _shown(books: Books, talks: Sequence[Consultation], supervisions: Sequence[Supervision]) -> Sequence[TalkNow]:
    if not talks:
        return ()
    doctors = {doctor.id: doctor.name for doctor in await books.staff.doctors()}
    tokens = {token.id: token for token in await books.tokens.in_states(TokenState.TALKING)}
    shown = []
    for talk in talks:
        token = tokens.get(talk.token_id) or await books.tokens.get(talk.token_id)  # signed while they talk
        there = await _with(books, [each for each in supervisions if each.token_id == talk.token_id])
        shown.append(_talk(talk, doctors[talk.doctor_id], token, there))
    return sorted(shown, key=lambda talk: (talk.since, talk.consultation_id))


def _talk(talk: Consultation, doctor: str, token: Token, there: With | None) -> TalkNow:
    return TalkNow(talk.id, doctor, token.opd, token.number, talk.talked_at or talk.claimed_at, there)


async def _with(books: Books, supervisions: list[Supervision]) -> With | None:
    there = loudest(supervisions)
    if there is None or there.manner is None:
        return None
    return With(await _name(books, there.account), there.manner)


async def _name(books: Books, account: str) -> str:
    """Also of who has just been let go, as long as their part in the talk is not over."""
    if (person := await books.staff.operator_by_account(account)) is not None:
        return person.name
    return next((each.name for each in await books.staff.left() if each.account == account), account)
