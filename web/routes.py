"""Every page of the web, on one screen, and the application that serves them."""

import asyncio

from aiohttp import web

from web.access import Right
from web.deps import DEPS, WebDeps
from web.forms import LARGEST_BODY
from web.guard import home, may
from web.metrics import METRICS, Metrics, count_requests
from web.pages import doctor as doctors
from web.pages import events, prescription_link, probes, sign_in, webhooks
from web.pages import operator as operators
from web.render import PAGES, STATIC, page_templates
from web.security import add_headers, calm_errors
from web.words import WORDS, load_words


def routes() -> list[web.AbstractRouteDef]:
    """Address, the right it needs (`web/access.py`), and the page."""
    get, post = web.get, web.post
    return [
        # Anybody
        get("/login", sign_in.form),
        post("/login", sign_in.submit),
        get("/language/{language}", sign_in.language),
        get("/p/{secret}.pdf", prescription_link.pdf),
        get("/p/{secret}", prescription_link.page),
        web.static("/static", STATIC),
        # Everybody of the staff
        get("/", home),
        get("/events", may(Right.WORK, events.page), allow_head=False),
        post("/logout", may(Right.WORK, sign_in.leave)),
        # Doctors
        get("/doctor", may(Right.TREAT, doctors.page)),
        get("/doctor/now", may(Right.TREAT, doctors.now)),
        post("/doctor/ready", may(Right.TREAT, doctors.ready)),
        post("/doctor/pause", may(Right.TREAT, doctors.pause)),
        post("/doctor/hang-up", may(Right.TREAT, doctors.stop_talk)),
        post("/doctor/call-again", may(Right.TREAT, doctors.redial)),
        post("/doctor/prescribe", may(Right.TREAT, doctors.prescribe)),
        post("/doctor/close", may(Right.TREAT, doctors.close)),
        get("/doctor/prescriptions/{id}.pdf", may(Right.TREAT, doctors.paper)),
        get("/doctor/names/{consultation}/{who:patient|guardian}.wav", may(Right.TREAT, doctors.spoken_name)),
        get("/doctor/formulary.json", may(Right.TREAT, doctors.formulary)),
        # The call centre
        get("/operator", may(Right.ASSIST, operators.page)),
        post("/operator/ready", may(Right.ASSIST, operators.ready)),
        post("/operator/pause", may(Right.ASSIST, operators.pause)),
        post("/operator/called-back", may(Right.ASSIST, operators.called_back)),
        get("/operator/outbox", may(Right.ASSIST, operators.outbox)),
        # Machines
        post("/webhooks/twilio/status", webhooks.status),
        post("/webhooks/twilio/sms", webhooks.sms),
        post("/webhooks/twilio/voice", webhooks.voice),
        post("/webhooks/twilio/missed", webhooks.missed),
        get("/healthz", probes.healthz),
        get("/metrics", probes.metrics),
    ]


def make_app(deps: WebDeps) -> web.Application:
    """The web of one clinic. Raises `ValueError` when the panel's languages disagree about their keys."""
    app = web.Application(middlewares=[count_requests, calm_errors], client_max_size=LARGEST_BODY)
    app[DEPS] = deps
    app[WORDS] = load_words(deps.clinic.policy.languages)
    app[PAGES] = page_templates()
    app[METRICS] = Metrics()
    app[sign_in.AT_ONCE] = asyncio.Semaphore(2)
    app[events.STREAMS] = events.Streams()
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(app[events.STREAMS].close)
    app.add_routes(routes())
    return app
