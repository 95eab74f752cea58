"""Whatever is pressed or dialled gets a clear answer, and changes nothing that it should not.

Forms are tried in tests/web/test_bad_forms.py.
"""

import asyncio
import random
import re
import secrets
import sqlite3
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from tests.live.drill.invariants import agree, nothing_left
from tests.live.drill.people import Patient, switched_on
from tests.live.instance import Instance, instance
from tests.live.sip import PACKET_SECONDS, Account, Dialog, Phone
from tests.live.town import visit
from tests.rows import rows

pytestmark = pytest.mark.live

ANSWER_SECONDS = 3.0
OWED = ("call_backs", "outbox")
"""Tables in which a call that we owe, and the SMS that says so, are written."""


def outcomes(home: Path) -> list[str | None]:
    """How the calls have ended."""
    with closing(sqlite3.connect(f"file:{home / 'duravani.db'}?mode=ro", uri=True)) as opened:
        return [outcome for (outcome,) in opened.execute("SELECT outcome FROM calls")]


# Keys

KEYS = "0123456789*#"
MASHERS = 12
MASHED = 150
"""Keys each of them presses, in about a quarter of a minute."""


async def test_random_keys_and_none_at_all() -> None:
    async with asyncio.timeout(120), instance() as service, AsyncExitStack() as stack:
        silent = await _caller(stack, service, "+919500000000")
        async with asyncio.TaskGroup() as group:
            for number in range(MASHERS):
                masher = await _caller(stack, service, f"+91{9_500_000_001 + number}")
                group.create_task(_mash(masher, random.Random(number)))
            silent.dial()
            for prompt in ("language_choice", "give_up"):
                await service.story.said(silent.number, prompt)
            assert (await service.story.told(silent.number, "ended")).detail == "done"
        await nothing_left(service)
        await agree(service)
        assert all(re.fullmatch(r"done|hangup \d+", str(outcome)) for outcome in outcomes(service.home))
        written = rows(service.home / "duravani.db")
        assert not [
            row for table in ("patients", "tokens", "callers") for row in written[table] if silent.number in row
        ]


async def _caller(stack: AsyncExitStack, service: Instance, number: str) -> Patient:
    phone = await switched_on(stack, service, number)
    return Patient(phone, lambda _: None, "600001")


async def _mash(caller: Patient, chance: random.Random) -> None:
    """Every key there is, whatever is asked; when the service gives up, that was it."""
    dialog = await caller.phone.call("104")
    for _ in range(MASHED):
        if not dialog.gone.is_set():
            await dialog.press(chance.choice(KEYS), gap=0.0)
    await dialog.bye()


DIGITS = 10_000
BURST = 20
"""Keys at a time, every 20 ms: a hundred times faster than fingers."""


async def test_ten_thousand_digits(service: Instance) -> None:
    async with visit(service) as town, AsyncExitStack() as stack:
        flooder = await _caller(stack, service, "+919500000099")
        before = rows(service.home / "duravani.db", *OWED)
        dialog = await flooder.phone.call("104")
        await service.story.said(flooder.number, "language_choice")
        async with asyncio.TaskGroup() as group:
            flood = group.create_task(_flood(dialog))
            other = await town.stranger()
            await other.phone.dial("104")  # others are served meanwhile
            await other.answers("language_choice", "2")
            await other.said("welcome")
            await other.phone.hang_up()
            assert not flood.done()
        await service.story.said(flooder.number, "give_up")
        await service.story.told(flooder.number, "ended", "done")
        assert rows(service.home / "duravani.db", *OWED) == before


async def _flood(dialog: Dialog) -> None:
    """Sevens, which no question takes, until all are sent; the service may have hung up by then."""
    for place in range(DIGITS):
        if place % BURST == 0:
            await asyncio.sleep(PACKET_SECONDS)
        dialog.voice.flick("7")


# Callers' names and numbers

ODD_NAMES = (
    '"Robert\\"); DROP TABLE patients;--"', '"a\\\\"', '"' + "x" * 500 + '"', '"नमस्ते दूरवाणी 🩺"', '"=1+1"',
    '"\u2028Event: X"', '"tab\there"', '"${SHELL(id)}"', '"`id`"', '"%0d%0aX-Evil: 1"', "bare words",
)  # fmt: skip
ODD_CALLERS = (
    "<sip:anonymous@127.0.0.1>", "<sip:0@127.0.0.1>", f"<sip:{'9' * 500}@127.0.0.1>", "<sip:%2B91%0d%0a@127.0.0.1>",
    "<sip:+919500000077%22%3B@127.0.0.1>", "<sip:${EPOCH}@127.0.0.1>", "<sip:a%00b@127.0.0.1>",
    "<sip:'or'1'='1@127.0.0.1>", "<sip:+१९८७६५४३२१०@127.0.0.1>", "<sip:*%2306%23@127.0.0.1>", "<sip:+91@127.0.0.1>",
    "<tel:+12025550199>", "<sip:127.0.0.1>", "sip:noangles@127.0.0.1", '"unclosed <sip:x@127.0.0.1>',
    '"folded\r\n name" <sip:+12025550177@127.0.0.1>',
)  # fmt: skip
MOBILE = re.compile(r"\+?[0-9]*")
LISTENS = 0.2
"""Seconds for which they hear the greeting."""


class OddPhone(Phone):
    """Says anything about its caller."""

    async def rings(self, caller: str) -> int:
        """Ring with this From header, listen, hang up. The answer; 0 when it was not even worth one."""
        uri, call_id = f"sip:104@{self.server[0]}:{self.server[1]}", secrets.token_hex(8)
        local = f"{caller};tag={secrets.token_hex(4)}"
        voice = await self._voice()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reply = await self.request("INVITE", uri, call_id, local, f"<{uri}>", [], self.sdp(voice))
        except TimeoutError:
            return 0
        if reply.status == 200:
            target, remote = reply.header("contact").strip("<>").split(">")[0], reply.header("to")
            self._send_request("ACK", target, call_id, local, remote, [], "", reply.header("cseq").split()[0])
            await asyncio.sleep(LISTENS)
            await self.request("BYE", target, call_id, local, remote)
        voice.close()
        return reply.status


async def test_odd_names_and_numbers_are_nobody() -> None:
    async with asyncio.timeout(120), instance() as service, AsyncExitStack() as stack:
        before = rows(service.home / "duravani.db")
        host, port = service.sip.split(":")
        phone = await stack.enter_async_context(OddPhone((host, int(port)), Account("odd")))
        named = [f"{name} <sip:+12025550{place:03}@127.0.0.1>" for place, name in enumerate(ODD_NAMES)]
        assert {await phone.rings(caller) for caller in named} == {200}  # a name is no reason to refuse anybody
        answers = await asyncio.gather(*map(phone.rings, ODD_CALLERS))
        assert {answer for answer in answers if answer >= 500} == set(), answers
        await nothing_left(service)
        assert rows(service.home / "duravani.db") == before
        assert all(re.fullmatch(r"done|hangup \d+", str(outcome)) for outcome in outcomes(service.home))
        with closing(sqlite3.connect(f"file:{service.home / 'duravani.db'}?mode=ro", uri=True)) as opened:
            mobiles = [mobile for (mobile,) in opened.execute("SELECT mobile FROM calls")]
        assert [mobile for mobile in mobiles if not MOBILE.fullmatch(mobile)] == []
