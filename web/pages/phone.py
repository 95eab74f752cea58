"""The telephone in the panel: its credentials, its script, and the relay of its SIP to the switch (RFC 7118).

Browsers never reach the switch themselves: its HTTP server is on loopback and carries call control as well.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType, web

from core.clinic.lend_phone import TOPIC, holds_phone, lend_phone
from core.clinic.sign_in import SignedIn, actor, session_of
from core.rules.phone import browser_account
from core.rules.staff import SIP_REALM, Doctor, Operator
from core.tasks import until_done
from web.deps import DEPS
from web.guard import Visit, same_origin, session_cookie
from web.sip_frame import LONGEST, BadFrame, speaker

log = logging.getLogger(__name__)

PROTOCOL = "sip"
HEART_BEAT = 10.0
"""Seconds between pings: a browser that has lost its network is noticed within one and a half of them."""
LOOK_EVERY = 30.0
"""Seconds between two looks whether the session still lives, should a word on the line have been lost."""
NOT_YOURS, ELSEWHERE, NO_SWITCH = 4003, 4001, 4004
"""Close codes: the session has ended or speaks as somebody else; another page has the phone; no switch answers."""

Socket = web.WebSocketResponse


class Lines:
    """The open socket of each account in this process: a newer page takes the phone over."""

    def __init__(self) -> None:
        self._open: dict[str, Socket] = {}

    @contextmanager
    def take(self, account: str, socket: Socket) -> Iterator[None]:
        """It is this socket's while the block runs."""
        older, self._open[account] = self._open.get(account), socket
        closing = asyncio.ensure_future(older.close(code=ELSEWHERE)) if older is not None else None
        try:
            yield
        finally:
            if closing is not None:
                closing.cancel()
            if self._open.get(account) is socket:
                del self._open[account]

    async def close(self, _app: web.Application) -> None:
        """At shutdown."""
        await asyncio.gather(*(socket.close(code=1001) for socket in list(self._open.values())))


LINES = web.AppKey("lines", Lines)


async def credentials(visit: Visit[Doctor | Operator]) -> web.StreamResponse:
    """What the page registers its phone with; valid until the session ends."""
    if visit.request.app[DEPS].phone_upstream is None:
        raise web.HTTPNotFound
    lent = await lend_phone(visit.clinic, SignedIn(visit.person, visit.session), _secret(visit))
    if lent is None:
        raise web.HTTPForbidden
    uri = f"sip:{lent.account}@{SIP_REALM}"
    answer = {"account": lent.account, "password": lent.password, "uri": uri, "socket": "/phone/socket", "ice": []}
    return web.json_response(answer)


async def socket(visit: Visit[Doctor | Operator]) -> web.StreamResponse:
    """Frames to and fro, as long as both ends and the session live."""
    account = browser_account(visit.person.account)
    return await relay(visit.request, account, lambda browser: _while_held(visit, browser))


async def relay(request: web.Request, account: str, held: Callable[[Socket], Awaitable[None]]) -> web.StreamResponse:
    """Frames to and fro for this account, until either end closes or `held` returns."""
    upstream = request.app[DEPS].phone_upstream
    if upstream is None:
        raise web.HTTPNotFound
    if "Origin" not in request.headers or not same_origin(request):
        raise web.HTTPForbidden
    if PROTOCOL not in request.headers.get("Sec-WebSocket-Protocol", "").replace(" ", "").split(","):
        raise web.HTTPBadRequest
    browser = Socket(protocols=(PROTOCOL,), heartbeat=HEART_BEAT, max_msg_size=LONGEST, compress=False)
    await browser.prepare(request)
    try:
        async with upstream() as switch:
            with request.app[LINES].take(account, browser):
                await _relay(browser, switch, account, held(browser))
    except (ClientError, OSError, TimeoutError) as error:
        log.warning("no browser phone: %s", error)
        await browser.close(code=NO_SWITCH)
    return browser


async def _relay(browser: Socket, switch: ClientWebSocketResponse, account: str, held: Awaitable[None]) -> None:
    works = (_to_switch(browser, switch, account), _to_browser(switch, browser), held)
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await switch.close()
        await browser.close()


async def _to_switch(browser: Socket, switch: ClientWebSocketResponse, account: str) -> None:
    """What the page says, if it says it as itself."""
    async for message in browser:
        try:
            if message.type is not WSMsgType.TEXT or speaker(message.data) not in (account, None):
                raise BadFrame("somebody else's words")
        except BadFrame as error:
            log.warning("the browser phone %s is closed: %s", account, error)
            await browser.close(code=NOT_YOURS)
            return
        await switch.send_str(message.data)


async def _to_browser(switch: ClientWebSocketResponse, browser: Socket) -> None:
    async for message in switch:
        if message.type is WSMsgType.TEXT:
            await browser.send_str(message.data)
        elif message.type is WSMsgType.BINARY:  # Asterisk's choice when a byte is no UTF-8
            await browser.send_bytes(message.data)


async def _while_held(visit: Visit[Doctor | Operator], browser: Socket) -> None:
    """Returns when the session has ended, or another one has the phone. A line or ledger that is away ends no talk."""
    await until_done(lambda: _until_void(visit), f"watching the session of {actor(visit.session)}")
    ended = await session_of(visit.clinic, _secret(visit)) is None
    await browser.close(code=NOT_YOURS if ended else ELSEWHERE)


async def _until_void(visit: Visit[Doctor | Operator]) -> None:
    while True:
        async with visit.clinic.line.listen(TOPIC) as events:
            if not await holds_phone(visit.clinic, _secret(visit)):
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await _told(events, visit.person)


async def _told(events: AsyncIterator[tuple[str, Mapping[str, Any]]], person: Doctor | Operator) -> None:
    """Returns when something was said of this person: signed in or out somewhere, sent away, another password."""
    async for _, event in events:
        if event.get("person") == person.id or person.account in event.values():
            return


async def script(request: web.Request) -> web.StreamResponse:
    """A bundle that `make setup` has made of web/phone: the panel's telephone, or one for whoever has none."""
    panels = request.app[DEPS].phone_script
    bundle = panels and panels.with_name(f"{request.match_info['bundle']}.js")
    if bundle is None or not bundle.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(bundle)


def _secret(visit: Visit[Doctor | Operator]) -> str:
    """Of this session."""
    return visit.request.cookies[session_cookie(visit.request)]
