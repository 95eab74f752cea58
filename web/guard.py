"""Who may enter a page: the session cookie, the CSRF token and the Origin of every post (OWASP ASVS 3 and 4)."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from aiohttp import web
from multidict import MultiDict

from core.clinic.clinic import Clinic
from core.clinic.sign_in import LONGEST_EXTENSION, SESSION_LASTS, SignedIn, session_of
from core.rules import pharmacy
from core.rules.records import WebSession
from web.access import ALLOWED, HOME, Right
from web.deps import DEPS, clinic_of
from web.forms import Form, read_form
from web.host import is_our_name
from web.uploads import read_upload

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Person = TypeVar("Person", bound=pharmacy.Person, covariant=True)
SIGNED_IN = web.RequestKey("signed_in", SignedIn)
_RIGHTS: WeakKeyDictionary[Handler, Right] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Visit(Generic[Person]):
    """A request by somebody of the staff whose right to make it has been checked."""

    request: web.Request
    person: Person
    session: WebSession
    form: Form
    """The posted fields; empty when nothing was posted."""
    file: bytes = b""
    """The posted file, where the page takes one."""

    @property
    def clinic(self) -> Clinic:
        """The clinic they work for."""
        return clinic_of(self.request)


def may(
    right: Right, page: Callable[[Visit[Person]], Awaitable[web.StreamResponse]], *, largest_file: int = 0
) -> Handler:
    """For those who have this right: everybody else of the staff gets 403, a stranger the login.

    With `largest_file` (bytes) the page takes a form with a file in it, else an ordinary one.
    """

    async def guarded(request: web.Request) -> web.StreamResponse:
        entered = await _enter(request)
        if entered.person.kind not in ALLOWED[right]:
            raise web.HTTPForbidden
        form: Form = MultiDict()
        file = b""
        if request.method == "POST":
            form, file = await read_upload(request, largest_file) if largest_file else (await read_form(request), b"")
            if not same_origin(request) or not right_token(form, entered.session.csrf):
                raise web.HTTPForbidden
        return await page(Visit(request, cast(Person, entered.person), entered.session, form, file))

    _RIGHTS[guarded] = right
    return guarded


def right_of(handler: Handler) -> Right | None:
    """The right this page needs; None: anybody may come in."""
    return _RIGHTS.get(handler)


async def home(request: web.Request) -> web.StreamResponse:
    """To where this person's day begins."""
    raise web.HTTPSeeOther(HOME[(await _enter(request)).person.kind])


def session_cookie(request: web.Request) -> str:
    """The name of the session's cookie; `__Host-` keeps other hosts from setting it, where https allows that."""
    return "__Host-duravani" if request.app[DEPS].secure_cookies else "duravani"


def set_cookie(
    request: web.Request,
    response: web.StreamResponse,
    name: str,
    value: str,
    seconds: int | None = None,
    path: str = "/",
) -> None:
    """A cookie that no script reads and no other site's request carries."""
    secure = request.app[DEPS].secure_cookies
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Strict", secure=secure, path=path)


def remember(request: web.Request, response: web.StreamResponse, secret: str) -> None:
    """Give the browser its session; when that ends is decided by the server."""
    set_cookie(
        request, response, session_cookie(request), secret, int((SESSION_LASTS + LONGEST_EXTENSION).total_seconds())
    )


def same_origin(request: web.Request) -> bool:
    """Whether the post comes from a page of ours, as far as the browser says; the CSRF token proves it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or not is_our_name(request):
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    public = urlsplit(clinic_of(request).policy.public_url).netloc
    return urlsplit(origin).netloc in (request.host, public)


def right_token(form: Form, expected: str) -> bool:
    """Whether the form carries exactly this CSRF token; never when there is none to carry."""
    given = form.getall("csrf", [])
    return expected != "" and len(given) == 1 and secrets.compare_digest(_bytes(given[0]), _bytes(expected))


def _bytes(text: str) -> bytes:
    """Of a field or cookie, which may have held bytes that are no UTF-8."""
    return text.encode(errors="surrogateescape")


async def _enter(request: web.Request) -> SignedIn:
    """The session of this browser; a redirect to the login when there is none."""
    known = request.get(SIGNED_IN)
    entered = known or await session_of(clinic_of(request), request.cookies.get(session_cookie(request), ""))
    if entered is None:
        raise web.HTTPSeeOther("/login")
    request[SIGNED_IN] = entered
    return entered
