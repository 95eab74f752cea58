"""Signing in and out: sessions, CSRF, rate limits, and that strangers learn nothing."""

from dataclasses import replace
from datetime import timedelta
from runpy import run_path

import pytest
from argon2 import extract_parameters
from multidict import MultiDict

from core.clinic import passwords
from core.clinic.sign_in import SESSION_LASTS, session_of, sign_in
from tests.web.house import Browser, House, browser, csrf_in, press
from tests.web.house import sign_in as enter
from web.guard import right_token


async def test_doctor_and_operator_come_to_their_own_page(house: House, doctor: Browser, operator: Browser) -> None:
    assert "Dr. Asha Verma" in await (await doctor.get("/")).text()
    assert "Calls we owe" in await (await operator.get("/")).text()


async def test_wrong_password_and_unknown_login_get_the_same_answer(house: House, stranger: Browser) -> None:
    wrong = await enter(stranger, "asha", "wrong")
    unknown = await enter(stranger, "nobody", "wrong")
    assert (wrong.status, unknown.status) == (401, 401)
    assert (await wrong.text()).replace("asha", "") == (await unknown.text()).replace("nobody", "")
    assert (await stranger.get("/", allow_redirects=False)).headers["Location"] == "/login"


async def test_unknown_login_costs_one_argon2_of_the_same_strength() -> None:
    own = run_path(passwords.__file__)  # as it is outside of these tests (tests/cheap_passwords.py)
    strength = extract_parameters(own["_HASHER"].hash("any"))
    assert (strength.time_cost, strength.memory_cost, strength.parallelism) == (3, 65_536, 4)  # RFC 9106, section 4
    assert extract_parameters(own["_NOBODY"]) == strength
    assert not own["_fits"]("", own["_NOBODY"])
    assert not await passwords.fits("", None)


async def test_use_case_tells_who_it_is(house: House) -> None:
    found = await sign_in(house.clinic, "asha", house.doctor.password)
    assert found == house.doctor.doctor
    assert await sign_in(house.clinic, "asha", house.operator.password) is None


async def test_session_ends_after_twelve_hours(house: House, doctor: Browser) -> None:
    house.clock.advance(SESSION_LASTS - timedelta(seconds=1))
    assert (await doctor.get("/doctor", allow_redirects=False)).status == 200
    house.clock.advance(timedelta(seconds=1))
    assert (await doctor.get("/doctor", allow_redirects=False)).status == 303


async def test_signing_out_ends_the_session_for_everybody_who_has_its_cookie(house: House, doctor: Browser) -> None:
    cookie = {c.key: c.value for c in doctor.session.cookie_jar}["duravani"]
    assert (await press(doctor, "/logout")).status == 303
    async with browser(house.deps()) as thief:
        answer = await thief.get("/", headers={"Cookie": f"duravani={cookie}"}, allow_redirects=False)
        assert answer.status == 303


async def test_signing_in_again_gives_a_new_session_and_ends_the_old(house: House, doctor: Browser) -> None:
    before = {c.key: c.value for c in doctor.session.cookie_jar}["duravani"]
    async with browser(house.deps()) as again:
        page = await again.get("/login")
        visitor = page.cookies["visitor"].value
        answer = await again.post(
            "/login",
            data={"csrf": csrf_in(await page.text()), "login": "asha", "password": house.doctor.password},
            headers={"Cookie": f"duravani={before}; visitor={visitor}"},
            allow_redirects=False,
        )
        assert answer.cookies["duravani"].value != before
    assert (await doctor.get("/", allow_redirects=False)).status == 303


async def test_only_the_hash_of_the_cookie_is_stored(house: House, doctor: Browser) -> None:
    cookie = {c.key: c.value for c in doctor.session.cookie_jar}["duravani"]
    assert len(cookie) == 43
    assert cookie.encode() not in (house.home / "clinic.db").read_bytes()
    assert cookie.encode() not in (house.home / "clinic.db-wal").read_bytes()


@pytest.mark.parametrize("secure", [True, False])
async def test_cookie_flags(house: House, secure: bool) -> None:
    async with browser(house.deps(secure_cookies=secure)) as client:
        page = await client.get("/login")
        answer = await client.post(
            "/login",
            data={"csrf": csrf_in(await page.text()), "login": "asha", "password": house.doctor.password},
            headers={"Cookie": f"visitor={page.cookies['visitor'].value}"},
            allow_redirects=False,
        )
    cookie = answer.cookies["__Host-duravani" if secure else "duravani"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert bool(cookie["secure"]) is secure


async def test_a_post_needs_the_sessions_token(house: House, doctor: Browser) -> None:
    for fields in ({}, {"csrf": "guessed"}):
        answer = await doctor.post("/doctor/ready", data=fields, allow_redirects=False)
        assert answer.status in (400, 403)
    state = await house.clinic.line.state(house.doctor.doctor.id)
    assert state is None or state.state == "paused"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
async def test_a_post_from_another_site_is_refused(doctor: Browser, headers: dict[str, str]) -> None:
    token = csrf_in(await (await doctor.get("/")).text())
    answer = await doctor.post("/doctor/ready", data={"csrf": token}, headers=headers, allow_redirects=False)
    assert answer.status == 403


@pytest.mark.parametrize(("only_from_here", "status"), [(True, 403), (False, 303)])
async def test_where_only_this_machine_comes_a_strange_host_is_another_site(
    house: House, only_from_here: bool, status: int
) -> None:
    """Elsewhere a net may call us as it likes; the cookie and the token are bound to that name all the same."""
    async with browser(replace(house.deps(), only_from_here=only_from_here)) as client:
        token = csrf_in(await (await client.get("/login")).text())
        fields = {"csrf": token, "login": "asha", "password": house.doctor.password}
        strange = {"Host": "evil.example", "Origin": "http://evil.example"}
        assert (await client.post("/login", data=fields, headers=strange, allow_redirects=False)).status == status


async def test_login_needs_its_own_token(house: House, stranger: Browser) -> None:
    fields = {"csrf": "", "login": "asha", "password": house.doctor.password}
    assert (await stranger.post("/login", data=fields, allow_redirects=False)).status == 403


async def test_guessing_is_slowed_down_and_locks_nobody_else_out(house: House) -> None:
    async with browser(house.deps(trust_proxy=True)) as client:
        token = csrf_in(await (await client.get("/login")).text())
        here, there = {"X-Forwarded-For": "198.51.100.7"}, {"X-Forwarded-For": "203.0.113.9"}
        guess = {"csrf": token, "login": "asha", "password": "wrong"}
        answers = [(await client.post("/login", data=guess, headers=here)).status for _ in range(12)]
        assert answers == [401] * 10 + [429] * 2
        right = {**guess, "password": house.doctor.password}
        answer = await client.post("/login", data=right, headers=there, allow_redirects=False)
        assert answer.status == 303


async def test_a_cookie_may_hold_any_bytes(house: House) -> None:
    """aiohttp decodes what is no UTF-8 to lone surrogates."""
    assert await session_of(house.clinic, "\udcff\udcfe") is None
    assert not right_token(MultiDict(csrf="right"), "\udcff")
