"""The desk's pages by plain HTTP: forged fields, other people's ids, nonsense and floods change nothing."""

import asyncio
import re
from datetime import timedelta

import pytest

from core.clinic.desk.hear_grievance import hear_grievance
from core.clinic.desk.share_grievances import take_grievance
from core.clinic.hire import add_operator
from core.clinic.know_caller import give_consent
from core.clinic.log_call import log_call_start
from core.clinic.note_call_back import note_call_back
from core.clinic.owe_call import owe_call
from core.clinic.send_sms import queue_sms
from core.clinic.take_token import take_token
from core.rules.grievance import About, Shelf
from core.rules.patient import details_mark
from core.rules.records import CallBackReason, CallEvent
from core.rules.rerank import Spot
from core.rules.staff import StaffKind
from core.rules.story import KNOWN
from core.rules.token import Priority, TokenState
from tests.web.house import Browser, House, press, session_of
from web.pages.desk.show import DONE
from web.words import load_words

MOBILE, OTHER = "+919876543210", "+919812345678"
FILE = f"/operator/callers/{MOBILE}"
PERSON = {
    "name": "Sunita Devi", "relation": "self", "gender": "woman", "age": "34", "pin_code": "305001", "language": "hi",
    "guardian": "", "consent": "yes",
}  # fmt: skip
LONG = "x" * 10_000


def test_everything_that_is_shown_by_its_name_has_a_text() -> None:
    texts = load_words(("en",)).tongues["en"].texts
    named = {f"story.{kind}" for kind in KNOWN | {"other"}} | {f"tokenstate.{state}" for state in TokenState}
    named |= {f"caller.{priority}" for priority in Priority} | {f"caller.spot_{spot}" for spot in Spot}
    named |= (
        {f"grievance.{about}" for about in About}
        | {f"grievance.shelf_{shelf}" for shelf in Shelf}
        | {f"operator.{reason}" for reason in CallBackReason}
        | DONE
    )
    reasons = (
        "needed", "not_a_name", "not_an_age", "not_a_pin_code", "adult_needed", "family_full", "not_a_mobile",
        "consent_needed", "closed", "no_consent", "not_waiting", "too_often", "already_calling", "expired",
        "answered_already", "with_another", "changed_since", "not_an_abha", "abha_taken", "abha_not_agreed",
    )  # fmt: skip
    assert named | {f"refused.{reason}" for reason in reasons} <= texts.keys()


async def _people(house: House) -> int:
    async with house.clinic.ledger.read() as books:
        return len(await books.patients.of_mobile(MOBILE))


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"name": ""}, 422), ({"name": "12"}, 422), ({"name": "x" * 200}, 422), ({"name": LONG}, 400),
        ({"name": "\x00"}, 400), ({"age": "-1"}, 422), ({"age": "121"}, 422), ({"age": "9" * 11}, 400),
        ({"age": "7"}, 422), ({"pin_code": "000000"}, 422), ({"pin_code": "३०५००१"}, 422), ({"gender": "robot"}, 400),
        ({"relation": "boss"}, 400), ({"language": "xx"}, 400), ({"consent": "no"}, 422), ({"consent": ""}, 422),
    ],
)  # fmt: skip
async def test_a_bad_registration_stores_nothing(
    house: House, operator: Browser, changes: dict[str, str], status: int
) -> None:
    answer = await press(operator, f"{FILE}/register", PERSON | changes)
    assert answer.status == status
    assert await _people(house) == 0
    if status == 422:
        assert "Nothing is lost" in await answer.text()


async def test_what_was_typed_comes_back_escaped(operator: Browser) -> None:
    answer = await press(operator, f"{FILE}/register", PERSON | {"name": '"><b>1', "guardian": "गीता"})
    page = await answer.text()
    assert "&#34;&gt;&lt;b&gt;1" in page
    assert '"><b>' not in page
    assert "गीता" in page


