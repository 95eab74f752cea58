"""Cancel a token at the patient's wish (S15); the SMS that says so is part of the same transaction."""

from core.clinic.clinic import Clinic
from core.clinic.send_sms import queue_sms
from core.ports import Stale
from core.rules.patient import Patient
from core.rules.token import NotAllowed, Token, TokenState


async def cancel_token(clinic: Clinic, token: Token, patient: Patient) -> bool:
    """True when it is cancelled; False when it cannot be any more (the doctor is already on the line, or it ended)."""
    try:
        async with clinic.ledger.write() as books:
            token = await books.tokens.move(await books.tokens.get(token.id), TokenState.CANCELLED)
            await queue_sms(
                books, clinic, f"cancelled:{token.id}", patient.mobile, "token_cancelled", token.language,
                token=token.number,
            )  # fmt: skip
    except (NotAllowed, Stale):
        return False
    await clinic.line.leave(token.id)
    await clinic.line.publish("clinic", {"kind": "waiting"})
    return True
