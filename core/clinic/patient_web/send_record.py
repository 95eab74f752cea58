"""Send a health record before the consultation or while waiting for it, up to three for a visit (S11)."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from core.clinic.clinic import Clinic
from core.clinic.patient_web.limits import count_try
from core.clinic.patient_web.record_door import RecordDoor, audit_at, record_door
from core.clinic.visit_records import records_of_visit
from core.ports import NEW, Books, PageMaker, RecordUnreadable, TooManyPages
from core.rules.health_record import LARGEST_RECORD, MOST_RECORDS, HealthRecord, NotTaken, SentAs, kind_of
from core.rules.patient import Patient
from core.rules.tries import RECORD


class RecordRefused(Exception):
    """It was not taken; nothing has changed."""

    def __init__(self, why: NotTaken, wait_until: datetime | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.wait_until = wait_until
        """When it is `TOO_OFTEN`."""


async def may_send_record(clinic: Clinic, session: str, patient_id: int | None, *, visitor: str) -> bool:
    """Asked before the file is read, and counted. False where this session opens nothing.

    Raises `RecordRefused` when the visit is over, there are enough, or there were too many tries today.
    """
    async with clinic.ledger.write() as books:
        door = await record_door(clinic, books, session, patient_id)
        if door is None or clinic.page_maker is None:
            return False
        await _check_room(clinic, books, door)
        wait_until = await count_try(books, clinic.clock.now(), (f"record:{door.patient.id}", RECORD))
        if wait_until is not None:
            await audit_at(clinic, books, door, "refused: too many records", f"patient:{door.patient.id}", visitor)
    if wait_until is not None:  # raised here, when the try and its entry are written
        raise RecordRefused(NotTaken.TOO_OFTEN, wait_until)
    return True


async def send_record(
    clinic: Clinic, session: str, patient_id: int | None, data: bytes, *, visitor: str
) -> HealthRecord | None:
    """Take this file as pictures of its pages, and tell the doctor who has the patient. None where nothing opens.

    Raises `RecordRefused`.
    """
    if clinic.page_maker is None:
        return None
    kind = _check_file(data)
    pages = await _draw(clinic.page_maker, data, kind)
    async with clinic.ledger.write() as books:
        door = await record_door(clinic, books, session, patient_id)
        if door is None:
            return None
        await books.callers.hold(door.patient.mobile)  # two files at once are not both the third
        digest = sha256(data).hexdigest()
        if any(record.sha256 == digest for record in await _check_room(clinic, books, door)):
            raise RecordRefused(NotTaken.SENT_BEFORE)
        record = HealthRecord(NEW, door.patient.id, kind, len(pages), digest, clinic.clock.now(), door.who)
        record = await books.health_records.add(record, pages)
        await audit_at(clinic, books, door, "sent record", f"record:{record.id}", visitor)
        doctor_id = await _doctor_of(books, door.patient)
    if doctor_id is not None:
        await clinic.line.publish(f"doctor:{doctor_id}", {"kind": "record"})
    return record


def _check_file(data: bytes) -> SentAs:
    if not data:
        raise RecordRefused(NotTaken.EMPTY)
    if len(data) >= LARGEST_RECORD:
        raise RecordRefused(NotTaken.TOO_LARGE)
    kind = kind_of(data)
    if kind is None:
        raise RecordRefused(NotTaken.OTHER_KIND)
    return kind


async def _draw(page_maker: PageMaker, data: bytes, kind: SentAs) -> Sequence[bytes]:
    try:
        return await page_maker.pages(data, kind)
    except RecordUnreadable as error:
        raise RecordRefused(NotTaken.UNREADABLE) from error
    except TooManyPages as error:
        raise RecordRefused(NotTaken.TOO_MANY_PAGES) from error


async def _check_room(clinic: Clinic, books: Books, door: RecordDoor) -> list[HealthRecord]:
    """Those that were sent for this visit already."""
    if not door.is_open:
        raise RecordRefused(NotTaken.NOT_NOW)
    sent = list((await records_of_visit(books, door.patient.id)).now)
    if len(sent) >= MOST_RECORDS:
        raise RecordRefused(NotTaken.ENOUGH)
    return sent


async def _doctor_of(books: Books, patient: Patient) -> int | None:
    """Whose open case they are; None: nobody's yet."""
    token = await books.tokens.active_of_patient(patient.id)
    consultation = await books.consultations.open_of_token(token.id) if token is not None else None
    return consultation.doctor_id if consultation is not None else None