async def test_a_form_that_shows_old_details_undoes_nothing(house: House, operator: Browser) -> None:
    await press(operator, f"{FILE}/register", PERSON)
    async with house.clinic.ledger.read() as books:
        (patient,) = await books.patients.of_mobile(MOBILE)
    address, seen = f"{FILE}/people/{patient.id}", await _seen(operator)
    details = {name: PERSON[name] for name in ("name", "gender", "age", "pin_code", "guardian")} | {"seen": seen}
    assert (await press(operator, address, details | {"age": "43"})).status == 303
    stale = details | {"name": "Sunita Sharma", "pin_code": "302001"}  # of another clerk, who still sees 34 years
    answer = await press(operator, address, stale)
    page = await answer.text()
    assert answer.status == 422
    assert "Somebody else has changed these details meanwhile" in page
    assert "You had typed: Sunita Sharma, Woman, 34, 302001" in page
    assert 'name="age" value="43"' in page
    async with house.clinic.ledger.read() as books:
        now = await books.patients.get(patient.id)
    assert (now.name, now.age, now.pin_code) == ("Sunita Devi", 43, "305001")
    assert (await press(operator, address, details | {"age": "43"})).status == 303, "the same once more is no quarrel"
    assert (await press(operator, address, stale | {"seen": await _seen(operator)})).status == 303
    assert (await press(operator, address, stale | {"seen": ""})).status == 303, "nothing would be changed"
    assert (await press(operator, address, details | {"seen": ""})).status == 422


async def _seen(operator: Browser) -> str:
    found = re.search(r'name="seen" value="(\w+)"', await (await operator.get(FILE)).text())
    assert found is not None
    return found[1]


async def test_a_button_pressed_twice_does_it_once(house: House, operator: Browser) -> None:
    first, second = await asyncio.gather(*(press(operator, f"{FILE}/register", PERSON) for _ in range(2)))
    assert first.headers["Location"] == second.headers["Location"]
    complaint = {"about": "staff", "person": "", "text": "They were rude"}
    for _ in range(2):
        await press(operator, f"{FILE}/grievances", complaint)
    async with house.clinic.ledger.read() as books:
        assert len(await books.patients.of_mobile(MOBILE)) == 1
        assert len(await books.grievances.open_ones()) == 1
        assert [sms.template for sms in await books.lookup.sms_of_mobile(MOBILE, 9)] == ["grievance_noted"]


async def test_a_good_one_is_told(house: House, operator: Browser) -> None:
    answer = await press(operator, f"{FILE}/register", PERSON)
    assert answer.status == 303
    async with house.clinic.ledger.read() as books:
        (patient,) = await books.patients.of_mobile(MOBILE)
    assert f"The Patient ID is {patient.code}" in await (await operator.get(answer.headers["Location"])).text()


@pytest.mark.parametrize("mobile", ["1", "9876543210", "+14155550100", "+91987654321000", "operator-meena", "%2e%2e"])
async def test_a_number_that_cannot_be_has_no_page(operator: Browser, mobile: str) -> None:
    assert (await operator.get(f"/operator/callers/{mobile}")).status == 404
    assert (await press(operator, f"/operator/callers/{mobile}/register", PERSON)).status == 404
    assert (await press(operator, f"/operator/callers/{mobile}/call")).status == 404


async def test_ids_of_another_number_give_nothing(house: House, operator: Browser) -> None:
    patient = await house.patient()
    token = await take_token(house.clinic, patient, "general")
    await give_consent(house.clinic, OTHER, "hi", "call")
    theirs = f"/operator/callers/{OTHER}"
    details = {name: PERSON[name] for name in ("name", "gender", "age", "pin_code", "guardian")}
    for address, fields in (
        (f"{theirs}/people/{patient.id}", details | {"seen": details_mark(patient)}),
        (f"{theirs}/tokens", {"person": patient.id, "opd": "general"}),
        (f"{theirs}/tokens/{token.id}/cancel", {}),
        (f"{theirs}/tokens/{token.id}/sms", {}),
        (f"{theirs}/tokens/{token.id}/records", {}),
        (f"{theirs}/tokens/{token.id}/place", {"priority": "emergency", "spot": "front", "reason": "x"}),
        (f"{theirs}/papers/1/sms", {}),
        (f"{theirs}/grievances", {"about": "other", "person": patient.id, "text": "x"}),
        (f"{FILE}/tokens/{token.id + 1}/cancel", {}),
    ):
        assert (await press(operator, address, fields)).status == 404, address
    async with house.clinic.ledger.read() as books:
        assert await books.tokens.get(token.id) == token
        assert await books.patients.get(patient.id) == patient


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"priority": "emergency", "spot": "front", "reason": ""}, 422),
        ({"priority": "emergency", "spot": "front", "reason": LONG}, 400),
        ({"priority": "king", "spot": "front", "reason": "x"}, 400),
        ({"priority": "emergency", "spot": "-1", "reason": "x"}, 400),
        ({"priority": "emergency"}, 400),
    ],
)
async def test_a_token_is_not_moved_by_nonsense(
    house: House, operator: Browser, fields: dict[str, str], status: int
) -> None:
    token = await take_token(house.clinic, await house.patient(), "general")
    assert (await press(operator, f"{FILE}/tokens/{token.id}/place", fields)).status == status
    async with house.clinic.ledger.read() as books:
        assert await books.tokens.get(token.id) == token


