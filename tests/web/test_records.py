"""Health records (S11): sent by a code or by a token, seen by the doctor who has the patient and by nobody else."""

import asyncio
import logging
import re
from datetime import timedelta

import pytest
from aiohttp import ClientResponse, FormData, web

from core.clinic.cancel_token import cancel_token
from core.clinic.patient_web.own_records import KEPT_UNSEEN, forget_unseen_records
from core.clinic.take_token import take_token
from core.clinic.talk import end_talk
from core.rules.consultation import Consultation
from core.rules.health_record import LARGEST_RECORD, MOST_RECORDS, HealthRecord
from core.rules.patient import Patient
from core.rules.patient_access import SESSION_LASTS
from core.rules.tries import DAY, RECORD, RECORD_LINK
from tests.papers_sent import pdf, photo
from tests.web.by_code import asked, enter, post
from tests.web.house import Browser, House, browser, csrf_in, press, sign_in
from web.routes import make_app

OTHER = "+919812345678"


async def came_in(house: House, tab: Browser, patient: Patient) -> str:
    """By a code; the address of this patient's records, as the page gives it."""
    assert await enter(tab, await asked(house, tab, patient.mobile), patient.mobile) == 303
    found = re.search(r'href="(/my/people/\d+/records)"', await (await tab.get("/my")).text())
    assert found is not None
    return found[1]


async def link_of(house: House, tab: Browser, patient: Patient, opd: str = "general") -> str:
    """Of somebody who waits: by the token and its mobile (S13)."""
    token = await take_token(house.clinic, patient, opd)
    _, page = await post(tab, "/my/token", "/my/token", mobile=patient.mobile, token=token.number)
    return link_in(page)


def link_in(text: str) -> str:
    found = re.search(r"/r/[\w-]{22}", text)
    assert found is not None
    return found[0]


async def send(tab: Browser, address: str, data: bytes, **headers: str) -> ClientResponse:
    """As the form does."""
    form = FormData()
    form.add_field("csrf", csrf_in(await (await tab.get(address)).text()))
    form.add_field("file", data, filename="../../evil.php", content_type="text/html")
    return await tab.post(address, data=form, headers=headers, allow_redirects=False)


async def records(house: House, patient: Patient) -> list[HealthRecord]:
    async with house.clinic.ledger.read() as books:
        return list(await books.health_records.of_patient(patient.id))


