"""Cancel a token at the patient's wish (S15); the SMS that says so is part of the same transaction."""

from core.clinic.clinic import Clinic
from core.clinic.send_sms import queue_sms
from core.ports import Books, Stale
from core.rules.patient import Patient
from core.rules.token import NotAllowed, Token, TokenState


async def cancel_token(clinic: Clinic, token: Token, patient: Patient) -> bool:
    """True when it is cancelled; False when it cannot be any more (the doctor is already on the line, or it ended)."""
    async with clinic.ledger.write() as books:
        done = await book_cancelled(clinic, books, token, patient)
    if done:
        await leave_line(clinic, token)
    return done


async def book_cancelled(clinic: Clinic, books: Books, token: Token, patient: Patient) -> bool:
    """Within the caller's transaction: as `cancel_token`. When True, it must then leave the line."""
    try:
        token = await books.tokens.move(await books.tokens.get(token.id), TokenState.CANCELLED)
    except (NotAllowed, Stale):
        return False
    await queue_sms(
        books, clinic, f"cancelled:{token.id}", patient.mobile, "token_cancelled", token.language, token=token.number
    )
    return True


async def leave_line(clinic: Clinic, token: Token) -> None:
    """Take a cancelled token out of the line; panels hear of it."""
    await clinic.line.leave(token.id)
    await clinic.line.publish("clinic", {"kind": "waiting"})
