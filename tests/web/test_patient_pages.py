"""All prescriptions by a code, and a token's standing (S3, S13): who may see what, and every way to misuse it."""

import asyncio
import re
from datetime import timedelta

import pytest

from core.clinic.issue_prescription import issue_prescription
from core.clinic.patient_web.enter_by_code import forget_patient_access
from core.clinic.take_token import take_token
from core.rules.patient_access import CODE_LASTS, CODE_TRIES, SESSION_LASTS
from core.rules.tries import CODE_ADDRESS, CODE_DAY, CODE_HOUR, CODE_PAUSE, DAY, ENTER_ADDRESS, HOUR, TOKEN
from tests.web.by_code import MOBILE, NOBODYS, OTHER, asked, codes, enter, post
from tests.web.house import Browser, House, browser, csrf_in, sign_in
from tests.web.test_prescription_link import CONTENT


@pytest.fixture
async def papers(house: House) -> list[int]:
    """Two prescriptions on one mobile, and one on another; the ids."""
    found = []
    for mobile in (MOBILE, MOBILE, OTHER):
        case = await house.after_talk(await house.patient(mobile))
        signed = await issue_prescription(
            house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT
        )
        found.append(signed.id)
        house.clock.advance(timedelta(days=1))
    return found


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


async def test_a_code_opens_all_prescriptions_of_the_mobile_newest_first(
    house: House, stranger: Browser, papers: list[int]
) -> None:
    assert await enter(stranger, await asked(house, stranger, "098765 43210")) == 303
    page = await (await stranger.get("/my")).text()
    assert re.findall(r'href="/my/prescriptions/(\d+)"', page) == [str(papers[1]), str(papers[0])]
    paper = await (await stranger.get(f"/my/prescriptions/{papers[0]}")).text()
    assert "PARACETAMOL" in paper
    pdf = await stranger.get(f"/my/prescriptions/{papers[0]}.pdf")
    assert (await pdf.read()).startswith(b"%PDF")
    async with house.clinic.ledger.read() as books:
        looks = [entry.action for entry in await books.audit_of(f"prescription:{papers[0]}")]
        assert looks == ["downloaded", "opened", "signed"]
        mine = [entry.action for entry in await books.audit_of(f"mobile:{MOBILE}")]
    assert mine[::-1][:2] == ["asked for a code", "entered by code"]


async def test_another_numbers_prescription_is_as_one_that_does_not_exist(
    house: House, stranger: Browser, papers: list[int]
) -> None:
    await enter(stranger, await asked(house, stranger))
    for path in (f"/my/prescriptions/{papers[2]}", f"/my/prescriptions/{papers[2]}.pdf", "/my/prescriptions/999"):
        assert (await stranger.get(path)).status == 404
    async with house.clinic.ledger.read() as books:
        assert [entry.action for entry in await books.audit_of(f"prescription:{papers[2]}")] == ["signed"]


async def test_a_void_one_is_listed_and_opens_no_more(house: House, stranger: Browser, papers: list[int]) -> None:
    async with house.clinic.ledger.write() as books:
        await books.prescriptions.void(await books.prescriptions.get(papers[1]), house.clock.now())
    await enter(stranger, await asked(house, stranger))
    page = await (await stranger.get("/my")).text()
    assert re.findall(r'href="/my/prescriptions/(\d+)"', page) == [str(papers[0])]
    assert (await stranger.get(f"/my/prescriptions/{papers[1]}")).status == 404


async def test_nothing_tells_whether_a_number_is_registered(house: House, stranger: Browser, papers: list[int]) -> None:
    known = await post(stranger, "/my/code", mobile=MOBILE)
    async with browser(house.deps()) as other:
        unknown = await post(other, "/my/code", mobile=NOBODYS)
    plain = [re.sub(r'value="[^"]*"', "", page).replace(number, "") for (_, page), number in
             ((known, MOBILE), (unknown, NOBODYS))]  # fmt: skip
    assert (known[0], plain[0]) == (unknown[0], plain[1])
    assert len(await codes(house)) == 1
    assert await enter(stranger, "000000", NOBODYS) == 401


@pytest.mark.parametrize("mobile", ["+14155552671", "1234567890", "0141 2345678", "me"])
async def test_only_indian_mobiles(house: House, stranger: Browser, mobile: str) -> None:
    assert (await post(stranger, "/my/code", mobile=mobile))[0] == 400
    assert await codes(house) == []


async def test_a_code_is_used_once_only_by_its_mobile_and_in_time(
    house: House, stranger: Browser, papers: list[int]
) -> None:
    code = await asked(house, stranger)
    assert await enter(stranger, code, OTHER) == 401
    assert await enter(stranger, code) == 303
    async with browser(house.deps()) as other:
        assert await enter(other, code) == 401  # replayed
        house.clock.advance(CODE_PAUSE.within)
        late = await asked(house, other)
        house.clock.advance(CODE_LASTS)
        assert await enter(other, late) == 401
        house.clock.advance(HOUR)
        first = await asked(house, other)
        house.clock.advance(CODE_PAUSE.within)
        second = await asked(house, other)
        assert first == second or await enter(other, first) == 401  # a new code voids the one before
        assert await enter(other, second) == 303


async def test_a_code_is_void_after_five_wrong_tries(house: House, stranger: Browser, papers: list[int]) -> None:
    code = await asked(house, stranger)
    assert [await enter(stranger, wrong(code)) for _ in range(CODE_TRIES)] == [401] * CODE_TRIES
    assert await enter(stranger, code) == 401


