"""Something of ours has failed in the middle of a call: nobody is dropped without a word, and who can be is called."""

import asyncio
import logging

from core.clinic.owe_call import owe_call
from core.rules.mobile import indian_mobile
from core.rules.records import CallBackReason
from ivr.call import Call, Hangup
from ivr.desk import Desk
from ivr.help import helped

log = logging.getLogger(__name__)

LONGEST = 30.0
"""Seconds an apology may take in all languages; whatever is broken must not hold the line."""


async def apologise(desk: Desk, call: Call, *, calls_back: bool) -> None:
    """Say it in every language, as the failure may have come before theirs was known. Never raises but `Hangup`."""
    try:
        async with asyncio.timeout(LONGEST):
            prompt = "apology" if calls_back and await _owes_a_call(desk, call) else "broken"
            await call.answer()
            for language in desk.clinic.policy.languages:
                await helped(desk, call, language).tell(prompt)
    except Hangup:
        raise
    except Exception:
        log.exception("call %s: the apology failed too", call.id)


async def _owes_a_call(desk: Desk, call: Call) -> bool:
    """Whether a call-back is noted: where the database is what failed, nothing may be promised."""
    mobile = indian_mobile(call.caller)
    if mobile is None:
        return False
    try:
        return await owe_call(desk.clinic, mobile, CallBackReason.APOLOGY)
    except Exception:
        log.exception("call %s: no call-back could be noted", call.id)
        return False
