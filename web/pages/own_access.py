"""/password: one's own password, and the browsers in which one is signed in (ASVS 6.2.2, 7.5.2)."""

from aiohttp import web

from core.clinic.own_access import change_own_password, end_own_sessions, own_sessions
from core.clinic.sign_in import SignedIn, actor
from core.rules.password import LONGEST, SHORTEST
from core.rules.pharmacy import Person
from core.rules.staff_fields import BadField
from web.forms import field
from web.guard import Visit
from web.pages.sign_in import AT_ONCE
from web.render import render

ALL = "all"
DONE = ("changed", "ended")
"""What the page can say has been done, after a redirect."""
_MARK = 16
"""Digits of a session's hash, which tell it from the others of one person and are of no use to anybody."""


async def page(visit: Visit[Person]) -> web.StreamResponse:
    """The form, and where one is signed in."""
    return await _page(visit)


async def change(visit: Visit[Person]) -> web.StreamResponse:
    """Another password; whoever else is signed in as this person must sign in again."""
    current, new, again = (field(visit.form, name, longest=LONGEST) for name in ("current", "new", "again"))
    if new != again:
        return await _page(visit, BadField("again", "again", "is another one"))
    if not await _may_try(visit):
        return await _page(visit, BadField("current", "slow", "was tried too often"), status=429)
    try:
        async with visit.request.app[AT_ONCE]:
            await change_own_password(visit.clinic, _me(visit), current, new)
    except BadField as bad:
        return await _page(visit, bad)
    raise web.HTTPSeeOther("/password?done=changed")


async def end(visit: Visit[Person]) -> web.StreamResponse:
    """Another session of one's own, or all others."""
    current, which = field(visit.form, "proof", longest=LONGEST), field(visit.form, "which", longest=_MARK)
    if not await _may_try(visit):
        return await _page(visit, BadField("proof", "slow", "was tried too often"), status=429)
    sessions = [session.id_hash for session in await own_sessions(visit.clinic, _me(visit))]
    meant = [id_hash for id_hash in sessions if which in (ALL, id_hash[:_MARK])]
    try:
        async with visit.request.app[AT_ONCE]:
            await end_own_sessions(visit.clinic, _me(visit), current, meant)
    except BadField as bad:
        return await _page(visit, BadField("proof", bad.reason, ""))
    raise web.HTTPSeeOther("/password?done=ended")


def _me(visit: Visit[Person]) -> SignedIn:
    return SignedIn(visit.person, visit.session)


async def _may_try(visit: Visit[Person]) -> bool:
    """Ten tries a minute: whoever finds a browser left open must not find the password, too."""
    return await visit.clinic.line.allow(f"own:{actor(visit.session)}", 10, 60)


async def _page(visit: Visit[Person], bad: BadField | None = None, *, status: int = 422) -> web.Response:
    done = visit.request.query.get("done", "")
    return render(
        visit.request, "own_access.html", status=status if bad else 200, done=done if done in DONE and not bad else "",
        problem=(bad.field, f"own.bad_{bad.reason}") if bad else ("", ""),
        sessions=await own_sessions(visit.clinic, _me(visit)), here=visit.session.id_hash, mark=_MARK, every=ALL,
        shortest=SHORTEST, longest=LONGEST,
    )  # fmt: skip
