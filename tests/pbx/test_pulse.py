"""Asterisk is taken for dead when it has been silent for a whole while, and not before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pbx.config import SwitchConfig
from pbx.pulse import TRIES, answers, falls_silent

SILENCE = 0.6


@asynccontextmanager
async def somebody(words: list[bytes]) -> AsyncIterator[SwitchConfig]:
    """Answers each request with the next of `words`, then no more."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"OPTIONS sip:127.0.0.1:")
        if words and (word := words.pop(0)):
            writer.write(word)
            writer.close()
        else:
            await reader.read()

    home = Path("/nowhere")
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield SwitchConfig(home=home, prefix=home, music_dir=home, sip_port=port, silence=SILENCE)


async def test_any_answer_will_do_but_an_answer_it_must_be() -> None:
    async with somebody([b"SIP/2.0 401 Unauthorized\r\n", b"HTTP/1.1 200 OK\r\n", b"SIP/2.0 200", b""]) as config:
        assert [await answers(config, 0.1) for _ in range(4)] == [True, False, False, False]
    assert not await answers(config, 0.1)  # nobody there at all


async def test_one_answer_among_many_keeps_it_alive() -> None:
    words = [*[b""] * (TRIES - 1), b"SIP/2.0 200 OK\r\n"] * 2
    async with somebody(words) as config, asyncio.timeout(30):
        await falls_silent(config)
    assert words == []