async def test_by_a_code_they_are_sent_before_there_is_a_token(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    address = await came_in(house, stranger, patient)
    assert "3 more for this visit" in await (await stranger.get(address)).text()
    answer = await send(stranger, address, pdf(2))
    assert (answer.status, answer.headers["Location"]) == (303, f"{address}?sent=1")
    page = await (await stranger.get(answer.headers["Location"])).text()
    assert "We have it." in page
    assert "2 more for this visit" in page
    (record,) = await records(house, patient)
    assert (record.sent_as, record.pages, record.received_by) == ("pdf", 2, f"mobile:{patient.mobile}")
    picture = await stranger.get(f"{address}/{record.id}/2.jpg")
    assert (picture.status, picture.content_type) == (200, "image/jpeg")
    assert (await picture.read()).startswith(b"\xff\xd8\xff")
    assert (await stranger.get(f"{address}/{record.id}/3.jpg")).status == 404
    async with house.clinic.ledger.read() as books:
        assert [each.action for each in await books.audit_of(f"record:{record.id}")] == ["read", "sent record"]


async def test_by_a_token_they_are_sent_while_waiting_and_nothing_is_shown(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    link = await link_of(house, stranger, patient)
    async with browser(house.deps()) as other:  # a link needs no cookie
        assert (await send(other, link, photo())).status == 303
        answer = await other.get(link)
        page = await answer.text()
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert '<html lang="hi">' in page  # the patient's
    assert "काग़ज़ 1" in page
    (record,) = await records(house, patient)
    assert record.received_by.startswith("token:")
    assert patient.code not in page
    assert "1.jpg" not in page
    assert "Papers for the doctor" in await (await stranger.get(f"{link}?lang=en")).text()


async def test_no_more_than_three_also_at_once(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    address = await came_in(house, stranger, patient)
    files = [photo(size=(100 + n, 100)) for n in range(MOST_RECORDS + 2)]
    answers = await asyncio.gather(*(send(stranger, address, file) for file in files))
    assert sorted(answer.status for answer in answers) == [303] * MOST_RECORDS + [409] * 2
    assert len(await records(house, patient)) == MOST_RECORDS
    page = await (await stranger.get(address)).text()
    assert 'type="file"' not in page
    assert "You have sent 3 papers." in page


async def test_one_that_nobody_has_seen_is_taken_back_and_makes_room(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    address = await came_in(house, stranger, patient)
    for n in range(MOST_RECORDS):
        await send(stranger, address, photo(size=(100 + n, 100)))
    first = (await records(house, patient))[0]
    status, _ = await post(stranger, f"{address}/take-back", address, record=str(first.id))
    assert status == 303
    assert [one.id for one in await records(house, patient)] == [first.id + 1, first.id + 2]
    assert (await send(stranger, address, pdf())).status == 303


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 400, "No file came"),
        (photo("PNG"), 400, "This is not a PDF, JPG, GIF or BMP"),
        (b"%PDF-1.7 broken", 400, "We cannot open this file"),
        (pdf(password="secret"), 400, "We cannot open this file"),
        (pdf(21), 400, "more than 20 pages"),
        (photo() + b"\0" * LARGEST_RECORD, 413, "smaller than 5 MB"),
        (photo() + b"\0" * 2 * LARGEST_RECORD, 413, "smaller than 5 MB"),
    ],
    ids=["nothing", "png", "broken", "locked", "pages", "large", "huge"],
)
async def test_what_is_not_taken_is_said_and_changes_nothing(
    house: House, stranger: Browser, data: bytes, status: int, said: str
) -> None:
    patient = await house.patient()
    address = await came_in(house, stranger, patient)
    answer = await send(stranger, address, data)
    assert answer.status == status
    assert said in await answer.text()
    assert await records(house, patient) == []


async def test_just_small_enough(house: House, stranger: Browser) -> None:
    address = await came_in(house, stranger, await house.patient())
    picture = photo()
    assert (await send(stranger, address, picture + b"\0" * (LARGEST_RECORD - len(picture) - 1))).status == 303


async def test_the_same_file_is_not_taken_twice(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    address = await came_in(house, stranger, patient)
    answers = [await send(stranger, address, photo()) for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 409]
    assert "already" in await answers[1].text()
    assert len(await records(house, patient)) == 1


async def test_a_network_that_is_lost_on_the_way_is_no_error_of_ours(
    house: House, stranger: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    link = await link_of(house, stranger, await house.patient())
    # As the house serves: a handler goes on when its visitor has gone.
    server = web.AppRunner(make_app(house.deps()), access_log=None, handler_cancellation=False)
    await server.setup()
    try:
        await web.TCPSite(server, "127.0.0.1", 0).start()
        reader, writer = await asyncio.open_connection(*server.addresses[0])
        writer.write(
            f"POST {link} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9999\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode()
        )
        assert b"100 Continue" in await reader.readline()
        writer.close()
    finally:
        await server.cleanup()  # when the handler has ended
    assert [line for line in caplog.records if line.levelno > logging.INFO] == []


async def test_so_many_tries_a_day(house: House, stranger: Browser) -> None:
    address = await came_in(house, stranger, await house.patient())
    for _ in range(RECORD.most):
        assert (await send(stranger, address, b"nothing")).status == 400
    answer = await send(stranger, address, photo())
    assert answer.status == 429
    assert "very often" in await answer.text()
    house.clock.advance(DAY)
    address = await came_in(house, stranger, await house.patient())
    assert (await send(stranger, address, photo())).status == 303


async def test_what_is_another_numbers_is_not_reached(house: House, stranger: Browser) -> None:
    patient, other = await house.patient(), await house.patient(OTHER)
    await came_in(house, stranger, patient)
    async with browser(house.deps()) as tab:
        theirs = await came_in(house, tab, other)
        await send(tab, theirs, photo())
    (record,) = await records(house, other)
    mine = f"/my/people/{patient.id}/records"
    assert (await stranger.get(theirs, allow_redirects=False)).headers["Location"] == "/my"
    for address in (f"{theirs}/{record.id}/1.jpg", f"{mine}/{record.id}/1.jpg"):
        assert (await stranger.get(address)).status == 404
    for address in (theirs, mine):
        await post(stranger, f"{address}/take-back", mine, record=str(record.id))
    form = FormData({"csrf": csrf_in(await (await stranger.get(mine)).text())})
    form.add_field("file", pdf(), filename="a.pdf")
    await stranger.post(theirs, data=form)
    assert await records(house, other) == [record]
    async with house.clinic.ledger.read() as books:
        assert [each.action for each in await books.audit_of(f"record:{record.id}")] == ["sent record"]


async def test_nothing_is_taken_after_the_session_or_without_the_forms_token(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    address = await came_in(house, stranger, patient)
    assert (await send(stranger, address, photo(), Origin="https://elsewhere.test")).status == 403
    form = FormData({"csrf": "another"})
    form.add_field("file", photo(), filename="a.jpg")
    assert (await stranger.post(address, data=form)).status == 403
    house.clock.advance(SESSION_LASTS)
    answer = await stranger.post(address, data=form, allow_redirects=False)
    assert answer.headers["Location"] == "/my"
    assert await records(house, patient) == []


async def test_a_link_ends_with_its_token_and_a_wrong_one_never_was(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    link = await link_of(house, stranger, patient)
    async with house.clinic.ledger.read() as books:
        token = await books.tokens.active_of_patient(patient.id)
    assert token is not None
    await cancel_token(house.clinic, token, patient)
    page = await (await stranger.get(f"{link}?lang=en")).text()
    assert 'type="file"' not in page
    assert "This visit is over" in page
    form = FormData()
    form.add_field("file", photo(), filename="a.jpg")
    assert (await stranger.post(link, data=form)).status == 410
    assert await records(house, patient) == []
    for wrong in (f"/r/{'A' * 22}", "/r/short", f"/r/{'B' * 90}"):
        assert (await stranger.get(wrong)).status == 404
        assert (await stranger.post(wrong, data=form)).status == 404


async def test_guessing_links_is_slowed_down(house: House, stranger: Browser) -> None:
    statuses = {(await stranger.get(f"/r/{n:022}")).status for n in range(25)}
    assert statuses == {404, 429}


async def talk_with_records(house: House, tab: Browser) -> tuple[Consultation, HealthRecord]:
    """A patient has sent one, and talks with the doctor."""
    patient = await house.patient()
    await send(tab, await came_in(house, tab, patient), pdf(2))
    return await house.talk(patient), (await records(house, patient))[0]


async def test_the_doctor_sees_it_on_the_card_and_then_it_stays(
    house: House, stranger: Browser, doctor: Browser
) -> None:
    consultation, record = await talk_with_records(house, stranger)
    page = await (await doctor.get("/doctor")).text()
    assert f'src="/doctor/records/{record.id}/2.jpg"' in page
    assert await records(house, await patient_of(house, consultation)) == [record]  # listed is not seen
    picture = await doctor.get(f"/doctor/records/{record.id}/1.jpg")
    assert (picture.status, picture.content_type) == (200, "image/jpeg")
    async with house.clinic.ledger.read() as books:
        (look, _) = await books.audit_of(f"record:{record.id}")
    assert (look.actor, look.action, look.detail) == (f"doctor:{house.doctor.doctor.id}", "read", "page 1")
    mine = f"/my/people/{consultation.patient_id}/records"
    assert "The doctor has seen it" in await (await stranger.get(mine)).text()
    await post(stranger, f"{mine}/take-back", mine, record=str(record.id))
    assert len(await records(house, await patient_of(house, consultation))) == 1


async def close(doctor: Browser, consultation: Consultation) -> None:
    fields = {"consultation": consultation.id, "reason": "not_needed", "note": ""}
    assert (await press(doctor, "/doctor/close", fields)).status == 303


async def patient_of(house: House, consultation: Consultation) -> Patient:
    async with house.clinic.ledger.read() as books:
        return await books.patients.get(consultation.patient_id)


async def test_no_other_doctor_sees_it_and_this_one_only_while_they_have_the_patient(
    house: House, stranger: Browser, doctor: Browser, operator: Browser
) -> None:
    consultation, record = await talk_with_records(house, stranger)
    address = f"/doctor/records/{record.id}/1.jpg"
    other = await house.second_doctor()
    async with browser(house.deps()) as tab:
        await sign_in(tab, "vikram", other.password)
        assert (await tab.get(address)).status == 404
        assert (await tab.get("/doctor/records")).status == 404
    assert (await operator.get(address)).status == 403
    assert (await doctor.get(f"/doctor/records/{record.id}/9.jpg")).status == 404
    assert (await records(house, await patient_of(house, consultation)))[0].seen_at is None
    await close(doctor, consultation)
    assert (await doctor.get(address)).status == 200  # they still talk
    await end_talk(house.clinic, consultation)
    assert (await doctor.get(address)).status == 404
    async with house.clinic.ledger.read() as books:
        looks = [each.actor for each in await books.audit_of(f"record:{record.id}") if each.action == "read"]
    assert looks == [f"doctor:{house.doctor.doctor.id}"]


async def test_at_the_next_visit_it_is_one_from_before(house: House, stranger: Browser, doctor: Browser) -> None:
    consultation, record = await talk_with_records(house, stranger)
    await close(doctor, consultation)
    await end_talk(house.clinic, consultation)
    house.clock.advance(timedelta(hours=1))
    patient = await patient_of(house, consultation)
    address = await came_in(house, stranger, patient)
    page = await (await stranger.get(address)).text()
    assert "3 more for this visit" in page
    assert "From visits before" in page
    await send(stranger, address, photo())
    await house.match(patient)
    card = await (await doctor.get("/doctor")).text()
    assert "From visits before (1)" in card
    assert (await doctor.get(f"/doctor/records/{record.id}/1.jpg")).status == 200


async def test_the_doctor_asks_for_papers_and_hears_of_the_first(
    house: House, stranger: Browser, doctor: Browser
) -> None:
    patient = await house.patient()
    consultation = await house.talk(patient)
    answer = await press(doctor, "/doctor/records/ask", {"consultation": consultation.id})
    assert answer.headers["Location"] == "/doctor?asked=1"
    assert "gets a link by SMS" in await (await doctor.get("/doctor?asked=1")).text()
    async with house.clinic.ledger.read() as books:
        (sms,) = [one for one in await books.outbox.latest(10) if one.template == "record_link"]
    assert (sms.mobile, sms.language) == (patient.mobile, "hi")
    async with house.clinic.line.listen(f"doctor:{house.doctor.doctor.id}") as events:
        assert (await send(stranger, link_in(sms.text), photo())).status == 303
        topic, event = await anext(aiter(events))
    assert (topic, event["kind"]) == (f"doctor:{house.doctor.doctor.id}", "record")
    fragment = await (await doctor.get("/doctor/records")).text()
    assert "Paper 1" in fragment
    assert "<html" not in fragment


async def test_it_is_asked_so_often_and_only_by_who_has_the_patient(house: House, doctor: Browser) -> None:
    consultation = await house.talk(await house.patient())
    for _ in range(RECORD_LINK.most):
        answer = await press(doctor, "/doctor/records/ask", {"consultation": consultation.id})
        assert answer.headers["Location"] == "/doctor?asked=1"
    for case in (consultation.id, consultation.id + 1):
        answer = await press(doctor, "/doctor/records/ask", {"consultation": case})
        assert answer.headers["Location"] == "/doctor?not_asked=1"
    async with house.clinic.ledger.read() as books:
        sent = [one for one in await books.outbox.latest(20) if one.template == "record_link"]
    assert len(sent) == RECORD_LINK.most


async def test_the_call_centre_sends_a_link_too(house: House, stranger: Browser, operator: Browser) -> None:
    patient = await house.patient()
    token = await take_token(house.clinic, patient, "general")
    address = f"/operator/callers/%2B{patient.mobile[1:]}/tokens/{token.id}/records"
    for words in ("caller.sms_sent_again",) * RECORD_LINK.most + ("records.not_asked",):
        assert words in (await press(operator, address)).headers["Location"]
    async with house.clinic.ledger.read() as books:
        first = [one for one in await books.outbox.latest(20) if one.template == "record_link"][-1]
    assert (await send(stranger, link_in(first.text), photo())).status == 303


async def test_what_nobody_has_seen_is_forgotten(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    await send(stranger, await came_in(house, stranger, patient), photo())
    house.clock.advance(KEPT_UNSEEN)
    await forget_unseen_records(house.clinic)
    assert len(await records(house, patient)) == 1
    house.clock.advance(timedelta(seconds=1))
    await forget_unseen_records(house.clinic)
    assert await records(house, patient) == []


async def test_where_nobody_makes_pictures_nothing_is_offered(house: House, stranger: Browser) -> None:
    patient = await house.patient()
    house.clinic.page_maker = None
    token = await take_token(house.clinic, patient, "general")
    _, page = await post(stranger, "/my/token", "/my/token", mobile=patient.mobile, token=token.number)
    assert "/r/" not in page
