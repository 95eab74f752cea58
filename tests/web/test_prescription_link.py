"""The patient's link: opens for its time, tells nothing to anybody else."""

import re
from datetime import timedelta

import pytest

from core.clinic.issue_prescription import issue_prescription
from core.rules.prescription import Medicine, Prescription
from tests.web.house import Browser, House

CONTENT = Prescription(
    complaint="बुखार",
    diagnosis="Viral fever",
    medicines=(Medicine("paracetamol", "tablet", "500 mg", "1-0-1", 3, "खाने के बाद"),),
    tests=("CBC",),
    advice="<i>Rest</i>",
)


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


async def test_link_opens_in_the_patients_language(stranger: Browser, link: str) -> None:
    answer = await stranger.get(link)
    page = await answer.text()
    assert answer.status == 200
    assert '<html lang="hi">' in page
    for shown in ("PARACETAMOL", "500 mg", "खाने के बाद", "CBC", "Dr. Asha Verma", "RMC-12345", "34 वर्ष", "&lt;i&gt;"):
        assert shown in page
    assert "<script" not in page


async def test_link_leaves_no_trace_elsewhere(stranger: Browser, link: str) -> None:
    for address in (link, f"{link}.pdf", "/p/AAAAAAAAAAAAAAAAAAAAAA"):
        headers = (await stranger.get(address)).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]


async def test_link_gives_the_pdf(stranger: Browser, link: str) -> None:
    answer = await stranger.get(f"{link}.pdf")
    assert answer.content_type == "application/pdf"
    assert (await answer.read()).startswith(b"%PDF")


async def test_wrong_expired_and_malformed_look_alike(house: House, stranger: Browser, link: str) -> None:
    house.clock.advance(timedelta(days=31))
    pages = set()
    for address in (link, f"{link}.pdf", "/p/AAAAAAAAAAAAAAAAAAAAAA", "/p/short", "/p/%2e%2e%2fetc"):
        answer = await stranger.get(address)
        pages.add((answer.status, await answer.text()))
    assert [status for status, _ in pages] == [404]


async def test_wrong_links_are_limited_but_a_right_one_still_opens(stranger: Browser, link: str) -> None:
    wrong = [(await stranger.get(f"/p/{'A' * 21}{n % 10}")).status for n in range(25)]
    assert wrong == [404] * 20 + [429] * 5
    assert (await stranger.get(link)).status == 200