@pytest.mark.parametrize("id_", ["0", "-1", "x", "9" * 30, "1e3", "٣"])
async def test_strange_ids_are_refused(operator: Browser, id_: str) -> None:
    for address in (f"{FILE}/tokens/{id_}/cancel", f"{FILE}/papers/{id_}/sms"):
        assert (await press(operator, address)).status == 400
    assert (await press(operator, f"/operator/grievances/{id_}", {"answer": "x"})).status == 400


async def test_searches_lead_to_people(house: House, operator: Browser) -> None:
    patient = await house.patient()
    answer = await operator.get("/operator/search", params={"q": patient.code}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, FILE)
    for query in ("", "x", "x" * 5_000, "<script>", "\x00\x1b", "%"):
        answer = await operator.get("/operator/search", params={"q": query})
        assert answer.status == 200
        assert "<script>" not in await answer.text()


async def test_a_story_says_what_was_heard_and_pressed(house: House, operator: Browser) -> None:
    await log_call_start(house.clinic, "PJSIP/1 2/3", "patient", MOBILE)
    async with house.clinic.ledger.write() as books:
        await books.calls.add_events([
            CallEvent("PJSIP/1 2/3", house.clock.now(), kind, detail)
            for kind, detail in (("said", "age: How old are you?"), ("pressed", "4"), ("new_thing", "<b>"))
        ])  # fmt: skip
    page = await (await operator.get(FILE)).text()
    assert "/operator/calls/PJSIP%2F1%202%2F3" in page.replace("PJSIP/1", "PJSIP%2F1").replace("2/3", "2%2F3")
    story = await (await operator.get("/operator/calls/PJSIP%2F1%202%2F3")).text()
    assert "How old are you?" in story
    assert "new_thing &lt;b&gt;" in story
    assert (await operator.get("/operator/calls/unknown")).status == 404


async def test_sms_of_the_doctor_are_not_shown(house: House, operator: Browser) -> None:
    async with house.clinic.ledger.write() as books:
        await queue_sms(
            books, house.clinic, "prescription:1", MOBILE, "prescription", "en", link="s" * 22, code="1234 5678 9012"
        )
    assert "s" * 22 not in await (await operator.get(FILE)).text()


@pytest.mark.parametrize(("text", "status"), [("", 422), ("   ", 422), (LONG, 400)])
async def test_an_empty_or_endless_complaint_is_not_kept(
    house: House, operator: Browser, text: str, status: int
) -> None:
    fields = {"about": "other", "person": "", "text": text}
    assert (await press(operator, f"{FILE}/grievances", fields)).status == status
    async with house.clinic.ledger.read() as books:
        assert not await books.grievances.open_ones()


async def test_an_answer_once_given_stays(house: House, operator: Browser) -> None:
    await hear_grievance(house.clinic, "operator:2", MOBILE, About.STAFF, "<i>rude</i>")
    assert "&lt;i&gt;rude" in await (await operator.get("/operator/grievances")).text()
    assert (await press(operator, "/operator/grievances/1", {"answer": ""})).status == 422
    assert (await press(operator, "/operator/grievances/1", {"answer": "Sorry"})).status == 303
    assert (await press(operator, "/operator/grievances/1", {"answer": "Not"})).status == 422
    assert (await press(operator, "/operator/grievances/2", {"answer": "x"})).status == 404


