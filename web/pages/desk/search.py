"""Search for a caller."""

from aiohttp import web

from core.clinic.desk.find_caller import LONGEST_QUERY, SHORTEST_NAME, find_caller
from core.clinic.sign_in import actor
from core.rules.staff import Operator
from web.guard import Visit
from web.pages.desk.show import render_desk


async def page(visit: Visit[Operator]) -> web.StreamResponse:
    """Whoever fits; one hit on a single number leads straight to it."""
    query = "".join(char for char in visit.request.query.get("q", "") if char.isprintable()).strip()[:LONGEST_QUERY]
    found = await find_caller(visit.clinic, actor(visit.session), query)
    if len(numbers := {hit.mobile for hit in found.hits}) == 1:
        raise web.HTTPSeeOther(f"/operator/callers/{numbers.pop()}")
    return render_desk(visit, "search.html", query=query, found=found, short=len(query) < SHORTEST_NAME)
