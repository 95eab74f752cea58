"""The patient's link: nothing of the patient before the second fact, then everything, and little over the wire."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from core.clinic.issue_prescription import issue_prescription
from core.rules.dosage import Food
from core.rules.patient_access import SESSION_LASTS
from core.rules.prescription import Medicine, Prescription, SignedPrescription
from core.rules.tries import DAY, HOUR, LINK, LINK_ADDRESS, LINK_DAY
from tests.web.house import Browser, House, browser

CONTENT = Prescription(
    complaint="बुखार",
    diagnosis="Viral fever",
    medicines=(Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3, "खूब पानी", food=Food.AFTER),),
    tests=("CBC",),
    advice="<i>Rest</i>",
)
PRIVATE = ("PARACETAMOL", "500 mg", "CBC", "Dr. Asha Verma", "RMC-12345", "बुखार", "Viral")
FIRST_VIEW = 30_000
"""Bytes, so that it opens on a 2G phone."""


async def signed(house: House) -> SignedPrescription:
    async with house.clinic.ledger.read() as books:
        return (await books.prescriptions.of_patient(1))[0]


async def fact(house: House) -> str:
    """The last digits of the Patient ID."""
    async with house.clinic.ledger.read() as books:
        return (await books.patients.get(1)).code[-4:]


async def give(tab: Browser, link: str, answer: str) -> tuple[int, str]:
    """The answer, and the page that follows."""
    page = await tab.post(link, data={"fact": answer})
    return page.status, await page.text()


@pytest.fixture
async def link(house: House) -> str:
    """The path of a link as the SMS carries it."""
    consultation = await house.after_talk()
    await issue_prescription(
        house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=consultation.id, content=CONTENT
    )
    async with house.clinic.ledger.read() as books:
        texts = " ".join(sms.text for sms in await books.outbox.latest(10))
    found = re.search(r"http://duravani\.test(/p/[A-Za-z0-9_-]{22})", texts)
    assert found, texts
    return found.group(1)


async def test_nothing_of_the_patient_is_shown_before_the_second_fact(
    house: House, stranger: Browser, link: str
) -> None:
    answer = await stranger.get(link)
    # Versions of files and the link itself may hold any digits.
    page = re.sub(r"\?v=\w+", "", await answer.text()).replace(link, "")
    assert answer.status == 200
    assert '<html lang="hi">' in page
    code = (await signed(house)).code
    assert not [word for word in (*PRIVATE, await fact(house), code[:4], "34") if word in page]
    assert "<script" not in page
    pdf = await stranger.get(f"{link}/prescription.pdf", allow_redirects=False)
    assert (pdf.status, pdf.headers["Location"]) == (303, link)


async def test_the_digits_of_the_patient_id_open_it_in_the_patients_language(
    house: House, stranger: Browser, link: str
) -> None:
    status, page = await give(stranger, link, await fact(house))
    assert status == 200
    for shown in (*PRIVATE, "1 गोली, दिन में दो बार (सुबह, रात), खाने के बाद", "34 वर्ष", "&lt;i&gt;"):
        assert shown in page
    code = (await signed(house)).code
    assert f"{code[:4]} {code[4:8]} {code[8:]}" in page
    assert "<script" not in page
    answer = await stranger.get(f"{link}/prescription.pdf")
    assert answer.content_type == "application/pdf"
    assert (await answer.read()).startswith(b"%PDF")


@pytest.mark.parametrize(("year", "status"), [("1991", 200), ("१९९२", 200), ("1990", 401), ("1993", 401)])
async def test_either_year_of_birth_opens_it(stranger: Browser, link: str, year: str, status: int) -> None:
    assert (await give(stranger, link, year))[0] == status  # 34 years old, as told in November 2026


async def test_another_language_can_be_chosen_and_stays(house: House, stranger: Browser, link: str) -> None:
    page = await (await stranger.get(f"{link}?lang=en")).text()
    assert '<html lang="en">' in page
    status, page = await give(stranger, f"{link}?lang=en", await fact(house))
    assert (status, '<html lang="en">' in page) == (200, True)
    assert "1 tablet, twice a day (in the morning, at night), after food" in page


async def test_the_proof_is_a_cookie_for_this_link_and_a_short_time(house: House, stranger: Browser, link: str) -> None:
    answer = await stranger.post(link, data={"fact": await fact(house)}, allow_redirects=False)
    cookie = answer.cookies["paper"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (link, True, "Strict")
    assert int(cookie["max-age"]) == SESSION_LASTS.total_seconds()
    async with browser(house.deps()) as other:  # who has only the address
        assert "PARACETAMOL" not in await (await other.get(link)).text()
    house.clock.advance(SESSION_LASTS)
    assert "PARACETAMOL" not in await (await stranger.get(link)).text()


async def test_one_links_proof_does_not_open_another(house: House, stranger: Browser, link: str) -> None:
    await give(stranger, link, await fact(house))
    (cookie,) = [each for each in stranger.session.cookie_jar if each.key == "paper"]
    patient = await house.patient("+919812345678")
    case = await house.after_talk(patient)
    await issue_prescription(house.clinic, doctor_id=case.doctor_id, consultation_id=case.id, content=CONTENT)
    async with house.clinic.ledger.read() as books:
        text = next(sms.text for sms in await books.outbox.latest(10) if sms.template == "prescription")
    found = re.search(r"(/p/[A-Za-z0-9_-]{22})", text)
    assert found
    answer = await stranger.get(found.group(1), headers={"Cookie": f"paper={cookie.value}"})
    assert "PARACETAMOL" not in await answer.text()


async def test_wrong_answers_are_limited_by_the_hour_and_the_day_and_audited(
    house: House, stranger: Browser, link: str
) -> None:
    tries = [(await give(stranger, link, "0000"))[0] for _ in range(LINK.most + 1)]
    assert tries == [401] * LINK.most + [429]
    status, page = await give(stranger, link, await fact(house))  # the right one is not looked at either
    assert (status, "16:00" in page) == (429, True)  # an hour after the first try, in Jaipur
    async with house.clinic.ledger.read() as books:
        actions = [entry.action for entry in await books.audit_of(f"prescription:{(await signed(house)).id}")]
    assert actions.count("refused: wrong answer") == LINK.most
    assert actions.count("refused: too many answers") == 2

    for _ in range(LINK_DAY.most // LINK.most - 1):
        house.clock.advance(HOUR)
        await asyncio.gather(*(give(stranger, link, "0000") for _ in range(LINK.most)))
    house.clock.advance(HOUR)
    assert (await give(stranger, link, await fact(house)))[0] == 429
    house.clock.advance(DAY)
    assert (await give(stranger, link, await fact(house)))[0] == 200


async def test_answers_at_once_are_all_counted(stranger: Browser, link: str) -> None:
    tries = await asyncio.gather(*(give(stranger, link, f"{n:04}") for n in range(12)))
    assert sorted(status for status, _ in tries) == [401] * LINK.most + [429] * (12 - LINK.most)


async def test_an_address_that_guesses_at_many_links_is_refused(house: House, stranger: Browser, link: str) -> None:
    async with house.clinic.ledger.write() as books:
        for _ in range(LINK_ADDRESS.most):
            await books.tries.count("link-from:127.0.0.1", house.clock.now(), LINK_ADDRESS.within)
    assert (await give(stranger, link, await fact(house)))[0] == 429
    house.clock.advance(LINK_ADDRESS.within)
    assert (await give(stranger, link, await fact(house)))[0] == 200


async def test_a_void_one_says_so_and_opens_no_more(house: House, stranger: Browser, link: str) -> None:
    await give(stranger, link, await fact(house))
    async with house.clinic.ledger.write() as books:
        await books.prescriptions.void(await signed(house), house.clock.now())
    answer = await stranger.get(link)
    page = await answer.text()
    assert answer.status == 410
    assert "यह पर्ची अब नहीं चलेगी" in page
    assert not [word for word in PRIVATE if word in page]
    assert (await give(stranger, link, await fact(house)))[0] == 410
    assert (await stranger.get(f"{link}/prescription.pdf", allow_redirects=False)).status == 303


async def test_an_expired_one_says_what_to_do(house: House, stranger: Browser, link: str) -> None:
    house.clock.advance(timedelta(days=31))
    answer = await stranger.get(link)
    page = await answer.text()
    assert (answer.status, 'href="/my"' in page) == (410, True)
    assert not [word for word in PRIVATE if word in page]


async def test_wrong_and_malformed_links_look_alike(stranger: Browser) -> None:
    pages = set()
    for address in (
        "/p/AAAAAAAAAAAAAAAAAAAAAA",
        "/p/AAAAAAAAAAAAAAAAAAAAAA/prescription.pdf",
        "/p/short",
        "/p/%2e%2e%2f",
    ):
        answer = await stranger.get(address)
        pages.add((answer.status, await answer.text()))
    assert [status for status, _ in pages] == [404]


async def test_link_leaves_no_trace_elsewhere(house: House, stranger: Browser, link: str) -> None:
    answers = [await stranger.get(link), await stranger.post(link, data={"fact": "0000"})]
    await give(stranger, link, await fact(house))
    answers += [await stranger.get(link), await stranger.get(f"{link}/prescription.pdf")]
    answers.append(await stranger.get("/p/AAAAAAAAAAAAAAAAAAAAAA"))
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]


async def test_wrong_links_are_limited_but_a_right_one_still_opens(stranger: Browser, link: str) -> None:
    wrong = [(await stranger.get(f"/p/{'A' * 21}{n % 10}")).status for n in range(25)]
    assert wrong == [404] * 20 + [429] * 5
    assert (await stranger.get(link)).status == 200


@pytest.mark.parametrize("secret", ["%00", "a", "%F0%9F%98%80" * 22])
async def test_an_answer_to_what_is_no_link_counts_as_a_wrong_link(stranger: Browser, secret: str) -> None:
    wrong = [(await stranger.post(f"/p/{secret}", data={"fact": "1991"})).status for _ in range(22)]
    assert wrong == [404] * 20 + [429] * 2


async def test_the_first_view_is_small_over_the_wire_even_uncompressed(
    house: House, stranger: Browser, link: str
) -> None:
    """Of the largest paper that can be: twelve medicines, fifteen tests."""
    await give(stranger, link, await fact(house))
    for encoding in ("identity", "gzip"):
        sizes = [await _bytes(stranger, link, encoding)]
        page = await (await stranger.get(link)).text()
        sizes += [
            await _bytes(stranger, each, encoding) for each in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        ]
        assert sum(sizes) < FIRST_VIEW, (encoding, sizes)
        assert len(sizes) >= 3


async def _bytes(tab: Browser, path: str, encoding: str) -> int:
    """As they were sent."""
    async with tab.get(path, headers={"Accept-Encoding": encoding}, auto_decompress=False) as answer:
        return len(await answer.read())


async def test_pictures_count_what_is_counted(house: House, stranger: Browser) -> None:
    """Tablets in words are figures in the picture; how much of a cream nobody says."""
    medicines = (
        Medicine("paracetamol", "tablet", "500 mg", "2 tab BD", 3),
        Medicine("zinc oxide", "ointment", "10 %", "1-0-1", 3),
    )
    consultation, doctor_id = await house.after_talk(), house.doctor.doctor.id
    content = replace(CONTENT, medicines=medicines)
    await issue_prescription(house.clinic, doctor_id=doctor_id, consultation_id=consultation.id, content=content)
    async with house.clinic.ledger.read() as books:
        texts = " ".join(sms.text for sms in await books.outbox.latest(10))
    found = re.search(r"http://duravani\.test(/p/[A-Za-z0-9_-]{22})", texts)
    assert found, texts
    _, page = await give(stranger, found[1], await fact(house))
    pictures = [re.findall(r"<strong>([^<]*)</strong></li>", times) for times in page.split('class="times"')[1:]]
    assert [[shown for shown in each if shown != "–"] for each in pictures] == [["2", "2"], ["✓", "✓"]]
