"""The panel's telephone in a real browser, without a switch: what its script makes of a network that is gone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import ClientConnectionError, ClientWebSocketResponse
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from config.settings import CHECKOUT
from tests.web.chromium import CHROMIUM, NewPage, sign_in
from tests.web.house import House
from web.routes import make_app

SCRIPT = CHECKOUT / ".build" / "web" / "phone.js"
pytestmark = pytest.mark.skipif(
    not (CHROMIUM.exists() and SCRIPT.exists()), reason="needs Debian's package chromium and `make setup`"
)


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    @asynccontextmanager
    async def no_switch() -> AsyncIterator[ClientWebSocketResponse]:
        raise ClientConnectionError
        yield

    app = make_app(replace(house.deps(), phone_upstream=no_switch, phone_script=SCRIPT))
    async with TestServer(app) as server:
        yield f"http://{server.host}:{server.port}"


async def test_a_telephone_that_cannot_ask_for_its_line_says_so_and_asks_again(house: House, new_page: NewPage) -> None:
    page = await new_page()
    await page.route("**/phone/credentials", lambda route: route.abort("internetdisconnected"))
    await sign_in(page, "asha", house.doctor.password)
    await expect(page.get_by_text("The telephone has lost its connection, and tries again")).to_be_visible()
    async with page.expect_request("**/phone/credentials"):
        await page.unroute("**/phone/credentials")
