"""Health records in a real browser (S11): a phone sends a large photo, the doctor's page shows it and stays."""

import io
import re

from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from core.rules.health_record import LARGEST_RECORD
from tests.papers_sent import pdf, photo
from tests.web.chromium import NewPage, Pictures, needs_chromium, sign_in
from tests.web.house import Browser, House
from tests.web.test_records import came_in, link_in, link_of, records, send

pytestmark = needs_chromium


def large_photo() -> bytes:
    """More than is taken: noise, which no JPEG makes small."""
    written = io.BytesIO()
    Image.effect_noise((3000, 2400), 90).convert("RGB").save(written, "JPEG", quality=95)
    return written.getvalue()


async def choose(phone: Page, name: str, kind: str, data: bytes) -> None:
    await phone.locator("#file").set_input_files(FilePayload(name=name, mimeType=kind, buffer=data))
    await expect(phone.locator("form button").first).to_be_enabled()
    await phone.locator("form button").first.click()


async def test_the_doctor_asks_the_patient_sends_and_nothing_typed_is_lost(
    house: House, new_page: NewPage, pictures: Pictures
) -> None:
    patient = await house.patient()
    await house.talk(patient)
    desk = await new_page()
    await sign_in(desk, "asha", house.doctor.password)
    await desk.evaluate("window.sameOne = true")
    await desk.get_by_label("Diagnosis").fill("Anaemia?")
    await desk.get_by_role("button", name="Ask for papers by SMS").click()
    await expect(desk.get_by_text("The patient gets a link by SMS.")).to_be_visible()
    async with house.clinic.ledger.read() as books:
        (sms,) = [one for one in await books.outbox.latest(10) if one.template == "record_link"]

    phone = await new_page(width=360, locale="hi-IN")
    await phone.goto(link_in(sms.text))
    await pictures.take(phone, "records-phone.png", whole=True)
    large = large_photo()
    assert len(large) > LARGEST_RECORD
    await choose(phone, "IMG_0001.jpg", "image/jpeg", large)
    await expect(phone.get_by_role("status")).to_contain_text("मिल गया")
    await pictures.take(phone, "records-sent.png", whole=True)

    first = desk.locator("#records .record").first
    await expect(first).to_contain_text("Paper 1")
    await expect(desk.get_by_label("Diagnosis")).to_have_value("Anaemia?")
    assert (await records(house, patient))[0].seen_at is None  # nothing was looked at yet
    await first.locator("summary").press("Enter")
    shown = first.get_by_role("img", name="Paper 1, page 1 of 1")
    await expect(shown).to_be_visible()
    await shown.evaluate("image => image.decode()")
    assert await shown.evaluate("image => image.naturalWidth") == 2000
    assert (await records(house, patient))[0].seen_at is not None
    await pictures.take(desk, "records-card.png", whole=True)

    await choose(phone, "report.pdf", "application/pdf", pdf(2))
    await expect(desk.locator("#records .record")).to_have_count(2)
    await expect(shown).to_be_visible()  # what is being read stays open
    assert await desk.evaluate("window.sameOne")
    await phone.reload()
    await expect(phone.get_by_text("डॉक्टर ने देख लिया")).to_have_count(1)
    await phone.get_by_role("button", name=re.compile("वापस लीजिए")).click()
    await expect(phone.get_by_role("status")).to_contain_text("वापस ले लिया")


