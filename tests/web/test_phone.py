"""The telephone in the panel: who is lent one, what the relay lets through, and when it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestServer

from core.clinic.admin.renew_access import end_sessions
from core.clinic.lend_phone import LentPhone, lent_phones
from core.clinic.sign_in import SESSION_LASTS
from core.rules.staff import sip_digest
from tests.web.house import Browser, House, browser, press, sign_in
from tests.web.test_sip_frame import REGISTER, frame
from web.deps import WebDeps

ACCOUNT = "doctor-asha-web"
OURS = frame(*REGISTER)
ANSWER = "SIP/2.0 401 Unauthorized\r\nl: 0\r\n\r\n"


class Switch:
    """SIP over WebSocket that says 401 to everything, as a real one does first."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.closed = asyncio.Event()

    async def page(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        async for message in socket:
            self.heard.append(message.data)
            await socket.send_str(ANSWER)
        self.closed.set()
        return socket


@pytest.fixture
def switch() -> Switch:
    return Switch()


@pytest.fixture
async def deps(house: House, switch: Switch, tmp_path: Path) -> AsyncIterator[WebDeps]:
    app = web.Application()
    app.router.add_get("/ws", switch.page)
    script = tmp_path / "phone.js"
    script.write_text("// the bundle")
    async with TestServer(app) as server:

        @asynccontextmanager
        async def upstream() -> AsyncIterator[ClientWebSocketResponse]:
            async with ClientSession() as session, session.ws_connect(server.make_url("/ws"), protocols=("sip",)) as ws:
                yield ws

        yield replace(house.deps(), phone_upstream=upstream, phone_script=script)


@pytest.fixture
async def asha(house: House, deps: WebDeps) -> AsyncIterator[Browser]:
    async with browser(deps) as client:
        await sign_in(client, "asha", house.doctor.password)
        yield client


async def lent(client: Browser) -> dict[str, str]:
    answer = await press(client, "/phone/credentials")
    assert answer.status == 200
    credentials: dict[str, str] = await answer.json()
    return credentials


def origin(client: Browser) -> str:
    return str(client.make_url("/").origin())


def opened(client: Browser, **headers: str):  # type: ignore[no-untyped-def]  # aiohttp names the type privately
    return client.ws_connect("/phone/socket", protocols=("sip",), headers={"Origin": origin(client), **headers})


async def test_the_page_carries_the_telephone_only_where_there_is_one(asha: Browser, doctor: Browser) -> None:
    page = await (await asha.get("/doctor")).text()
    assert 'id="phone"' in page
    assert "/static/phone.js?v=" in page
    script = await asha.get("/static/phone.js")
    assert (script.status, await script.text()) == (200, "// the bundle")
    assert 'id="phone"' not in await (await doctor.get("/doctor")).text()
    assert (await doctor.get("/static/phone.js")).status == 404
    assert (await press(doctor, "/phone/credentials")).status == 404


async def test_credentials_are_the_sessions(house: House, asha: Browser, deps: WebDeps) -> None:
    first = await lent(asha)
    assert (first["account"], first["uri"]) == (ACCOUNT, f"sip:{ACCOUNT}@duravani")
    assert len(first["password"]) == 64
    assert await lent(asha) == first  # a page that is loaded again
    digest = sip_digest(ACCOUNT, first["password"])
    assert await lent_phones(house.clinic) == [LentPhone(ACCOUNT, digest, "Dr. Asha Verma")]
    async with browser(deps) as second:
        await sign_in(second, "asha", house.doctor.password)
        other = await lent(second)
        assert other["password"] != first["password"]
        (phone,) = await lent_phones(house.clinic)  # the newest wins
        assert phone.digest == sip_digest(ACCOUNT, other["password"])
        await press(second, "/logout")
    (phone,) = await lent_phones(house.clinic)
    assert phone.digest == digest
    await press(asha, "/logout")
    assert await lent_phones(house.clinic) == []


async def test_credentials_end_with_the_session(house: House, asha: Browser) -> None:
    await lent(asha)
    house.clock.advance(SESSION_LASTS)
    assert await lent_phones(house.clinic) == []


async def test_nothing_without_the_token(asha: Browser) -> None:
    assert (await asha.post("/phone/credentials", data={"csrf": "x"})).status == 403


async def test_frames_go_to_and_fro(asha: Browser, switch: Switch) -> None:
    await lent(asha)
    async with opened(asha) as socket:
        await socket.send_str(OURS)
        assert (await socket.receive()).data == ANSWER
        assert socket.protocol == "sip"
    assert switch.heard == [OURS]


@pytest.mark.parametrize(
    "said",
    [OURS.replace(ACCOUNT, "doctor-vikram-web"), OURS.replace(ACCOUNT, "+919876543210"), OURS + OURS, "x" * 40_000],
    ids=["a colleague", "a patient", "two at once", "too long"],
)
async def test_nobody_speaks_as_somebody_else(asha: Browser, switch: Switch, said: str) -> None:
    await lent(asha)
    async with opened(asha) as socket:
        await socket.send_str(said)
        assert (await socket.receive()).type in (WSMsgType.CLOSE, WSMsgType.CLOSED)
    assert switch.heard == []


async def test_bytes_are_refused(asha: Browser, switch: Switch) -> None:
    await lent(asha)
    async with opened(asha) as socket:
        await socket.send_bytes(OURS.encode())
        assert (await socket.receive()).data == 4003
    assert switch.heard == []


async def test_the_socket_ends_with_the_session(asha: Browser) -> None:
    await lent(asha)
    async with opened(asha) as socket:
        await press(asha, "/logout")
        assert (await socket.receive()).data == 4003


async def test_the_socket_ends_when_ones_sessions_are_ended(house: House, asha: Browser) -> None:
    await lent(asha)
    async with opened(asha) as socket:
        await end_sessions(house.clinic, house.doctor.doctor.id, "admin:1")
        assert (await socket.receive()).data == 4003


async def test_a_newer_page_takes_the_phone_over(asha: Browser) -> None:
    await lent(asha)
    async with opened(asha) as older, opened(asha) as newer:
        assert (await older.receive()).data == 4001
        await newer.send_str(OURS)
        assert (await newer.receive()).data == ANSWER


async def test_a_newer_session_takes_the_phone_over(house: House, asha: Browser, deps: WebDeps) -> None:
    await lent(asha)
    async with opened(asha) as socket, browser(deps) as second:
        await sign_in(second, "asha", house.doctor.password)
        await lent(second)
        assert (await socket.receive()).data == 4001


async def test_who_was_lent_nothing_gets_no_line(asha: Browser, switch: Switch) -> None:
    async with opened(asha) as socket:
        assert (await socket.receive()).data == 4001


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_another_sites_page_gets_no_line(asha: Browser, headers: dict[str, str]) -> None:
    await lent(asha)
    with pytest.raises(WSServerHandshakeError, match="403"):
        await opened(asha, **headers)


async def test_it_is_sip_or_nothing(asha: Browser) -> None:
    with pytest.raises(WSServerHandshakeError, match="400"):
        await asha.ws_connect("/phone/socket", headers={"Origin": origin(asha)})


async def test_strangers_get_no_line(house: House, deps: WebDeps) -> None:
    async with browser(deps) as stranger:
        with pytest.raises(WSServerHandshakeError):
            await opened(stranger)


async def test_where_no_switch_answers_the_page_is_told(house: House, asha: Browser) -> None:
    @asynccontextmanager
    async def nowhere() -> AsyncIterator[ClientWebSocketResponse]:
        raise ConnectionRefusedError
        yield

    async with browser(replace(house.deps(), phone_upstream=nowhere)) as client:
        await sign_in(client, "asha", house.doctor.password)
        await lent(client)
        async with opened(client) as socket:
            assert (await socket.receive()).data == 4004


async def test_both_ends_are_closed(asha: Browser, switch: Switch) -> None:
    await lent(asha)
    async with opened(asha) as socket:
        await socket.send_str(OURS)
        await socket.receive()
    await asyncio.wait_for(switch.closed.wait(), 10)
