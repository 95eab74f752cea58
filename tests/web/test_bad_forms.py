"""Forged posts on every route get a clear answer, never a 500, and change nothing."""

import itertools
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack

import pytest
from aiohttp.web import RouteDef

from tests.rows import rows
from tests.web.house import PUBLIC_URL, Browser, House, browser, csrf_in, prescription_fields, sign_in
from web.routes import routes

POSTS = sorted(route.path for route in routes() if isinstance(route, RouteDef) and route.method == "POST")
WEBHOOKS = [path for path in POSTS if path.startswith("/webhooks/")]
FORM = "application/x-www-form-urlencoded"
BODIES: tuple[tuple[str, bytes], ...] = (
    (FORM, b""), (FORM, b"csrf=%FF%FE"), (FORM, b"csrf=" + b"a" * 70_000), (FORM, b"csrf=%ED%A0%80&csrf=x"),
    (FORM, b"&&&=&=%00"), ("application/json", b'{"csrf": 1}'), ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
    ("text/plain", b"csrf=x"), (f"{FORM}; charset=klingon", b"a=%C3%A4"), ("", b"\0" * 100),
)  # fmt: skip
REFUSED = {303, 400, 401, 403, 404, 409, 413, 415, 422, 429}
"""303: to the page where one signs in; 401, 429: another system without a token, or too many of them."""


async def test_posts_that_no_page_of_ours_sends(house: House) -> None:
    consultation = await house.after_talk()
    good = prescription_fields(consultation) | {"reason": "other", "note": "", "call_back": "1"}
    async with AsyncExitStack() as stack:
        people = await _people(stack, house)
        before = rows(house.home / "clinic.db")
        for path, client in itertools.product(POSTS, people.values()):
            for kind, body in BODIES:
                answer = await client.post(path, data=body, headers={"Content-Type": kind}, allow_redirects=False)
                assert answer.status in REFUSED, (path, kind, body[:40], answer.status)
            for forged in ("", "x", "a" * 43, "न" * 43):
                answer = await client.post(path, data=good | {"csrf": forged}, allow_redirects=False)
                assert answer.status in REFUSED, (path, forged, answer.status)
    assert rows(house.home / "clinic.db") == before


async def test_a_body_that_is_not_packed_as_it_says(house: House) -> None:
    for path in ("/login", "/webhooks/twilio/status", f"/p/{'A' * 22}", "/api/oauth2/token"):
        async with browser(house.deps()) as client:  # whose connection the server closes
            headers = {"Content-Type": FORM, "Content-Encoding": "gzip"}
            answer = await client.post(path, data=b"no gzip at all", headers=headers, allow_redirects=False)
            assert answer.status in REFUSED, (path, answer.status)


async def _people(stack: AsyncExitStack, house: House) -> dict[str, Browser]:
    """Nobody, the treating doctor, another doctor, an operator."""
    other = await house.second_doctor()
    people = {}
    for login, password in (
        ("", ""), ("asha", house.doctor.password), ("vikram", other.password), ("meena", house.operator.password),
    ):  # fmt: skip
        people[login] = await stack.enter_async_context(browser(house.deps()))
        if login:
            assert (await sign_in(people[login], login, password)).status == 303
    return people


IDS = ("", "0", "-1", "1e3", "٣", "9" * 16, "9" * 5000, "1 OR 1=1", "1;--", "null", "0x1", " 1 2", "1.0", "999999")
TEXTS = ("a" * 5000, "nul\0", "bell\a", "\x7f")
WRONG: dict[str, tuple[str, ...]] = {
    "consultation": IDS, "call_back": IDS[:-1], "do": ("", "burn", "sign sign"), "reason": ("", "bored", "a" * 5000),
    "note": TEXTS, "complaint": ("", *TEXTS), "diagnosis": ("", *TEXTS), "history": TEXTS, "findings": TEXTS,
    "advice": TEXTS, "tests": TEXTS, "weight_kg": TEXTS, "last_period": TEXTS, "patient_name": ("1=1", "<b>", *TEXTS),
    "generic": ("", "morphine", "'; DROP TABLE patients;--", *TEXTS), "form": ("", "bullet", *TEXTS),
    "strength": ("", "500 kg", *TEXTS), "frequency": ("", *TEXTS), "instructions": ("one\ntwo", *TEXTS),
    "days": ("", "0", "-1", "٣", "1e3", "999999", "9" * 5000), "call_back_days": ("0", "-1", "٣", "999", *TEXTS),
    "refer_to": ("general", "surgery", "'; --", *TEXTS), "set": IDS, "set_name": ("", "a" * 61, *TEXTS),
    "wrap_up": ("", "-1", "121", "7", "ask me"), "mode": ("pigeon", *TEXTS), "food": ("raw", *TEXTS),
    "repeats": ("-1", "6", "٣", "1e3", "9" * 5000), "acknowledged": ("one\ntwo", *TEXTS), "allergies": TEXTS,
    "current_medicines": TEXTS, "answers": ("one\ntwo", *TEXTS),
}  # fmt: skip
"""By field, what no rule takes."""


