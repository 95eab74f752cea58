"""A call's story on one page."""

from aiohttp import web

from core.clinic.desk.tell_story import tell_story
from core.clinic.sign_in import actor
from core.rules.mobile import is_indian_mobile
from core.rules.staff import Operator
from web.guard import Visit
from web.pages.desk.show import LONGEST_CALL_ID, render_desk


async def page(visit: Visit[Operator]) -> web.StreamResponse:
    """Every prompt, key, state and SMS in order."""
    try:
        story = await tell_story(visit.clinic, actor(visit.session), visit.request.match_info["id"][:LONGEST_CALL_ID])
    except LookupError as error:
        raise web.HTTPNotFound from error
    return render_desk(visit, "story.html", story=story, has_file=is_indian_mobile(story.call.mobile))
