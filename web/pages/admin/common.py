"""What the administration's pages share: who acts, what is said at a field, where one goes afterwards."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from aiohttp import web

from core.clinic.sign_in import actor
from core.rules.staff import Operator
from core.rules.staff_fields import BadField
from web.departments import opd_name
from web.forms import Form
from web.guard import Visit
from web.render import render
from web.words import WORDS, Tongue

AdminVisit = Visit[Operator]
LONGEST = 400
"""Characters of any field but a roster; what is too long for a rule is told by the rule."""
DONE = (
    "changed", "verified", "left", "sessions", "imported", "added", "dropped", "set", "restored", "recorded",
    "unrecorded",
)  # fmt: skip
"""What a page can say has been done, after a redirect."""


def by(visit: AdminVisit) -> str:
    """As the audit names them."""
    return actor(visit.session)


def tongue(visit: AdminVisit) -> Tongue:
    """The browser's language."""
    return visit.request.app[WORDS].tongue_of(visit.request)


def opd_namer(visit: AdminVisit) -> Callable[[str], str]:
    """What departments are called, in the browser's language, by their keys."""
    return partial(opd_name, visit.clinic.policy, tongue(visit))


def page(
    visit: AdminVisit, template: str, section: str, *, problems: dict[str, str] | None = None, **context: Any
) -> web.Response:
    """A page of the administration; with problems it is answered with 422."""
    done = visit.request.query.get("done", "")
    return render(
        visit.request,
        f"admin/{template}.html",
        status=422 if problems else 200,
        section=section,
        done=done if done in DONE and not problems else "",
        problems=problems or {},
        **context,
    )


def said(visit: AdminVisit, bad: BadField) -> dict[str, str]:
    """A refusal at its field, in the browser's language."""
    return {bad.field: tongue(visit)(f"admin.bad_{bad.reason}")}


def several(form: Form, name: str) -> Sequence[str]:
    """The values of check boxes. Raises HTTP 400 for more than there can be."""
    values = form.getall(name, [])
    if len(values) > 100 or any(len(value) > 40 for value in values):
        raise web.HTTPBadRequest
    return values


def day_in(text: str, default: date) -> date:
    """A day of an address or form, in this century; `default` for what is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return default
    return day if 2000 < day.year < 2100 else default
