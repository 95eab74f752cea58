"""The bench itself works: its smallest plan verifies every call that it makes, and ends with a line for machines."""

import asyncio
import json
import sys

import pytest

from tests.live.instance import CHECKOUT, environment

pytestmark = pytest.mark.live

KEYS = {
    "gap_ms_p50", "gap_ms_p50_app_queue", "gap_ms_p50_dial", "journeys_per_s", "key_to_prompt_ms_p99",
    "cpu_ms_call_asterisk", "cpu_ms_call_python",
}  # fmt: skip
RATE = 2
"""Journeys a second of the smallest plan."""


async def test_the_smallest_plan_verifies_its_calls_and_prints_a_result() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench", "--plan", "smoke",
        cwd=CHECKOUT, env=environment(), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(120):
            printed, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    assert process.returncode == 0
    word, _, figures = printed.decode().splitlines()[-1].partition(" ")
    result = json.loads(figures)
    assert (word, result.keys()) == ("RESULT", KEYS)
    assert result["journeys_per_s"] == RATE, "not every journey was bridged, ended and stored"
