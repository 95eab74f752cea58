"""Anybody may ask what a prescription is worth: the page says that, and nothing more about the patient."""

import re
from collections.abc import Mapping

import pytest
from aiohttp import FormData

from core.clinic.correct_prescription import correct_prescription
from core.clinic.issue_prescription import issue_prescription
from core.clinic.pharmacy.attempts import LOOKS, WRONG_COSTS
from core.clinic.pharmacy.dispense import dispense
from core.clinic.void_prescription import void_prescription
from core.rules.dispensing import Portion
from core.rules.paper import LARGEST_PAPER
from core.rules.patient import with_check_digit
from core.rules.pharmacy import Channel
from core.rules.prescription import SignedPrescription
from tests.rows import rows
from tests.web.house import Browser, House, browser, sign_in
from tests.web.test_prescription_link import CONTENT
from web.pages.pharmacy.shown import typed_code

UNKNOWN = with_check_digit("00000000001")
LIGHTEST = 30_000
"""Bytes of the page with everything it fetches, as on a 2G phone."""


@pytest.fixture
async def signed(house: House) -> SignedPrescription:
    consultation = await house.after_talk()
    return await issue_prescription(
        house.clinic, doctor_id=house.doctor.doctor.id, consultation_id=consultation.id, content=CONTENT
    )


async def paper_of(house: House, signed: SignedPrescription) -> bytes:
    async with house.clinic.ledger.read() as books:
        return await books.prescriptions.pdf(signed.id)


def upload(pdf: bytes) -> FormData:
    form = FormData()
    form.add_field("paper", pdf, filename="rx.pdf", content_type="application/pdf")
    return form


async def test_a_genuine_one_shows_what_a_counter_needs(stranger: Browser, signed: SignedPrescription) -> None:
    answer = await stranger.get(f"/v/{signed.code}")
    page = await answer.text()
    assert answer.status == 200
    for shown in ("Genuine", "34 years", "Woman", "21 Nov 2026", "Dr. Asha Verma", "RMC-12345", "PARACETAMOL", "1-0-1"):
        assert shown in page
    assert "Tests to do" in page
    assert "CBC" in page
    assert "<script" not in page
    assert '<html lang="en">' in page


async def test_it_shows_nothing_else_of_the_patient(
    house: House, stranger: Browser, signed: SignedPrescription
) -> None:
    async with house.clinic.ledger.read() as books:
        patient = await books.patients.get(signed.patient_id)
    page = await (await stranger.get(f"/v/{signed.code}")).text()
    for hidden in (patient.mobile[-10:], patient.code, patient.pin_code, "Viral fever", "बुखार", "Rest"):
        assert hidden not in page


async def test_in_hindi_by_a_link_that_needs_no_referer(stranger: Browser, signed: SignedPrescription) -> None:
    page = await (await stranger.get(f"/v/{signed.code}?language=hi")).text()
    assert '<html lang="hi">' in page
    assert "असली" in page
    assert f'href="/v/{signed.code}?language=en"' in page


async def test_it_leaves_no_trace_and_is_light(stranger: Browser, signed: SignedPrescription) -> None:
    for address in ("/v", f"/v/{signed.code}", f"/v/{UNKNOWN}", "/v/12"):
        answer = await stranger.get(address)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "no-store"
        page = await answer.text()
        fetched = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        weights = [len(await (await stranger.get(each)).read()) for each in {*fetched}]
        assert len(page.encode()) + sum(weights) < LIGHTEST


@pytest.mark.parametrize(
    "typed",
    ["541613372237", " 5416 1337 2237 ", "5416-1337-2237", "https://clinic.example/v/541613372237"],
)
def test_a_code_is_read_however_it_was_typed_or_scanned(typed: str) -> None:
    assert typed_code(typed) == "541613372237"


@pytest.mark.parametrize("typed", ["", "5416", "5416133722371", "five", "٥٤١٦١٣٣٧٢٢٣٧", "/v/", "<script>"])
def test_what_is_no_code(typed: str) -> None:
    assert typed_code(typed) == ""


async def test_the_form_leads_to_the_code_or_says_what_is_wrong(stranger: Browser, signed: SignedPrescription) -> None:
    typed = f"{signed.code[:4]} {signed.code[4:8]} {signed.code[8:]}"
    answer = await stranger.get("/v", params={"code": typed}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, f"/v/{signed.code}")
    slip = signed.code[:-1] + str((int(signed.code[-1]) + 1) % 10)
    for wrong in ("12", "nonsense"):
        answer = await stranger.get("/v", params={"code": wrong})
        assert answer.status == 422
        assert "Please look again" in await answer.text()
    assert (await stranger.get(f"/v/{slip}")).status == 422
    answer = await stranger.get(f"/v/{UNKNOWN}")
    assert answer.status == 404
    assert "None of ours" in await answer.text()


