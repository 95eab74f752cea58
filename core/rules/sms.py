"""An SMS of the outbox and its life, and when a failed one is tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class SmsState(StrEnum):
    """An outgoing message's life."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up: the gateway refused it for good, or every retry failed."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One message of the outbox. `cause` is unique: one cause sends one message, however often it is asked for."""

    id: int
    cause: str
    """For instance `token:17`, `prescription:4`, `missed:17`."""
    mobile: str
    template: str
    language: str
    text: str
    dlt_template_id: str
    created_at: datetime
    state: SmsState = SmsState.QUEUED
    attempts: int = 0
    next_attempt_at: datetime | None = None
    gateway_id: str | None = None
    error: str | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceivedSms:
    """A message that came in."""

    id: int
    gateway_id: str
    mobile: str
    text: str
    received_at: datetime


BACK_OFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=5),
    *[timedelta(minutes=10)] * 36,
)
"""How long to wait after the first, second, … attempt that failed; after one more, six hours later, it is given up.

A gateway that comes back has everything within ten minutes.
"""
MAX_ATTEMPTS = len(BACK_OFF) + 1


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` tries; None when it is given up."""
    return now + BACK_OFF[attempts - 1] if attempts < MAX_ATTEMPTS else None