async def test_an_operator_takes_a_complaint_and_only_a_supervisor_gives_it(house: House, operator: Browser) -> None:
    boss = await add_operator(house.clinic, login="lata", name="Lata Deshpande", kind=StaffKind.SUPERVISOR)
    await hear_grievance(house.clinic, f"mobile:{MOBILE}", MOBILE, About.STAFF, "They were rude")
    here, me = "/operator/grievances/1", house.operator.operator.id
    assert ">Give<" not in await (await operator.get("/operator/grievances")).text()
    assert (await press(operator, f"{here}/give", {"worker": str(me)})).status == 403
    answer = await press(operator, f"{here}/take")
    assert answer.headers["Location"] == "/operator/grievances?done=grievance.taken_by_you#grievance-1"
    page = await (await operator.get("/operator/grievances")).text()
    assert all(each in page for each in ("With you (1)", "with Meena Joshi", "on the web", "answer by 28 Nov 2026"))
    async with session_of(house, boss.operator) as supervisor:
        refused = await press(supervisor, f"{here}/take")
        assert (refused.status, "with somebody else now" in await refused.text()) == (422, True)
        assert (await press(supervisor, f"{here}/put-back")).status == 422
        for worker, status in (("x", 400), ("-1", 400), ("99", 404), (str(boss.operator.id), 303)):
            assert (await press(supervisor, f"{here}/give", {"worker": worker})).status == status, worker
        assert "With you (1)" in await (await supervisor.get("/operator/grievances")).text()
        assert (await press(supervisor, f"{here}/give", {"worker": ""})).status == 303
    assert "With nobody yet (1)" in await (await operator.get("/operator/grievances")).text()
    for missing in ("take", "put-back"):
        assert (await press(operator, f"/operator/grievances/2/{missing}")).status == 404
    await press(operator, here, {"answer": "Sorry"})
    assert "Meena Joshi" in (await (await operator.get("/operator/grievances")).text()).partition('id="answered"')[2]


async def test_the_desks_first_page_counts_what_is_overdue_and_ones_own(house: House) -> None:
    for text in ("old", "mine"):
        await hear_grievance(house.clinic, "operator:2", MOBILE, About.STAFF, text)
        house.clock.advance(timedelta(days=1))
    await take_grievance(house.clinic, house.operator.operator, 2)
    async with session_of(house, house.operator.operator) as desk:
        page = await (await desk.get("/operator")).text()
        assert ("2 complaints wait" in page, "1 with you" in page, "overdue" in page) == (True, True, False)
    house.clock.advance(timedelta(days=6))
    async with session_of(house, house.operator.operator) as desk:
        assert "1 overdue" in await (await desk.get("/operator")).text()


async def test_a_caller_who_is_owed_two_calls_has_one_line(house: House, operator: Browser) -> None:
    await note_call_back(house.clinic, OTHER, "hi")
    await owe_call(house.clinic, OTHER, CallBackReason.MISSED_CALL)
    page = await (await operator.get("/operator")).text()
    assert page.count(f'href="/operator/callers/{OTHER}"') == 1
    shown = re.search(r'name="call_back" value="(\d+)"', page)
    assert shown is not None
    assert (await press(operator, "/operator/called-back", {"call_back": shown[1]})).status == 303
    async with house.clinic.ledger.read() as books:
        assert await books.calls.owed_call_backs() == []


@pytest.mark.parametrize("done", ["caller.registered", "page.offline", "<b>", "caller.nothing"])
async def test_only_what_pages_say_is_said(operator: Browser, done: str) -> None:
    page = await (await operator.get(FILE, params={"done": done, "number": "<b>12"})).text()
    assert "<b>" not in page
    assert ("Registered." in page) is (done == "caller.registered")


async def test_call_now_from_the_desk(house: House, operator: Browser) -> None:
    assert (await press(operator, "/operator/call-now", {"mobile": OTHER})).status == 303
    assert (await press(operator, "/operator/call-now", {"mobile": "+14155550100"})).status == 400
    assert OTHER in await (await operator.get("/operator")).text()
    assert (await press(operator, "/operator/gave-up/done", {"call": "unknown"})).status == 404