async def test_a_code_keyed_twice_at_once_opens_one_session(house: House, stranger: Browser, papers: list[int]) -> None:
    code = await asked(house, stranger)
    token = csrf_in(await (await stranger.get("/my")).text())
    fields = {"csrf": token, "mobile": MOBILE, "code": code}
    answers = await asyncio.gather(*(stranger.post("/my/enter", data=fields, allow_redirects=False) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [303, 401, 401, 401]


async def test_codes_are_limited_by_pause_hour_and_day(house: House, stranger: Browser, papers: list[int]) -> None:
    async def ask() -> int:
        house.clock.advance(CODE_PAUSE.within)
        return (await post(stranger, "/my/code", mobile=MOBILE))[0]

    assert [(await post(stranger, "/my/code", mobile=MOBILE))[0] for _ in range(2)] == [200, 429]
    assert [await ask() for _ in range(CODE_HOUR.most)] == [200] * (CODE_HOUR.most - 1) + [429]
    house.clock.advance(HOUR)
    assert [await ask() for _ in range(CODE_DAY.most - CODE_HOUR.most)] == [200] * (CODE_DAY.most - CODE_HOUR.most)
    house.clock.advance(HOUR)
    status, page = await post(stranger, "/my/code", mobile=MOBILE)
    assert (status, len(await codes(house))) == (429, CODE_DAY.most)
    assert 'name="code"' in page  # one that has come still works
    house.clock.advance(DAY)
    assert await ask() == 200


async def test_an_address_that_asks_or_guesses_too_often_is_refused(
    house: House, stranger: Browser, papers: list[int]
) -> None:
    code = await asked(house, stranger)
    async with house.clinic.ledger.write() as books:
        for _ in range(CODE_ADDRESS.most):
            await books.tries.count("code-from:127.0.0.1", house.clock.now(), HOUR)
        for _ in range(ENTER_ADDRESS.most):
            await books.tries.count("enter-from:127.0.0.1", house.clock.now(), HOUR)
    assert (await post(stranger, "/my/code", mobile=OTHER))[0] == 429
    assert await enter(stranger, code) == 429


async def test_the_session_ends_by_itself_and_by_its_button(house: House, stranger: Browser, papers: list[int]) -> None:
    await enter(stranger, await asked(house, stranger))
    (cookie,) = [each for each in stranger.session.cookie_jar if each.key == "my"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    secret = {"Cookie": f"my={cookie.value}"}
    assert (await post(stranger, "/my/leave"))[0] == 303
    async with browser(house.deps()) as other:
        assert 'name="mobile"' in await (await other.get("/my", headers=secret)).text()
    house.clock.advance(HOUR)
    await enter(stranger, await asked(house, stranger))
    house.clock.advance(SESSION_LASTS)
    assert 'name="mobile"' in await (await stranger.get("/my")).text()
    answer = await stranger.get(f"/my/prescriptions/{papers[0]}", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/my")


async def test_a_post_needs_this_browsers_token(house: House, stranger: Browser, papers: list[int]) -> None:
    await stranger.get("/my")
    for path in ("/my/code", "/my/enter", "/my/leave", "/my/token"):
        fields = {"csrf": "x", "mobile": MOBILE, "code": "1", "token": "1"}
        assert (await stranger.post(path, data=fields, allow_redirects=False)).status == 403
    assert await codes(house) == []


async def test_the_code_is_kept_as_a_hash_hidden_from_the_desk_and_forgotten(
    house: House, stranger: Browser, papers: list[int]
) -> None:
    code = await asked(house, stranger)
    async with house.clinic.ledger.write() as books:
        kept = await books.one_time_codes.try_once(MOBILE, house.clock.now(), CODE_TRIES)
    assert kept is not None
    assert code not in f"{kept.salt} {kept.code_hash}"
    async with browser(house.deps()) as desk:
        await sign_in(desk, "meena", house.operator.password)
        page = await (await desk.get("/operator/outbox")).text()
    assert code not in page
    assert "A one-time code" in page
    house.clock.advance(CODE_LASTS + timedelta(seconds=1))
    await forget_patient_access(house.clinic)
    assert await codes(house) == []


async def test_a_token_and_its_mobile_show_its_place_and_nothing_else(house: House, stranger: Browser) -> None:
    token = await take_token(house.clinic, await house.patient(), "general")
    status, page = await post(stranger, "/my/token", "/my/token", mobile="9876543210", token=token.number)
    assert status == 200
    assert "No doctor is there now" in page
    assert "100000" not in page  # no Patient ID
    for mobile, number in ((OTHER, token.number), (MOBILE, "0")):
        assert (await post(stranger, "/my/token", "/my/token", mobile=mobile, token=number))[0] == 404
    house.clock.advance(DAY)
    assert (await post(stranger, "/my/token", "/my/token", mobile=MOBILE, token=token.number))[0] == 404


async def test_guessing_at_tokens_is_limited(house: House, stranger: Browser) -> None:
    token = await take_token(house.clinic, await house.patient(), "general")
    guesses = [(await post(stranger, "/my/token", "/my/token", mobile=MOBILE, token="0"))[0] for _ in range(TOKEN.most)]
    assert guesses == [404] * TOKEN.most
    assert (await post(stranger, "/my/token", "/my/token", mobile=MOBILE, token=token.number))[0] == 429
