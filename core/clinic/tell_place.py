"""Tell by SMS where a waiting token stands: how many are before it, and how long it may take (S20)."""

from core.clinic.clinic import Clinic
from core.clinic.send_sms import queue_sms
from core.clinic.stand_in_line import Wait, wait_of
from core.ports import LineLost
from core.rules.token import Token

LARGEST = 999
"""What an SMS says at most, of people and of minutes."""


async def tell_place(clinic: Clinic, token: Token, cause: str) -> None:
    """Queue the SMS, once for each `cause`. While the line is lost, or the turn has just come, the token is told."""
    try:
        wait = await wait_of(clinic, token)
    except LineLost:
        wait = None
    async with clinic.ledger.write() as books:
        patient = await books.patients.get(token.patient_id)
        template, values = place_words(token.number, patient.code, wait)
        await queue_sms(books, clinic, cause, patient.mobile, template, token.language, **values)


def place_words(token: str, patient: str, wait: Wait | None) -> tuple[str, dict[str, str]]:
    """The template and its variables for what is known of the wait; None: nothing."""
    if wait is None:
        return "token_again", {"token": token, "patient": patient}
    if wait.minutes is None:
        return "place_no_doctor", {"token": token}
    ahead, minutes = (str(min(number, LARGEST)) for number in (wait.position - 1, wait.minutes))
    return "place", {"token": token, "ahead": ahead, "minutes": minutes}
