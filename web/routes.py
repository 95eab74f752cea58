"""Every page of the web, on one screen, and the application that serves them."""

import asyncio

from aiohttp import web

from web.access import Right
from web.api import routes as api
from web.api.errors import api_errors
from web.compress import compress
from web.deps import DEPS, WebDeps
from web.forms import LARGEST_BODY
from web.guard import home, may
from web.metrics import METRICS, Metrics, count_requests
from web.pages import events, own_access, phone, probes, sign_in, try_phone, wallboard, webhooks
from web.pages.admin import routes as admin
from web.pages.desk import abha, caller, grievances, search, story, supervision, today, tokens
from web.pages.doctor import bar, close, correct, day, drafts, duty, page, papers, prescribe, records, sets
from web.pages.patient import complaint, enter, link, standing
from web.pages.patient import papers as own_papers
from web.pages.patient import records as own_records
from web.pages.pharmacy import panel as pharmacy
from web.pages.pharmacy import verify
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
        get("/p/{secret}", link.page),
        post("/p/{secret}", link.answer),
        get("/p/{secret}/prescription.pdf", link.pdf),
        get("/my", own_papers.page),
        post("/my/code", enter.code),
        post("/my/enter", enter.submit),
        post("/my/leave", enter.leave),
        get("/my/prescriptions/{id}.pdf", own_papers.pdf),
        get("/my/prescriptions/{id}", own_papers.paper),
        get("/my/complaint", complaint.page),
        post("/my/complaint", complaint.submit),
        get("/my/people/{person}/records", own_records.page),
        post("/my/people/{person}/records", own_records.send),
        post("/my/people/{person}/records/take-back", own_records.take_back),
        get("/my/people/{person}/records/{id}/{number}.jpg", own_records.picture),
        get("/r/{secret}", own_records.page),
        post("/r/{secret}", own_records.send),
        post("/r/{secret}/take-back", own_records.take_back),
        get("/my/token", standing.page),
        post("/my/token", standing.look),
        get("/v", verify.form),
        get("/v/paper", verify.paper),
        post("/v/paper", verify.paper),
        get("/v/{code}", verify.page),
        get("/static/{bundle:phone|try}.js", phone.script),
        web.static("/static", STATIC),
        # Anybody on this machine, where only this machine reaches us; else nobody
        get("/try", try_phone.page),
        post("/try/phone", try_phone.lend),
        get("/try/phone/{account}/socket", try_phone.socket, allow_head=False),
        get("/try/phone/{account}/sms", try_phone.messages),
        post("/try/phone/{account}/sms", try_phone.write),
        # Everybody of the staff
        get("/", home),
        get("/events", may(Right.WORK, events.page), allow_head=False),
        post("/logout", may(Right.OWN_ACCESS, sign_in.leave)),
        get("/password", may(Right.OWN_ACCESS, own_access.page)),
        post("/password", may(Right.OWN_ACCESS, own_access.change)),
        post("/password/sessions", may(Right.OWN_ACCESS, own_access.end)),
        post("/phone/credentials", may(Right.WORK, phone.credentials)),
        get("/phone/socket", may(Right.WORK, phone.socket), allow_head=False),
        # Doctors
        get("/doctor", may(Right.TREAT, page.page)),
        get("/doctor/now", may(Right.TREAT, bar.now)),
        post("/doctor/ready", may(Right.TREAT, duty.ready)),
        post("/doctor/pause", may(Right.TREAT, duty.pause)),
        post("/doctor/wrap-up", may(Right.TREAT, duty.wrap_up)),
        post("/doctor/hang-up", may(Right.TREAT, duty.stop_talk)),
        post("/doctor/call-again", may(Right.TREAT, duty.redial)),
        post("/doctor/draft", may(Right.TREAT, drafts.save)),
        get("/doctor/preview.pdf", may(Right.TREAT, drafts.preview)),
        post("/doctor/prescribe", may(Right.TREAT, prescribe.prescribe)),
        post("/doctor/close", may(Right.TREAT, close.close)),
        get("/doctor/prescriptions/{id}.pdf", may(Right.TREAT, papers.paper)),
        get("/doctor/prescriptions/{id}.fhir.json", may(Right.TREAT, papers.record)),
        get("/doctor/names/{consultation}/{who:patient|guardian}.wav", may(Right.TREAT, papers.spoken_name)),
        get("/doctor/records", may(Right.TREAT, records.listed)),
        post("/doctor/records/ask", may(Right.TREAT, records.ask)),
        get("/doctor/records/{id}/{number}.jpg", may(Right.TREAT, records.picture)),
        get("/doctor/formulary.json", may(Right.TREAT, papers.formulary)),
        get("/doctor/sets", may(Right.TREAT, sets.page)),
        post("/doctor/sets/rename", may(Right.TREAT, sets.rename)),
        post("/doctor/sets/delete", may(Right.TREAT, sets.drop)),
        get("/doctor/day", may(Right.TREAT, day.page)),
        get("/doctor/prescriptions/{id}/correct", may(Right.TREAT, correct.form)),
        post("/doctor/prescriptions/{id}/correct", may(Right.TREAT, correct.sign)),
        post("/doctor/prescriptions/{id}/void", may(Right.TREAT, correct.void)),
        # The call centre
        get("/operator", may(Right.ASSIST, today.page)),
        post("/operator/ready", may(Right.ASSIST, today.ready)),
        post("/operator/pause", may(Right.ASSIST, today.pause)),
        post("/operator/called-back", may(Right.ASSIST, today.called_back)),
        post("/operator/call-now", may(Right.ASSIST, today.call_now)),
        post("/operator/gave-up/done", may(Right.ASSIST, today.gave_up_done)),
        post("/operator/talks/{id}/listen", may(Right.SUPERVISE, supervision.listen)),
        post("/operator/talks/{id}/whisper", may(Right.SUPERVISE, supervision.whisper)),
        post("/operator/talks/{id}/join", may(Right.SUPERVISE, supervision.join)),
        post("/operator/talks/{id}/leave", may(Right.SUPERVISE, supervision.leave)),
        get("/operator/outbox", may(Right.ASSIST, today.outbox)),
        get("/operator/search", may(Right.ASSIST, search.page)),
        get("/operator/callers/{mobile}", may(Right.ASSIST, caller.page)),
        post("/operator/callers/{mobile}/register", may(Right.ASSIST, caller.register)),
        post("/operator/callers/{mobile}/consent", may(Right.ASSIST, caller.consent)),
        post("/operator/callers/{mobile}/people/{person}", may(Right.ASSIST, caller.correct)),
        post("/operator/callers/{mobile}/people/{person}/abha", may(Right.ASSIST, abha.link)),
        post("/operator/callers/{mobile}/people/{person}/abha/withdraw", may(Right.ASSIST, abha.withdraw)),
        post("/operator/callers/{mobile}/call", may(Right.ASSIST, caller.call)),
        post("/operator/callers/{mobile}/grievances", may(Right.ASSIST, caller.complain)),
        post("/operator/callers/{mobile}/tokens", may(Right.ASSIST, tokens.issue)),
        post("/operator/callers/{mobile}/tokens/{token}/cancel", may(Right.ASSIST, tokens.cancel)),
        post("/operator/callers/{mobile}/tokens/{token}/place", may(Right.ASSIST, tokens.place)),
        post("/operator/callers/{mobile}/tokens/{token}/sms", may(Right.ASSIST, tokens.send_token)),
        post("/operator/callers/{mobile}/tokens/{token}/records", may(Right.ASSIST, tokens.ask_for_records)),
        post("/operator/callers/{mobile}/papers/{paper}/sms", may(Right.ASSIST, tokens.send_link)),
        get("/operator/calls/{id}", may(Right.ASSIST, story.page)),
        get("/operator/grievances", may(Right.ASSIST, grievances.page)),
        post("/operator/grievances/{id}", may(Right.ASSIST, grievances.answer)),
        post("/operator/grievances/{id}/take", may(Right.ASSIST, grievances.take)),
        post("/operator/grievances/{id}/put-back", may(Right.ASSIST, grievances.put_back)),
        post("/operator/grievances/{id}/give", may(Right.SUPERVISE, grievances.give)),
        get("/wallboard", may(Right.WATCH, wallboard.page)),
        # Pharmacies
        get("/pharmacy", may(Right.DISPENSE, pharmacy.page)),
        get("/pharmacy/{code}", may(Right.DISPENSE, pharmacy.prescription)),
        post("/pharmacy/{code}", may(Right.DISPENSE, pharmacy.give)),
        # Whoever runs the service
        *admin.routes(),
        # Machines
        post("/webhooks/twilio/status", webhooks.status),
        post("/webhooks/twilio/sms", webhooks.sms),
        post("/webhooks/twilio/voice", webhooks.voice),
        post("/webhooks/twilio/missed", webhooks.missed),
        *api.routes(),
        get("/healthz", probes.healthz),
        get("/metrics", probes.metrics),
    ]


def make_app(deps: WebDeps) -> web.Application:
    """The web of one clinic. Raises `ValueError` when the panel's languages disagree about their keys."""
    app = web.Application(middlewares=[count_requests, compress, calm_errors, api_errors], client_max_size=LARGEST_BODY)
    app[DEPS] = deps
    app[WORDS] = load_words(deps.clinic.policy.known_languages)
    app[PAGES] = page_templates(deps.phone_script if deps.phone_upstream else None)
    app[METRICS] = Metrics()
    app[sign_in.AT_ONCE] = asyncio.Semaphore(2)
    app[events.STREAMS] = events.Streams()
    app[phone.LINES] = phone.Lines()
    app[wallboard.COUNTING] = wallboard.Counting()
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(app[events.STREAMS].close)
    app.on_shutdown.append(app[phone.LINES].close)
    app.add_routes(routes())
    return app
