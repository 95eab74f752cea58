"""The talks of this moment on the desk, and a supervisor's buttons: listen, whisper to the doctor, join, leave."""

from collections.abc import Mapping

from aiohttp import web

from core.clinic.supervise import AnotherTalk, NoTalk, ask_to_leave, ask_to_supervise
from core.clinic.talks_now import talks_now
from core.rules.staff import Operator
from core.rules.supervision import Manner
from web.access import ALLOWED, Right
from web.forms import whole
from web.guard import Visit

REFUSED = ("over", "another")
"""Why it could not be, as the address after the refusal says."""


async def shown(visit: Visit[Operator]) -> Mapping[str, object]:
    """What `desk/_talks.html` needs."""
    return {
        "talks": await talks_now(visit.clinic, visit.person),
        "may_supervise": visit.person.kind in ALLOWED[Right.SUPERVISE],
        "talk_refused": [each for each in REFUSED if each == visit.request.query.get("talk")],
    }


async def listen(visit: Visit[Operator]) -> web.StreamResponse:
    """Hear both; nobody hears us."""
    return await _supervise(visit, Manner.LISTEN)


async def whisper(visit: Visit[Operator]) -> web.StreamResponse:
    """Hear both; the doctor hears us."""
    return await _supervise(visit, Manner.WHISPER)


async def join(visit: Visit[Operator]) -> web.StreamResponse:
    """All three hear each other."""
    return await _supervise(visit, Manner.JOIN)


async def leave(visit: Visit[Operator]) -> web.StreamResponse:
    """Let the talk go on without us."""
    await ask_to_leave(visit.clinic, visit.person)
    raise web.HTTPSeeOther("/operator")


async def _supervise(visit: Visit[Operator], manner: Manner) -> web.StreamResponse:
    """Ask for it; what becomes of it the desk shows when it looks again."""
    try:
        await ask_to_supervise(visit.clinic, visit.person, whole(visit.request.match_info["id"]), manner)
    except NoTalk:
        raise web.HTTPSeeOther("/operator?talk=over") from None
    except AnotherTalk:
        raise web.HTTPSeeOther("/operator?talk=another") from None
    raise web.HTTPSeeOther("/operator")