async def test_void_expired_and_given_are_said(house: House, stranger: Browser, signed: SignedPrescription) -> None:
    shop = (await house.pharmacy()).pharmacy
    await dispense(house.clinic, shop, signed.code, [Portion(0, 2, 0)], channel=Channel.WEB)
    page = await (await stranger.get(f"/v/{signed.code}")).text()
    assert "Genuine, partly given" in page
    assert "1 of 3 days left to give" in page
    await dispense(house.clinic, shop, signed.code, [Portion(0, 1, 2)], channel=Channel.WEB)
    assert "Already given" in await (await stranger.get(f"/v/{signed.code}")).text()
    new = await correct_prescription(
        house.clinic, doctor_id=signed.doctor_id, prescription_id=signed.id, content=CONTENT
    )
    assert "Not valid" in await (await stranger.get(f"/v/{signed.code}")).text()
    await void_prescription(house.clinic, doctor_id=signed.doctor_id, prescription_id=new.id, reason="mistake")
    assert "Not valid" in await (await stranger.get(f"/v/{new.code}")).text()


async def test_hammering_is_stopped_for_that_address_alone(house: House, signed: SignedPrescription) -> None:
    async with browser(house.deps(trust_proxy=True)) as client:
        statuses = [
            (await client.get(f"/v/{with_check_digit(f'{number:011d}')}", headers=come_from("203.0.113.9"))).status
            for number in range(LOOKS // WRONG_COSTS + 2)
        ]
        assert statuses == [404] * (LOOKS // WRONG_COSTS) + [429, 429]
        assert (await client.get(f"/v/{signed.code}", headers=come_from("203.0.113.9"))).status == 429
        assert (await client.get(f"/v/{signed.code}", headers=come_from("203.0.113.10"))).status == 200


def come_from(address: str) -> Mapping[str, str]:
    return {"X-Forwarded-For": address}


async def test_the_paper_as_it_was_signed_is_genuine(
    house: House, stranger: Browser, signed: SignedPrescription
) -> None:
    answer = await stranger.post("/v/paper", data=upload(await paper_of(house, signed)))
    page = await answer.text()
    assert answer.status == 200
    assert "to the last byte" in page
    assert "Genuine" in page


async def test_a_changed_paper_is_forged_and_tells_nothing(
    house: House, stranger: Browser, signed: SignedPrescription
) -> None:
    pdf = await paper_of(house, signed)
    before = rows(house.home / "clinic.db")
    for forged in (pdf + b"\n", pdf.replace(b"/Rotate 0", b"/Rotate 9", 1)):
        assert forged != pdf
        page = await (await stranger.post("/v/paper", data=upload(forged))).text()
        assert "Forged or changed" in page
        assert signed.number in page
        assert "PARACETAMOL" not in page
        assert signed.code not in page
    page = await (await stranger.post("/v/paper", data=upload(b"%PDF-1.4 nothing of ours"))).text()
    assert "None of ours" in page
    assert rows(house.home / "clinic.db") == before


async def test_uploads_are_bounded(stranger: Browser) -> None:
    assert (await stranger.post("/v/paper", data=upload(b"x" * (LARGEST_PAPER + 1)))).status == 413
    assert (await stranger.post("/v/paper", data=upload(b""))).status == 422
    assert (await stranger.post("/v/paper", data=b"%PDF")).status == 400


@pytest.mark.parametrize(
    ("body", "packed"),
    [
        (b"no line of a form is as long" * 30_000, "identity"),
        (b"--x\r\n" + b"A: b\r\n" * 30_000, "identity"),
        (b"--x\r\nA: " + b"b" * 100_000 + b"\r\n\r\n", "identity"),
        (b"nothing that was packed", "gzip"),
    ],
    ids=["line", "headers", "header", "packed"],
)
async def test_what_is_no_form_is_the_senders_mistake_and_not_ours(
    stranger: Browser, caplog: pytest.LogCaptureFixture, body: bytes, packed: str
) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Encoding": packed}
    assert (await stranger.post("/v/paper", data=body, headers=headers, compress=False)).status == 400
    assert "failed" not in caplog.text


async def test_a_pharmacy_that_has_signed_in_goes_on_to_where_it_dispenses(
    house: House, stranger: Browser, signed: SignedPrescription
) -> None:
    assert (await sign_in(stranger, "jan-aushadhi", (await house.pharmacy()).password)).status == 303
    answer = await stranger.get(f"/v/{signed.code}", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, f"/pharmacy/{signed.code}")
