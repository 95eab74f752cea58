"""Every page as everybody: who has the right comes in, nobody else does (OWASP ASVS 8)."""

import re
from collections.abc import Iterator

import pytest
from aiohttp.web import RouteDef

from core.clinic.hire import add_operator
from core.clinic.sign_in import open_session
from core.rules.pharmacy import Person
from core.rules.staff import StaffKind
from tests.web.administration import set_up
from tests.web.house import House, browser
from web.access import ALLOWED, HOME, Right
from web.api.guard import scope_of
from web.guard import right_of
from web.routes import routes

FOR_ANYBODY = {
    "/",  # leads to the login, or to where one's day begins
    "/login",
    "/language/{language}",
    "/p/{secret}",
    "/v",
    "/v/paper",
    "/v/{code}",
    "/p/{secret}/prescription.pdf",
    "/my",
    "/my/code",
    "/my/complaint",
    "/my/enter",
    "/my/leave",
    "/my/prescriptions/{id}",
    "/my/prescriptions/{id}.pdf",
    "/my/people/{person}/records",
    "/my/people/{person}/records/take-back",
    "/my/people/{person}/records/{id}/{number}.jpg",
    "/my/token",
    "/r/{secret}",
    "/r/{secret}/take-back",
    "/static/{bundle:phone|try}.js",
    "/try",
    "/try/phone",
    "/try/phone/{account}/socket",
    "/try/phone/{account}/sms",
    "/webhooks/twilio/status",
    "/webhooks/twilio/sms",
    "/webhooks/twilio/voice",
    "/webhooks/twilio/missed",
    "/healthz",
    "/metrics",
    "/.well-known/oauth-authorization-server",
    "/api/openapi.json",
    "/api/oauth2/token",
    "/api/fhir/metadata",
}
FOR_CLIENTS = {"/api/fhir/Bundle/{id}", "/api/fhir/DocumentReference", "/api/fhir/DocumentReference/_search"}
"""Other systems have a guard of their own: `web/api/guard.py`."""
NOT_THERE = {
    ("GET", "/admin/pharmacies/1"),
    ("GET", "/admin/prompts/sound.wav"),
    ("POST", "/admin/pharmacies/1/change"),
    ("POST", "/admin/pharmacies/1/pin"),
    ("POST", "/admin/pharmacies/1/verify"),
    ("GET", "/doctor/names/1/patient.wav"),
    ("GET", "/doctor/prescriptions/1.fhir.json"),
    ("GET", "/doctor/prescriptions/1.pdf"),
    ("GET", "/doctor/prescriptions/1/correct"),
    ("GET", "/doctor/preview.pdf"),
    ("GET", "/doctor/records"),
    ("GET", "/doctor/records/1/1.jpg"),
    ("POST", "/doctor/prescriptions/1/correct"),
    ("POST", "/doctor/prescriptions/1/void"),
    ("GET", "/operator/callers/1"),
    ("GET", "/operator/calls/1"),
    ("POST", "/operator/callers/1/call"),
    ("POST", "/operator/callers/1/papers/1/sms"),
    ("POST", "/operator/callers/1/people/1/abha/withdraw"),
    ("POST", "/operator/callers/1/register"),
    ("POST", "/operator/callers/1/tokens/1/cancel"),
    ("POST", "/operator/callers/1/tokens/1/records"),
    ("POST", "/operator/callers/1/tokens/1/sms"),
    ("POST", "/operator/grievances/1/put-back"),
    ("POST", "/operator/grievances/1/take"),
    ("GET", "/pharmacy/1"),
    ("POST", "/pharmacy/1"),
    ("GET", "/phone/socket"),  # no switch is near
    ("POST", "/phone/credentials"),
}
"""What says 404 to who may ask: nobody has called, nothing is signed, and there is no telephone."""
DONE = {
    "/admin/opds/states": "/admin/opds?done=set",
    "/admin/staff/1/leave": "/admin?done=left",
    "/admin/staff/1/sessions": "/admin/staff/1?done=sessions",
    "/doctor/call-again": "/doctor",
    "/doctor/hang-up": "/doctor",
    "/doctor/pause": "/doctor",
    "/doctor/ready": "/doctor",
    "/logout": "/login?left=1",
    "/operator/pause": "/operator",
    "/operator/ready": "/operator",
    "/operator/talks/1/join": "/operator?talk=over",
    "/operator/talks/1/leave": "/operator",
    "/operator/talks/1/listen": "/operator?talk=over",
    "/operator/talks/1/whisper": "/operator?talk=over",
}
"""What a post without any field does, and where one goes afterwards."""
TOLD = {("POST", "/admin/staff/1/password"), ("POST", "/admin/staff/1/phone")}
"""New passwords are told by the answer itself, once."""
GAPS = {"kind": "doctor", "language": "en", "who": "patient"}
"""What stands in the gaps of an address; 1 where nothing is said."""


