"""A member of staff at the panel, as a browser without JavaScript would do it: real pages, real forms, real cookies."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from tests.forms import fields_of
from tests.live.instance import Account


class Panel:
    """One signed-in browser."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    @classmethod
    @asynccontextmanager
    async def sign_in(cls, url: str, account: Account, language: str = "en") -> AsyncIterator["Panel"]:
        """Signed in while the block runs. `AssertionError` when it is refused."""
        jar = aiohttp.CookieJar(unsafe=True)  # an address is not a domain
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            panel = cls(session, url)
            await panel.page(f"/language/{language}")
            await panel.post("/login", {"login": account.login, "password": account.password}, at="/login")
            page = await panel.page("/")
            assert 'action="/login"' not in page, "the panel did not let us in"
            yield panel

    async def page(self, path: str) -> str:
        """The page at this path."""
        async with self._session.get(self._url + path) as answer:
            assert answer.status == 200, f"{path}: {answer.status}"
            return await answer.text()

    async def post(self, path: str, typed: Mapping[str, str], *, at: str = "/", status: int = 200) -> str:
        """Type into the form of the page `at` (a repeated field's first place), send it; the page that follows."""
        left = dict(typed)
        fields = [(name, left.pop(name, value)) for name, value in fields_of(await self.page(at), path)]
        origin = {"Origin": str(URL(self._url).origin())}
        data = aiohttp.FormData([*fields, *left.items()])  # what is left is the pressed button
        async with self._session.post(self._url + path, data=data, headers=origin) as answer:
            text = await answer.text()
            assert answer.status == status, f"{path}: {answer.status}\n{text}"
            return text
