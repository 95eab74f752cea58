"""The outbox of SMS: queued inside the transaction of what they tell, sent by a loop, receipts noted.

A message is sent at least once: should we die between the gateway's "yes" and our mark, the lease runs out and it is
sent again. A patient who gets a token twice is better off than one who gets none.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

from core.clinic.clinic import Clinic
from core.ports import NEW, Books, SmsDelayed, SmsGateway, SmsRefused
from core.rules.mobile import is_indian_mobile
from core.rules.sms import Sms, SmsState, next_attempt
from core.tasks import forever

BATCH = 20
"""How many are claimed, and sent at the same time."""
LEASE = timedelta(minutes=2)
"""A claimed message that was not marked by then is due again; well above a gateway's time-out."""
TOPIC = "outbox"
_FAILED = {"failed", "undelivered"}
_DELIVERED = {"delivered", "read"}

log = logging.getLogger(__name__)


async def queue_sms(
    books: Books, clinic: Clinic, cause: str, mobile: str, template: str, language: str, **values: str
) -> Sms | None:
    """Put a message into the outbox within the caller's transaction; None when its cause has been queued before.

    Raises `BadSms` for values the template does not take.
    """
    text, dlt_id = clinic.sms.fill(template, language, **values)
    now = clinic.clock.now()
    return await books.outbox.add(
        Sms(
            id=NEW,
            cause=cause,
            mobile=mobile,
            template=template,
            language=language,
            text=text,
            dlt_template_id=dlt_id,
            created_at=now,
            next_attempt_at=now,
        )
    )


async def tell_queued(clinic: Clinic) -> None:
    """After the commit, so that the sender and the outbox page look at once. Lost with the line, it costs a second."""
    await clinic.line.publish(TOPIC, {"kind": "queued"})


async def keep_sending(clinic: Clinic, gateway: SmsGateway, *, pause: float = 1.0) -> None:
    """Send what is due for ever: as soon as something is said to be queued, and in any case every `pause` seconds.

    Ends when cancelled.
    """
    queued = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(forever(lambda: _hear(clinic, queued), "hearing of queued SMS"))
        while True:
            queued.clear()
            if not await send_due_sms(clinic, gateway):
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await queued.wait()


async def _hear(clinic: Clinic, queued: asyncio.Event) -> None:
    """The ledger knows what is due; this only says that a look is worth while, and may be lost with the line."""
    async with clinic.line.listen(TOPIC) as events:
        queued.set()  # what was said before we listened
        async for _, event in events:
            if event.get("kind") == "queued":
                queued.set()


async def send_due_sms(clinic: Clinic, gateway: SmsGateway) -> int:
    """Claim what is due, send it, mark what became of it. How many were claimed."""
    async with clinic.ledger.write() as books:
        due = await books.outbox.claim_due(clinic.clock.now(), BATCH, LEASE)
    async with asyncio.TaskGroup() as group:
        for sms in due:
            group.create_task(_send(clinic, gateway, sms))
    if due:
        await clinic.line.publish(TOPIC, {"kind": "sent"})
    return len(due)


async def _send(clinic: Clinic, gateway: SmsGateway, sms: Sms) -> None:
    changes = await _attempt(clinic, gateway, sms)
    async with clinic.ledger.write() as books:
        await books.outbox.mark(sms.id, **changes)


async def _attempt(clinic: Clinic, gateway: SmsGateway, sms: Sms) -> dict[str, object]:
    """Try once; the row's changes."""
    if not is_indian_mobile(sms.mobile):
        return {"state": SmsState.FAILED, "error": "not an Indian mobile number (T14)", "next_attempt_at": None}
    try:
        gateway_id = await gateway.send(sms)
    except SmsRefused as refused:
        return {"state": SmsState.FAILED, "error": str(refused), "next_attempt_at": None}
    except SmsDelayed as delayed:
        return _later(clinic, sms, str(delayed))
    except Exception as error:  # one bad message must not keep the others from being sent
        log.exception("sending SMS %s (%s)", sms.id, sms.cause)
        return _later(clinic, sms, f"{type(error).__name__} in the gateway")
    sent_at = clinic.clock.now()
    return {
        "state": SmsState.SENT, "gateway_id": gateway_id, "sent_at": sent_at, "error": None, "next_attempt_at": None
    }  # fmt: skip


def _later(clinic: Clinic, sms: Sms, why: str) -> dict[str, object]:
    again = next_attempt(sms.attempts, clinic.clock.now())
    return {"state": SmsState.QUEUED if again else SmsState.FAILED, "error": why, "next_attempt_at": again}


async def note_receipt(clinic: Clinic, *, gateway_id: str, status: str, error: str | None = None) -> bool:
    """A delivery receipt. False when no such message is known.

    Receipts come twice and out of order: nothing but `delivered` or a failure changes a row, and `delivered` stays.
    """
    async with clinic.ledger.write() as books:
        sms = await books.outbox.by_gateway_id(gateway_id)
        if sms is None:
            return False
        if sms.state is SmsState.DELIVERED:
            return True
        if status in _DELIVERED:
            await books.outbox.mark(sms.id, state=SmsState.DELIVERED, delivered_at=clinic.clock.now(), error=None)
        elif status in _FAILED:
            await books.outbox.mark(sms.id, state=SmsState.FAILED, error=f"{status}: {error or 'no reason given'}")
    await clinic.line.publish(TOPIC, {"kind": "receipt"})
    return True