def pages() -> Iterator[tuple[str, str, Right]]:
    """Method, address and right of every page that needs one; `/logout` last, as it ends the session."""
    found = [route for route in routes() if isinstance(route, RouteDef)]
    for route in sorted(found, key=lambda route: route.path == "/logout"):
        right = right_of(route.handler)
        if right is not None:
            address = re.sub(r"{(\w+)[^}]*}", lambda gap: GAPS.get(gap[1], "1"), route.path)
            yield route.method, address, right


def test_what_is_open_to_anybody_is_listed_here() -> None:
    found = [route for route in routes() if isinstance(route, RouteDef)]
    nobodys = [route for route in found if right_of(route.handler) is None]
    assert {route.path for route in nobodys if scope_of(route.handler) is None} == FOR_ANYBODY
    assert {route.path for route in nobodys if scope_of(route.handler) is not None} == FOR_CLIENTS


def test_everybody_has_a_right_and_a_home() -> None:
    assert set(ALLOWED) == set(Right)
    assert set(HOME) == set(StaffKind)


async def person_of(house: House, kind: StaffKind) -> Person:
    """Somebody of this kind."""
    match kind:
        case StaffKind.DOCTOR:
            return house.doctor.doctor
        case StaffKind.PHARMACY:
            return (await house.pharmacy()).pharmacy
        case _:
            return (await add_operator(house.clinic, login="somebody", name="Somebody", kind=kind)).operator


def given_to_who_may(method: str, address: str) -> tuple[int, str | None]:
    """Status, and whither a redirect leads: a page is shown, a post without its fields is none of our pages'."""
    if (method, address) in NOT_THERE:
        return 404, None
    if method == "POST" and address in DONE:
        return 303, DONE[address]
    return (200 if method == "GET" or (method, address) in TOLD else 400), None


def test_every_exception_is_a_page_of_today() -> None:
    walked = {(method, address) for method, address, _ in pages()}
    assert NOT_THERE | TOLD | {("POST", address) for address in DONE} <= walked


@pytest.mark.parametrize("kind", StaffKind)
async def test_who_may_comes_in_and_nobody_else(house: House, kind: StaffKind) -> None:
    await set_up(house)
    secret, signed_in = await open_session(house.clinic, await person_of(house, kind))
    async with browser(house.deps()) as client:
        client.session.cookie_jar.update_cookies({"duravani": secret})
        for method, address, right in pages():
            fields = {"csrf": signed_in.session.csrf} if method == "POST" else None
            async with client.request(method, address, data=fields, allow_redirects=False) as answer:
                given = (answer.status, answer.headers.get("Location"))
            wanted = given_to_who_may(method, address) if kind in ALLOWED[right] else (403, None)
            assert given == wanted, (method, address, kind)


@pytest.mark.parametrize("kind", [None, *StaffKind])
async def test_no_session_opens_what_is_for_other_systems(house: House, kind: StaffKind | None) -> None:
    async with browser(house.deps()) as client:
        if kind is not None:
            secret, _ = await open_session(house.clinic, await person_of(house, kind))
            client.session.cookie_jar.update_cookies({"duravani": secret})
        for address in FOR_CLIENTS:
            method = "POST" if address.endswith("_search") else "GET"
            async with client.request(method, address.replace("{id}", "1")) as answer:
                assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="duravani"')


async def test_a_stranger_is_sent_to_the_login(house: House) -> None:
    async with browser(house.deps()) as client:
        for method, address, _ in pages():
            async with client.request(method, address, allow_redirects=False) as answer:
                assert (answer.status, answer.headers["Location"]) == (303, "/login"), address
