"""Listens to events: publish and subscribe, lossy by nature, never the only copy of a fact."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from core.adapters.line import keys

Event = tuple[str, Mapping[str, Any]]


@asynccontextmanager
async def listen(redis: Redis, *topics: str) -> AsyncIterator[AsyncIterator[Event]]:
    """Nothing published after the block was entered is missed; a lost connection raises `redis.ConnectionError`."""
    topic_of = {keys.key(keys.EVENT, topic): topic for topic in topics}
    async with redis.pubsub() as pubsub:
        await pubsub.subscribe(*topic_of)
        await _confirmed(pubsub, len(topic_of))
        events = _events(pubsub, topic_of)
        try:
            yield events
        finally:
            await events.aclose()


async def _confirmed(pubsub: PubSub, subscriptions: int) -> None:
    while subscriptions:
        message = await pubsub.get_message(timeout=None)
        if message is not None and message["type"] == "subscribe":
            subscriptions -= 1


async def _events(pubsub: PubSub, topic_of: Mapping[str, str]) -> AsyncGenerator[Event, None]:
    while True:
        message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=None)
        if message is not None:
            yield topic_of[message["channel"]], json.loads(message["data"])
