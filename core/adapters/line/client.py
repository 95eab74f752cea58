"""How we talk to a Redis server: one kind of client, and a deadline that never swallows a cancellation."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import TimeoutError as NoAnswer

ANSWER_SECONDS = 5.0
"""When a server that does not answer is taken to be gone."""
MOST_CONNECTIONS = 2000
"""One for every listener (an open panel) beside those of the steps in flight."""


def connect(url: str) -> Redis:
    """A client of `redis://…` or `unix://…`; connects when first used, tries a broken connection once more.

    Without `socket_timeout`: the library would send by `asyncio.wait_for`, which on Python 3.11 forgets that the task
    was cancelled when both happen at once, and a hang-up would be lost. Use `answering` instead.
    """
    return Redis.from_url(
        url,
        decode_responses=True,
        max_connections=MOST_CONNECTIONS,
        socket_timeout=None,
        socket_connect_timeout=ANSWER_SECONDS,
        health_check_interval=30,
        retry=Retry(NoBackoff(), 1),
    )


@asynccontextmanager
async def answering(seconds: float = ANSWER_SECONDS) -> AsyncIterator[None]:
    """`redis.exceptions.TimeoutError` when the block takes longer."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise NoAnswer(f"no answer from Redis within {seconds:g} s") from error
