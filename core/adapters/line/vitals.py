"""Signs of life in Redis: what a process of the house tells of itself, forgotten when it falls silent."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from redis.asyncio import Redis

from core.adapters.line import keys
from core.adapters.line.client import answering, connect

TELL_EVERY = 3.0
"""Seconds between two signs."""
SILENCE = 10
"""Seconds after which a process that told nothing counts as gone."""
_VITALS = "vitals"
"""`vitals:<role>`: its latest sign, as JSON. No part of the line, and no script knows it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """How a process fares: which of its parts work, and its gauges."""

    health: Mapping[str, bool]
    gauges: Mapping[str, float] | None
    """None when the part that would know them is down."""


class Vitals:
    """The signs of all processes, one role each. Every method raises `redis.exceptions.RedisError`."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @classmethod
    def open(cls, url: str) -> Self:
        """`redis://host:port/0` or `unix:///path/of/socket`; connects when first used."""
        return cls(connect(url))

    async def close(self) -> None:
        """Close every connection."""
        await self._redis.aclose()

    async def tell(self, role: str, sign: Sign) -> None:
        """This is how the process with this role fares now."""
        async with answering():
            await self._redis.set(keys.key(_VITALS, role), json.dumps(asdict(sign)), ex=SILENCE)

    async def of(self, role: str) -> Sign | None:
        """What it told last; None when nobody told anything for `SILENCE`."""
        async with answering():
            text = await self._redis.get(keys.key(_VITALS, role))
        return None if text is None else Sign(**json.loads(text))
