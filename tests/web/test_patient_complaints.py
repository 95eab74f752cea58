"""Complaints that patients write on the web (T9, S24): who may, what they see of them, and every way to misuse it."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from core.clinic.desk.answer_grievance import answer_grievance
from core.clinic.desk.hear_grievance import hear_grievance
from core.clinic.desk.share_grievances import take_grievance
from core.rules.grievance import LONGEST_BY_WEB, About, Grievance
from core.rules.patient_access import SESSION_LASTS
from core.rules.tries import COMPLAINT, DAY
from tests.web.by_code import MOBILE, OTHER, asked, codes, enter, post
from tests.web.house import Browser, House, browser, csrf_in
from web.words import load_words

HERE = "/my/complaint"
WORDS = {"about": "staff", "text": "They shouted at my mother"}


@pytest.fixture
async def patient(house: House, stranger: Browser) -> Browser:
    """The browser of somebody registered who has come in by a code."""
    await house.patient(MOBILE)
    assert await enter(stranger, await asked(house, stranger)) == 303
    return stranger


async def _complain(tab: Browser, **changes: str) -> tuple[int, str]:
    return await post(tab, HERE, HERE, **(WORDS | changes))


async def _stored(house: House, mobile: str = MOBILE) -> list[Grievance]:
    async with house.clinic.ledger.read() as books:
        return list(await books.grievances.of_mobile(mobile))


async def _page(tab: Browser, query: str = "") -> str:
    return await (await tab.get(f"{HERE}{query}")).text()


def test_every_subject_has_words_for_patients() -> None:
    for tongue in load_words(("hi", "en")).tongues.values():
        assert {f"complaint.about_{about}" for about in About} <= tongue.texts.keys()


async def test_who_has_not_come_in_is_led_through_the_code_and_comes_back(house: House, stranger: Browser) -> None:
    await house.patient(MOBILE)
    page = await _page(stranger)
    assert "send us an SMS: COMPLAINT" in page
    assert 'name="text"' not in page
    to = re.search(r'name="to" value="(\w+)"', page)
    assert to is not None
    status, page = await post(stranger, "/my/code", HERE, mobile=MOBILE, to=to[1])
    assert (status, 'name="to" value="complaint"' in page) == (200, True)
    (code,) = await codes(house)
    status, page = await post(stranger, "/my/enter", HERE, mobile=MOBILE, code="000000", to=to[1])
    assert 'name="to" value="complaint"' in page, "a wrong code must not lead elsewhere"
    fields = {"csrf": csrf_in(page), "mobile": MOBILE, "code": code, "to": to[1]}
    answer = await stranger.post("/my/enter", data=fields, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, HERE)
    assert 'name="text"' in await _page(stranger)


@pytest.mark.parametrize("to", ["", "//evil.test", "/operator", "complaint/../x"])
async def test_a_code_leads_to_no_other_place(house: House, stranger: Browser, to: str) -> None:
    await house.patient(MOBILE)
    code = await asked(house, stranger)
    assert (await post(stranger, "/my/enter", mobile=MOBILE, code=code, to=to))[0] == 400
    assert (await post(stranger, "/my/enter", mobile=MOBILE, code=code))[0] == 303


async def test_it_is_stored_with_a_number_and_a_day_and_told_by_sms(house: House, patient: Browser) -> None:
    token = csrf_in(await _page(patient))
    answer = await patient.post(HERE, data={"csrf": token, **WORDS}, allow_redirects=False)
    (stored,) = await _stored(house)
    assert (answer.status, answer.headers["Location"]) == (303, f"{HERE}?noted={stored.id}")
    assert (stored.about, stored.text, stored.received_by) == (About.STAFF, WORDS["text"], f"mobile:{MOBILE}")
    page = await _page(patient, f"?noted={stored.id}")
    assert "Its number is" in page
    assert "answers you by 28 Nov 2026" in page
    assert "Waits to be read. We answer by 28 Nov 2026." in page
    async with house.clinic.ledger.read() as books:
        assert "grievance_noted" in [sms.template for sms in await books.lookup.sms_of_mobile(MOBILE, 5)]
        heard = [(entry.actor, entry.action) for entry in await books.audit_of(f"grievance:{stored.id}")]
        looks = [entry.action for entry in await books.audit_of(f"mobile:{MOBILE}")]
    assert heard == [(f"mobile:{MOBILE}", "heard grievance")]
    assert "listed complaints" in looks


async def test_what_became_of_it_stands_on_the_page(house: House, patient: Browser) -> None:
    await _complain(patient)
    (stored,) = await _stored(house)
    await take_grievance(house.clinic, house.operator.operator, stored.id)
    assert "Somebody of us is working on it" in await _page(patient)
    house.clock.advance(timedelta(minutes=1))
    await answer_grievance(house.clinic, "operator:2", stored.id, "<b>We are sorry</b>\nTruly")
    page = await _page(patient)
    assert "Our answer of 21 Nov 2026" in page
    assert "&lt;b&gt;We are sorry&lt;/b&gt;\nTruly" in page


async def test_one_that_is_late_says_so(house: House, patient: Browser) -> None:
    await hear_grievance(house.clinic, "operator:2", MOBILE, About.PHONE, "No SMS")
    house.clock.advance(timedelta(days=8))
    await enter(patient, await asked(house, patient))
    assert "We should have answered by 28 Nov 2026" in await _page(patient)


async def test_only_those_of_ones_own_mobile_are_seen(house: House, patient: Browser) -> None:
    theirs = await hear_grievance(house.clinic, "operator:2", OTHER, About.PRIVACY, "Not yours to read")
    await hear_grievance(house.clinic, "operator:2", MOBILE, About.PHONE, "No SMS")
    page = await _page(patient, f"?noted={theirs.id}")
    assert ("No SMS" in page, "Not yours" in page) == (True, False)
    assert "Its number is" not in page


async def test_an_empty_or_endless_one_is_not_kept(house: House, patient: Browser) -> None:
    status, page = await _complain(patient, text=" \r\n ", about="phone")
    assert (status, "Please write what was not right." in page) == (422, True)
    assert '<option value="phone" selected>' in page
    assert (await _complain(patient, text="x" * (LONGEST_BY_WEB + 1)))[0] == 400
    assert (await _complain(patient, about="weather"))[0] == 400
    assert await _stored(house) == []
    assert (await _complain(patient, text="क\r\n" * (LONGEST_BY_WEB // 2)))[0] == 303  # as a browser counts


async def test_a_button_pressed_twice_complains_once(house: House, patient: Browser) -> None:
    data = {"csrf": csrf_in(await _page(patient)), **WORDS}
    answers = await asyncio.gather(*(patient.post(HERE, data=data, allow_redirects=False) for _ in range(4)))
    assert [answer.status for answer in answers] == [303] * 4
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(await _stored(house)) == 1


async def test_a_mobile_complains_so_often_a_day_and_another_one_all_the_same(house: House, patient: Browser) -> None:
    sent = [(await _complain(patient, text=f"No. {number}"))[0] for number in range(COMPLAINT.most)]
    assert sent == [303] * COMPLAINT.most
    assert (await _complain(patient, text="No. 0"))[0] == 303, "pressed twice is not one too many"
    status, page = await _complain(patient, text="<i>One more")
    assert (status, len(await _stored(house))) == (429, COMPLAINT.most)
    assert "The next one can be sent from 22 Nov 2026, 15:00 on" in page
    assert "&lt;i&gt;One more" in page, "what was typed is not lost"
    await house.patient(OTHER)
    async with browser(house.deps()) as other:
        assert await enter(other, await asked(house, other, OTHER), OTHER) == 303
        assert (await _complain(other))[0] == 303
    house.clock.advance(DAY)
    await enter(patient, await asked(house, patient))
    assert (await _complain(patient, text="One more"))[0] == 303


async def test_without_a_session_or_this_browsers_token_nothing_is_written(house: House, patient: Browser) -> None:
    forged = await patient.post(HERE, data={"csrf": "x", **WORDS}, allow_redirects=False)
    assert forged.status == 403
    token = csrf_in(await _page(patient))
    house.clock.advance(SESSION_LASTS)
    late = await patient.post(HERE, data={"csrf": token, **WORDS}, allow_redirects=False)
    assert (late.status, "Nothing was sent" in await late.text()) == (401, True)
    assert await _stored(house) == []


async def test_the_promise_is_the_settings(house: House, patient: Browser) -> None:
    house.clinic.policy = replace(house.clinic.policy, grievance_days=2)
    assert "answers you by 23 Nov 2026" in await _page(patient)


async def test_the_list_of_prescriptions_and_the_language_lead_here(house: House, patient: Browser) -> None:
    assert f'href="{HERE}"' in await (await patient.get("/my")).text()
    hindi = await patient.get("/language/hi", headers={"Referer": f"http://duravani.test{HERE}"})
    assert (hindi.url.path, "शिकायत भेजिए" in await hindi.text()) == (HERE, True)
