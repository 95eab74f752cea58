"""A member of staff at the panel, as a browser without JavaScript would do it: real pages, real forms, real cookies."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html.parser import HTMLParser

import aiohttp
from yarl import URL

from tests.live.instance import Account


class _Form(HTMLParser):
    """The fields of the form that goes to this address (by itself or by one of its buttons), with what is in them."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] | None = None
        self._address, self._open, self._area = address, list[tuple[str, str]](), ""
        self._select, self._first = "", False
        self._named: dict[str, list[tuple[str, str]]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = self._named.setdefault(at["id"], []) if "id" in at else []
        elif tag == "input" and "name" in at:  # it may stand elsewhere and name its form
            belongs = self._named.setdefault(at["form"], []) if "form" in at else self._open
            belongs.append((at["name"], at.get("value", "")))
        elif tag == "select" and "name" in at:
            self._select, self._first = at["name"], True
            self._open.append((self._select, ""))
        elif tag == "option" and self._select and (self._first or "selected" in at):
            self._open[-1] = (self._select, at.get("value", ""))
            self._first = False
        elif tag == "textarea":
            self._area = at["name"]
            self._open.append((self._area, ""))
        if self._address in (at.get("action"), at.get("formaction")):
            self.fields = self._open

    def handle_endtag(self, tag: str) -> None:
        self._area = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            name, text = self._open.pop()
            self._open.append((name, text + data))


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

    async def post(self, path: str, typed: Mapping[str, str], *, at: str = "/") -> str:
        """Type into the form of the page `at` (a repeated field's first place), send it; the page that follows."""
        form = _Form(path)
        form.feed(await self.page(at))
        assert form.fields is not None, f"the page {at} has no form for {path}"
        left = dict(typed)
        fields = [(name, left.pop(name, value)) for name, value in form.fields]
        origin = {"Origin": str(URL(self._url).origin())}
        data = aiohttp.FormData([*fields, *left.items()])  # what is left is the pressed button
        async with self._session.post(self._url + path, data=data, headers=origin) as answer:
            text = await answer.text()
            assert answer.status == 200, f"{path}: {answer.status}\n{text}"
            return text
