"""The patient's prescription behind the link in the SMS: a question first, then a light page to read, print, keep."""

import re

from aiohttp import web

from core.clinic.patient_web.open_link import Link, LinkState, answer_link, open_link
from web.address import address_of, may_again
from web.deps import clinic_of
from web.forms import field, read_form
from web.pages.patient.common import chosen_tongue, keep_session, session_name, tongue_of_link, unseen, wrong_link
from web.pages.patient.paper import show_paper
from web.render import pdf_response, render
from web.security import error_page

SECRET = re.compile(r"[A-Za-z0-9_-]{22,86}")
LONGEST_ANSWER = 40
GONE = {LinkState.EXPIRED: 410, LinkState.VOID: 410}


async def page(request: web.Request) -> web.StreamResponse:
    """The prescription, or the question for the second fact, or why it opens no more; in the patient's language."""
    link = await _open(request)
    return link if isinstance(link, web.Response) else unseen(_shown(request, link))


async def pdf(request: web.Request) -> web.StreamResponse:
    """The same on paper; who has not answered yet is sent to the question."""
    link = await _open(request, with_pdf=True)
    if isinstance(link, web.Response):
        return link
    if link.opened is None:
        return unseen(web.Response(status=303, headers={"Location": _path(request)}))
    return unseen(pdf_response(link.opened.pdf, link.opened.prescription.number))


async def answer(request: web.Request) -> web.StreamResponse:
    """The second fact. The address holds 128 random bits, which no other site knows: it is the form's own token."""
    if not await may_again(request, "link", limit=300, seconds=60):
        return _refused(request, 429)
    typed, secret = field(await read_form(request), "fact", longest=LONGEST_ANSWER), request.match_info["secret"]
    if not SECRET.fullmatch(secret):
        return _refused(request, await wrong_link(request))
    answered = await answer_link(clinic_of(request), secret, typed, visitor=address_of(request))
    response: web.Response
    if answered is None or answered.session is not None:
        response = web.Response(status=303, headers={"Location": f"{_path(request)}{chosen_tongue(request)}"})
        if answered is not None and answered.session is not None:
            keep_session(request, response, answered.session, _path(request))
        return unseen(response)
    link = await _open(request)
    if isinstance(link, web.Response):
        return link
    status = 401 if answered.wait_until is None else 429
    return unseen(_question(request, link, status=status, wrong=True, wait_until=answered.wait_until))


def _shown(request: web.Request, link: Link) -> web.Response:
    if link.opened is not None:
        return show_paper(
            request,
            link.opened,
            tongue=tongue_of_link(request, link.language),
            pdf=f"{_path(request)}/prescription.pdf",
        )
    if link.state in GONE:
        tongue = tongue_of_link(request, link.language)
        return render(request, "patient/gone.html", status=GONE[link.state], tongue=tongue, state=link.state)
    return _question(request, link)


def _question(
    request: web.Request, link: Link, *, status: int = 200, wrong: bool = False, wait_until: object = None
) -> web.Response:
    return render(
        request, "patient/question.html", status=status, tongue=tongue_of_link(request, link.language),
        path=_path(request), query=chosen_tongue(request), wrong=wrong, wait_until=wait_until,
    )  # fmt: skip


async def _open(request: web.Request, *, with_pdf: bool = False) -> Link | web.Response:
    """What the link opens, or one and the same 404 for a link that is wrong or malformed."""
    if not await may_again(request, "link", limit=300, seconds=60):
        return _refused(request, 429)
    secret = request.match_info["secret"]
    link = None
    if SECRET.fullmatch(secret):
        proof = request.cookies.get(session_name(request, whole_site=False), "")
        link = await open_link(clinic_of(request), secret, proof, visitor=address_of(request), with_pdf=with_pdf)
    if link is not None:
        return link
    return _refused(request, await wrong_link(request))


def _path(request: web.Request) -> str:
    return f"/p/{request.match_info['secret']}"


def _refused(request: web.Request, status: int) -> web.Response:
    return unseen(error_page(request, status))
