"""What the patients' pages share: headers that leave no trace, cookies of their own, a token for their forms."""

import secrets

from aiohttp import web

from core.rules.patient_access import SESSION_LASTS
from web.address import may_again
from web.deps import DEPS
from web.forms import Form, read_form
from web.guard import right_token, same_origin, set_cookie
from web.pages.sign_in import VISITOR
from web.render import render
from web.words import WORDS, Tongue

UNFOUND = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
"""Of every page for patients: none belongs into a search."""
UNSEEN = UNFOUND | {"Referrer-Policy": "no-referrer"}
"""Where the address is a key: it must not travel in a Referer either."""


def session_name(request: web.Request, *, whole_site: bool) -> str:
    """The cookie of a patient's session; the prefixes keep other hosts from setting it, where https allows that."""
    secure = request.app[DEPS].secure_cookies
    if whole_site:
        return "__Host-my" if secure else "my"
    return "__Secure-paper" if secure else "paper"


def own_session(request: web.Request) -> str:
    """The secret of the session that a code has opened; empty when there is none."""
    return request.cookies.get(session_name(request, whole_site=True), "")


def keep_session(request: web.Request, response: web.StreamResponse, secret: str, path: str = "/") -> None:
    """Give the browser its session, for this path only."""
    name = session_name(request, whole_site=path == "/")
    set_cookie(request, response, name, secret, int(SESSION_LASTS.total_seconds()), path)


def form_page(
    request: web.Request, template: str, *, status: int = 200, tongue: Tongue | None = None, **context: object
) -> web.Response:
    """A page with a form, which carries a token of this browser's (there is no session yet)."""
    token = request.cookies.get(VISITOR) or secrets.token_urlsafe(32)
    response = render(request, f"patient/{template}.html", status=status, tongue=tongue, token=token, **context)
    set_cookie(request, response, VISITOR, token)
    response.headers.update(UNFOUND)
    return response


def tongue_of_link(request: web.Request, language: str) -> Tongue:
    """Of a page behind a link: the patient's `language`, unless another one was chosen on the page."""
    return request.app[WORDS].tongue(request.query.get("lang", language))


def chosen_tongue(request: web.Request) -> str:
    """The query that keeps the language that was chosen on such a page; empty: none was."""
    chosen = request.query.get("lang", "")
    return f"?lang={chosen}" if chosen in request.app[WORDS].tongues else ""


async def wrong_link(request: web.Request) -> int:
    """The status for a link that opens nothing: as for one that does not exist.

    Patients of a mobile network share addresses, so only wrong links are counted tightly: 20 in ten minutes.
    """
    return 404 if await may_again(request, "wrong-link", limit=20, seconds=600) else 429


def unseen(response: web.Response) -> web.Response:
    """Of a page whose address is a key."""
    response.headers.update(UNSEEN)
    return response


async def own_form(request: web.Request) -> Form | None:
    """What a form of ours has posted; None when it is stale, or another site's."""
    form = await read_form(request)
    return form if same_origin(request) and right_token(form, request.cookies.get(VISITOR, "")) else None