TYPED = ("drafts",)
"""What a doctor typed is kept, also what the rules will refuse at the signature."""


async def test_fields_that_no_rule_takes(house: House) -> None:
    consultation = await house.after_talk()
    forms = {
        "/doctor/prescribe": prescription_fields(consultation, refer_to="", call_back_days=""),
        "/doctor/close": {
            "consultation": str(consultation.id),
            "reason": "other",
            "note": "",
            "refer_to": "",
            "call_back_days": "",
        },
        "/doctor/sets/rename": {"set": "1", "set_name": "Fever"},
        "/doctor/sets/delete": {"set": "1"},
        "/doctor/wrap-up": {"wrap_up": "0"},
        "/operator/called-back": {"call_back": "1"},
    }
    async with AsyncExitStack() as stack:
        people = await _people(stack, house)
        before = rows(house.home / "clinic.db", *TYPED)
        for path, fields in forms.items():
            client = people["meena" if path == "/operator/called-back" else "asha"]
            csrf = csrf_in(await (await client.get("/")).text())
            for name, value in _wrong(fields):
                answer = await client.post(path, data=fields | {"csrf": csrf, name: value}, allow_redirects=False)
                assert answer.status in REFUSED - {303}, (path, name, value[:40], answer.status)
    assert rows(house.home / "clinic.db", *TYPED) == before


def _wrong(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in fields:
        yield from ((name, value) for value in WRONG[name])


async def test_another_doctors_case_is_not_touched_by_any_button(house: House) -> None:
    consultation = await house.after_talk()
    async with AsyncExitStack() as stack:
        client = (await _people(stack, house))["vikram"]
        before = rows(house.home / "clinic.db")
        csrf = {"csrf": csrf_in(await (await client.get("/")).text())}
        for button in ("sign", "name", "more", "repeat", "insert", "keep_set", "review"):
            fields = prescription_fields(consultation, do=button, patient_name="Mallory") | csrf
            answer = await client.post("/doctor/prescribe", data=fields, allow_redirects=False)
            assert answer.status in (200, 409, 422)
        assert (await client.post("/doctor/draft", data=fields, allow_redirects=False)).status == 409
        for path in ("/doctor/hang-up", "/doctor/call-again"):
            assert (await client.post(path, data=csrf, allow_redirects=False)).status == 303
    assert rows(house.home / "clinic.db") == before


SMS_IN = ("received",)
"""Every SMS that came in is kept, whatever it says."""
GATEWAY_NONSENSE = (
    "", "MessageSid=", "MessageSid=SM1", "MessageSid=%00&MessageStatus=delivered",
    "MessageSid=SM1&MessageStatus=" + "x" * 99, "MessageSid=SM1&MessageSid=SM2&MessageStatus=sent",
    "MessageSid=SM404&MessageStatus=delivered&ErrorCode=%F0%9F%A9%BA", "MessageSid=SM2&From=&Body=TOKEN",
    "MessageSid=SM3&From=anonymous&Body=TOKEN", "MessageSid=SM4&From=%2B1900555&Body=TOKEN",
    "MessageSid=SM5&From=" + "9" * 60 + "&Body=CANCEL", "MessageSid=SM6&From=%2B12025550123&Body=" + "x" * 2000,
    "From=", "From=%00", "From=%2B12025550123", "From=anonymous&From=anonymous", "From=" + "a" * 70,
)  # fmt: skip
"""No Indian mobile among them: nobody who may be answered or called (T14)."""


@pytest.mark.parametrize("path", WEBHOOKS)
async def test_signed_nonsense_from_the_gateway(house: House, stranger: Browser, path: str) -> None:
    before = rows(house.home / "clinic.db", *SMS_IN)
    signed = {"X-Twilio-Signature": f"signed {PUBLIC_URL}{path}", "Content-Type": FORM}
    for body in GATEWAY_NONSENSE:
        answer = await stranger.post(path, data=body.encode(), headers=signed)
        assert answer.status in {200, 204, 400, 404, 413}, (path, body[:60], answer.status)
    assert rows(house.home / "clinic.db", *SMS_IN) == before
