"""Every page of the web, on one screen, and the application that serves them."""

import asyncio

from aiohttp import web

from web.deps import DEPS, WebDeps
from web.forms import LARGEST_BODY
from web.guard import doctor, either, operator, staff
from web.metrics import METRICS, Metrics, count_requests
from web.pages import doctor as doctors
from web.pages import events, prescription_link, probes, sign_in, webhooks
from web.pages import operator as operators
from web.render import PAGES, STATIC, page_templates
from web.security import add_headers, calm_errors
from web.words import WORDS, load_words


def routes() -> list[web.AbstractRouteDef]:
    """Address, who may come in, and the page."""
    get, post = web.get, web.post
    return [
        # Anybody
        get("/login", sign_in.form),
        post("/login", sign_in.submit),
        get("/language/{language}", sign_in.language),
        get("/p/{secret}.pdf", prescription_link.pdf),
        get("/p/{secret}", prescription_link.page),
        web.static("/static", STATIC),
        # Doctors and operators
        get("/", either(doctor(doctors.page), operator(operators.page))),
        post("/ready", either(doctor(doctors.ready), operator(operators.ready))),
        post("/pause", either(doctor(doctors.pause), operator(operators.pause))),
        get("/events", staff(events.page), allow_head=False),
        post("/logout", staff(sign_in.leave)),
        # Doctors
        get("/now", doctor(doctors.now)),
        post("/hang-up", doctor(doctors.stop_talk)),
        post("/call-again", doctor(doctors.redial)),
        post("/prescribe", doctor(doctors.prescribe)),
        post("/close", doctor(doctors.close)),
        get("/prescriptions/{id}.pdf", doctor(doctors.paper)),
        get("/names/{consultation}/{who:patient|guardian}.wav", doctor(doctors.spoken_name)),
        get("/formulary.json", doctor(doctors.formulary)),
        # Operators
        post("/called-back", operator(operators.called_back)),
        get("/outbox", operator(operators.outbox)),
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
