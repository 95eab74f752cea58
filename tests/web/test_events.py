"""GET /events: wakes the right pages, ends with the browser and at shutdown."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from core.clinic.bring_together import doctor_did_not_answer
from core.clinic.doctor_ready import doctor_ready
from tests.web.house import Browser, House, sign_in
from web.pages.events import NOT_FOR_DOCTORS, STREAMS_EACH, Stream
from web.routes import make_app

HERE = b"event: here\ndata: here\n\n"
"""What a stream begins with, behind its id."""


async def message(stream: ClientResponse) -> str:
    """The next event's data."""
    async for line in stream.content:
        if line.startswith(b"data: ") and line != b"data: here\n":
            return line.removeprefix(b"data: ").decode().strip()
    raise EOFError


async def opened(client: Browser, last: str = "") -> ClientResponse:
    """A stream that listens: its first bytes are sent after the subscription."""
    stream = await client.get("/events", headers={"Last-Event-ID": last} if last else {})
    assert stream.content_type == "text/event-stream"
    assert await stream.content.readline() == b"retry: 2000\n"
    assert (await stream.content.readline()).startswith(b"id: ")
    return stream


async def test_a_doctor_hears_of_their_patient(house: House, doctor: Browser) -> None:
    stream = await opened(doctor)
    await house.match(await house.patient())
    assert await asyncio.wait_for(message(stream), 10)
    stream.close()


async def test_an_operator_hears_of_the_clinic_and_the_outbox(house: House, operator: Browser) -> None:
    stream = await opened(operator)
    await doctor_ready(house.clinic, house.doctor.doctor.id)
    assert await asyncio.wait_for(message(stream), 10) == "state"
    await house.clinic.line.publish("outbox", {"kind": "queued"})
    assert await asyncio.wait_for(message(stream), 10) == "queued"
    stream.close()


async def test_the_oldest_stream_makes_room(doctor: Browser) -> None:
    streams = [await opened(doctor) for _ in range(STREAMS_EACH + 1)]
    assert await asyncio.wait_for(streams[0].content.read(), 10) == HERE + b"event: rest\ndata: rest\n\n"
    for stream in streams[1:]:
        assert not stream.content.at_eof()
        stream.close()


async def test_shutdown_ends_every_stream(house: House) -> None:
    app = make_app(house.deps())
    async with TestClient(TestServer(app)) as client:
        await sign_in(client, "asha", house.doctor.password)
        stream = await opened(client)
        await asyncio.wait_for(app.shutdown(), 10)
        assert await asyncio.wait_for(stream.content.read(), 10) == HERE


async def _lost() -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
    yield "clinic", {"kind": "state"}
    raise ConnectionError("Redis is gone")


async def test_a_stream_that_hears_nothing_any_more_ends() -> None:
    """The browser must come again, not wait on a stream that is deaf."""
    stream = Stream()
    with pytest.raises(ConnectionError):
        await stream.follow(_lost())
    assert stream.closing
    assert stream.wake.is_set()


async def test_what_happened_while_the_stream_was_broken_is_told(house: House, doctor: Browser) -> None:
    last = str(int(house.clock.now().timestamp() * 1000))
    house.clock.advance(timedelta(seconds=5))
    await doctor_did_not_answer(house.clinic, await house.match(await house.patient()))
    stream = await opened(doctor, last)
    assert await asyncio.wait_for(message(stream), 10) == "doctor_missed"
    stream.close()


async def test_what_was_told_already_is_not_told_again(house: House, doctor: Browser) -> None:
    await doctor_did_not_answer(house.clinic, await house.match(await house.patient()))
    house.clock.advance(timedelta(seconds=5))
    stream = await opened(doctor, str(int(house.clock.now().timestamp() * 1000)))
    assert await stream.content.readline() == b"event: here\n"
    stream.close()


@pytest.mark.parametrize("last", ["1" * 400, "-5", "٣", "1e9", "0; drop"])
async def test_an_id_that_is_none_of_ours_is_as_none(doctor: Browser, last: str) -> None:
    stream = await opened(doctor, last)
    assert await stream.content.readline() == b"event: here\n"
    stream.close()


async def test_ones_own_wakes_the_page_at_once_and_what_happens_to_others_is_gathered() -> None:
    stream = Stream()
    stream.hear("clinic", "waiting")
    assert not stream.wake.is_set()
    stream.hear("doctor:1", "talking")
    assert stream.wake.is_set()
    assert await stream.next_kinds() == {"waiting", "talking"}
    for kind in ("called", "state"):
        stream.hear("clinic", kind)
        assert not stream.wake.is_set()
    assert await stream.next_kinds() == {"called", "state"}


async def test_a_doctors_page_is_not_woken_by_what_it_does_not_show(house: House, doctor: Browser) -> None:
    stream = await opened(doctor)
    for kind in (*NOT_FOR_DOCTORS, "waiting"):
        await house.clinic.line.publish("clinic", {"kind": kind})
    assert await asyncio.wait_for(message(stream), 10) == "waiting"
    stream.close()
