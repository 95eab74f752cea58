"""Signing in and out, and choosing the panel's language."""

import asyncio
import secrets
from urllib.parse import urlsplit

from aiohttp import web

from core.clinic.choose_language import choose_language
from core.clinic.sign_in import close_session, open_session, session_of, sign_in
from core.rules.password import LONGEST
from core.rules.pharmacy import Person
from web.address import address_of, may_again
from web.deps import clinic_of
from web.forms import field, read_form
from web.guard import Visit, remember, right_token, same_origin, session_cookie, set_cookie
from web.render import render
from web.words import COOKIE, WORDS

VISITOR = "visitor"
"""A cookie of its own for the login form's CSRF token, as there is no session yet."""
A_YEAR = 365 * 24 * 3600
AT_ONCE = web.AppKey("at_once", asyncio.Semaphore)
"""How many passwords are checked at the same time: each costs 64 MB and a core."""


async def form(request: web.Request) -> web.StreamResponse:
    """The login form."""
    if await session_of(clinic_of(request), request.cookies.get(session_cookie(request), "")):
        raise web.HTTPSeeOther("/")
    return _form(request)


async def submit(request: web.Request) -> web.StreamResponse:
    """Check login and password; the answer to an unknown login is the one to a wrong password."""
    fields = await read_form(request)
    if not same_origin(request) or not right_token(fields, request.cookies.get(VISITOR, "")):
        return _form(request, "login.stale", status=403)
    login = field(fields, "login", longest=64).lower()
    if not await _may_try(request, login):
        return _form(request, "login.slow", status=429, login=login)
    async with request.app[AT_ONCE]:
        found = await sign_in(clinic_of(request), login, field(fields, "password", longest=LONGEST))
    if found is None:
        return _form(request, "login.wrong", status=401, login=login)
    # An old session of this browser ends: the cookie is never carried over a sign-in.
    await close_session(clinic_of(request), request.cookies.get(session_cookie(request), ""))
    secret, _ = await open_session(clinic_of(request), found)
    chosen = request.cookies.get(COOKIE, "")
    if found.language is None and chosen in request.app[WORDS].tongues:
        await choose_language(clinic_of(request), found, chosen)
    response = web.HTTPSeeOther("/")
    remember(request, response, secret)
    response.del_cookie(VISITOR, path="/")
    raise response


async def leave(visit: Visit[Person]) -> web.StreamResponse:
    """End the session."""
    name = session_cookie(visit.request)
    await close_session(visit.clinic, visit.request.cookies.get(name, ""))
    response = web.HTTPSeeOther("/login?left=1")
    response.del_cookie(name, path="/")
    raise response


async def language(request: web.Request) -> web.StreamResponse:
    """Choose the language the panel speaks: to this browser, and to whoever is signed in, wherever they sign in."""
    chosen = request.match_info["language"]
    if chosen not in request.app[WORDS].tongues:
        raise web.HTTPNotFound
    signed_in = await session_of(clinic_of(request), request.cookies.get(session_cookie(request), ""))
    if signed_in is not None and same_origin(request):
        await choose_language(clinic_of(request), signed_in.person, chosen)
    response = web.HTTPSeeOther(await _came_from(request))
    set_cookie(request, response, COOKIE, chosen, A_YEAR)
    raise response


async def _came_from(request: web.Request) -> str:
    """The page that they were on, if it can be asked for (not what a form was posted to); else home."""
    try:
        there = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # nothing that a browser says
        return "/"
    path = "/" + there.path.lstrip("/")  # two at its beginning would name another host
    if path == "/my" or path.startswith("/my/"):
        return path if path in ("/my/token", "/my/complaint") else "/my"
    asked_for = await request.app.router.resolve(request.clone(method="GET", rel_url=path))
    if asked_for.http_exception is not None or path.startswith("/language/"):
        return "/"
    return f"{path}?{there.query}" if there.query else path


async def _may_try(request: web.Request, login: str) -> bool:
    """Ten tries a minute for a login from one address, thirty for the address.

    A login is never locked for everybody: that would let a stranger lock a doctor out. Handed-out passwords have
    79 random bits, so guessing from many addresses is hopeless too.
    """
    this_login = await clinic_of(request).line.allow(f"login:{login}:{address_of(request)}", 10, 60)
    return await may_again(request, "login", limit=30, seconds=60) and this_login


def _form(request: web.Request, problem: str = "", *, status: int = 200, login: str = "") -> web.Response:
    token = request.cookies.get(VISITOR) or secrets.token_urlsafe(32)
    left = "left" in request.query
    response = render(request, "login.html", status=status, problem=problem, login=login, token=token, left=left)
    set_cookie(request, response, VISITOR, token)
    return response
