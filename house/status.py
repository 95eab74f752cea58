"""How a running service fares, asked over its own HTTP door (/healthz and /metrics)."""

from math import isnan
from typing import Any

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from config.settings import Settings

SECONDS = 5.0


class NotServing(Exception):
    """Nobody answers at the address of the settings."""


async def read_status(settings: Settings) -> dict[str, Any]:
    """Numbers: `channels`, `bridges`, `waiting`, `doctors` by state; and `health` by part. Raises `NotServing`."""
    base = f"http://{settings.bind}:{settings.http_port}"
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session:
            async with session.get(f"{base}/healthz") as answer:
                health = await answer.json()
            async with session.get(f"{base}/metrics") as answer:
                metrics = await answer.text()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        raise NotServing(f"no Duravani answers at {base}: is `duravani run` running?") from error
    return _numbers(metrics) | {"health": health}


def _numbers(metrics: str) -> dict[str, Any]:
    numbers: dict[str, Any] = {"channels": 0, "bridges": 0, "waiting": 0, "doctors": {}}
    for family in text_string_to_metric_families(metrics):
        for sample in family.samples:
            name = sample.name.removeprefix("duravani_")
            if isnan(sample.value):  # the part that would know is down, as `health` says
                continue
            if name == "doctors":
                numbers["doctors"][sample.labels["state"]] = int(sample.value)
            elif name in numbers:
                numbers[name] = int(sample.value)
    return numbers