async def test_a_phone_makes_of_other_pictures_what_is_taken_and_sends_nothing_in_vain(
    house: House, new_page: NewPage, stranger: Browser
) -> None:
    patient = await house.patient()
    phone = await new_page(width=360, locale="en-IN")
    await phone.goto(f"{await link_of(house, stranger, patient)}?lang=en")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.method))
    large = FilePayload(name="scan.pdf", mimeType="application/pdf", buffer=pdf() + bytes(LARGEST_RECORD))
    await phone.locator("#file").set_input_files(large)
    await phone.get_by_role("button", name="Send to the doctor").click()
    said = await phone.locator("#file").evaluate("input => input.validationMessage")
    assert "smaller than 5 MB" in said
    assert asked == []
    clear = io.BytesIO()
    Image.new("RGBA", (1080, 7000)).save(clear, "PNG")
    await choose(phone, "Screenshot.png", "image/png", clear.getvalue())
    await expect(phone.get_by_role("status")).to_contain_text("We have it")
    (record,) = await records(house, patient)
    async with house.clinic.ledger.read() as books:
        page = Image.open(io.BytesIO(await books.health_records.page(record.id, 1)))
    assert page.size == (1000, 6481)  # long, and can be read
    assert min(page.convert("L").tobytes()) > 250  # white where it is clear


async def test_whoever_reads_with_the_keyboard_is_not_moved_and_each_look_is_one(
    house: House, new_page: NewPage, stranger: Browser
) -> None:
    patient = await house.patient()
    address = await came_in(house, stranger, patient)
    assert (await send(stranger, address, photo())).status == 303
    await house.talk(patient)
    desk = await new_page()
    await sign_in(desk, "asha", house.doctor.password)
    papers, live = desk.locator("#records .record"), await desk.locator("#records [aria-live]").element_handle()
    assert live is not None
    await papers.first.locator("summary").press("Enter")
    await papers.first.get_by_role("img").evaluate("image => image.decode()")
    await send(stranger, address, pdf())
    await expect(papers).to_have_count(2)
    await expect(papers.first.locator("summary")).to_be_focused()
    await papers.nth(1).locator("summary").focus()
    await send(stranger, address, pdf(2))
    await expect(papers).to_have_count(3)
    await expect(papers.nth(1).locator("summary")).to_be_focused()  # it was closed, so it is another one
    assert await live.evaluate("place => place.isConnected && place.textContent.includes('Paper 3: new')")
    first = (await records(house, patient))[0]
    async with house.clinic.ledger.read() as books:
        assert [each.action for each in await books.audit_of(f"record:{first.id}")] == ["read", "sent record"]


async def test_a_press_is_one_sms_and_one_that_is_lost_is_said(house: House, new_page: NewPage) -> None:
    await house.talk(await house.patient())
    desk = await new_page()
    await sign_in(desk, "asha", house.doctor.password)
    ask = desk.get_by_role("button", name="Ask for papers by SMS")
    await desk.context.set_offline(True)
    await ask.click()
    await expect(desk.locator("#records [aria-live]")).to_contain_text("Please press again")
    await desk.context.set_offline(False)
    await ask.dblclick()
    await expect(desk.get_by_text("The patient gets a link by SMS.")).to_be_visible()
    async with house.clinic.ledger.read() as books:
        assert len([one for one in await books.outbox.latest(10) if one.template == "record_link"]) == 1


async def test_without_a_script(house: House, new_page: NewPage) -> None:
    patient = await house.patient()
    await house.talk(patient)
    desk = await new_page(script=False)
    await sign_in(desk, "asha", house.doctor.password)
    await desk.get_by_role("button", name="Ask for papers by SMS").click()
    await expect(desk.get_by_text("The patient gets a link by SMS.")).to_be_visible()
    async with house.clinic.ledger.read() as books:
        (sms,) = [one for one in await books.outbox.latest(10) if one.template == "record_link"]
    phone = await new_page(script=False)
    await phone.goto(f"{link_in(sms.text)}?lang=en")
    await phone.locator("#file").set_input_files(FilePayload(name="a.pdf", mimeType="application/pdf", buffer=pdf()))
    await phone.get_by_role("button", name="Send to the doctor").click()
    await expect(phone.get_by_text("We have it.")).to_be_visible()
    await desk.reload()
    await desk.locator("#records .record summary").click()
    await expect(desk.get_by_role("img", name="Paper 1, page 1 of 1")).to_be_visible()
