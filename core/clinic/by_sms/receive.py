"""An SMS comes in: stored, understood, done and answered in one transaction, whichever gateway brought it.

The same message twice is answered once. Only Indian mobiles are answered (T14), and only so often: after that there is
silence, so that two machines never answer each other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.clinic.by_sms.turn import Turn, forget
from core.clinic.by_sms.wishes import fulfil
from core.clinic.cancel_token import leave_line
from core.clinic.clinic import Clinic
from core.clinic.know_caller import known_in
from core.clinic.send_sms import TOPIC
from core.clinic.stand_in_line import Wait, join_line, wait_of
from core.ports import NEW, Books, LineLost
from core.rules.mobile import indian_mobile
from core.rules.sms import ReceivedSms
from core.rules.sms_talk import FORGOTTEN_AFTER, SmsTalk
from core.rules.sms_words import Wish, first_that_is_spoken, language_in, readable, wish_in
from core.rules.token import Token, TokenState

ANSWERED_AN_HOUR = 20
"""Of one mobile; whoever registers needs eight."""
LONGEST_SENDER = 32
"""Characters of a sender that is no Indian mobile: a short code, a name, a number from abroad."""


async def receive_sms(clinic: Clinic, *, gateway_id: str, mobile: str, text: str) -> ReceivedSms | None:
    """Take a message from the gateway: the stored row, or None when it came before. `mobile`: the sender, as given.

    Whatever is in the text, it is stored readable and short; nothing of it can raise.
    """
    indian, text, now = indian_mobile(mobile), readable(text), clinic.clock.now()
    waits = await _waits(clinic, indian) if indian and wish_in(text) is Wish.STATUS else {}
    turn = None
    async with clinic.ledger.write() as books:
        sender = indian or readable(mobile)[:LONGEST_SENDER]
        received = await books.outbox.add_received(ReceivedSms(NEW, gateway_id, sender, text, now))
        if received is not None and indian and await _is_answered(books, indian, now):
            turn = await _turn(clinic, books, received, waits)
            await fulfil(turn, wish_in(text, whole=turn.talk is not None))
    await _tell_line(clinic, turn)
    return received


async def _is_answered(books: Books, mobile: str, now: datetime) -> bool:
    return await books.outbox.received_since(now - timedelta(hours=1), mobile) <= ANSWERED_AN_HOUR


async def _waits(clinic: Clinic, mobile: str) -> Mapping[int, Wait]:
    """Of the tokens that wait; of none while the line is lost."""
    async with clinic.ledger.read() as books:
        tokens = await books.tokens.active_of_mobile(mobile)
    try:
        waits = {token.id: await wait_of(clinic, token) for token in tokens if token.state is TokenState.WAITING}
    except LineLost:
        return {}
    return {token_id: wait for token_id, wait in waits.items() if wait is not None}


async def _turn(clinic: Clinic, books: Books, received: ReceivedSms, waits: Mapping[int, Wait]) -> Turn:
    talk = await _remembered(books, received)
    known = await known_in(clinic, books, received.mobile)
    said = known.language, talk.language if talk else None, language_in(received.text)
    return Turn(clinic, books, received, known, talk, first_that_is_spoken(said, clinic.policy.languages), waits)


async def _remembered(books: Books, received: ReceivedSms) -> SmsTalk | None:
    """The unfinished conversation; None, and it is gone, when it is a day old."""
    talk = await books.sms_talks.of_mobile(received.mobile)
    if talk is None or received.received_at < talk.forgotten_at:
        return talk
    await forget(books, talk)
    return None


async def _tell_line(clinic: Clinic, turn: Turn | None) -> None:
    """What is stored is told to the line and the panels; a line that is lost is made up for by `mend_line`."""
    joined: Sequence[Token] = turn.joined if turn else ()
    left: Sequence[Token] = turn.left if turn else ()
    for token in joined:
        await join_line(clinic, token)
    for token in left:
        await leave_line(clinic, token)
    await clinic.line.publish(TOPIC, {"kind": "received"})


async def forget_sms_talks(clinic: Clinic) -> int:
    """Conversations that nobody finished within a day, and what was said in them (T12). How many there were."""
    async with clinic.ledger.write() as books:
        talks = await books.sms_talks.asked_before(clinic.clock.now() - FORGOTTEN_AFTER)
        for talk in talks:
            await forget(books, talk)
    return len(talks)
