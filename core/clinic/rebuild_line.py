"""After a start, or when Redis was lost: the line made anew from what SQL knows (design.md, "Truth")."""

from core.clinic.clinic import Clinic
from core.clinic.doctor_ready import server_of
from core.clinic.stand_in_line import waiter_of
from core.ports import Books, Server
from core.rules.staff import Doctor, DoctorState
from core.rules.token import TokenState

_BUSY = {
    TokenState.CALLED: DoctorState.RESERVED,
    TokenState.TALKING: DoctorState.TALKING,
    TokenState.WRITING: DoctorState.WRITING,
}


async def rebuild_line(clinic: Clinic) -> None:
    """Replace the line by the ledger's view; matches follow with the next sweep."""
    async with clinic.ledger.read() as books:
        waiters = [waiter_of(token) for token in await books.tokens.in_states(TokenState.WAITING)]
        servers = [await _server(clinic, books, doctor) for doctor in await books.staff.doctors()]
    await clinic.line.rebuild(waiters, servers)


async def _server(clinic: Clinic, books: Books, doctor: Doctor) -> Server:
    consultation = await books.consultations.open_of_doctor(doctor.id)
    if consultation is None:
        return server_of(clinic, doctor, DoctorState.READY if doctor.available else DoctorState.PAUSED)
    token = await books.tokens.get(consultation.token_id)
    # A token that was cancelled while being called keeps its doctor until whoever calls it notices.
    return server_of(clinic, doctor, _BUSY.get(token.state, DoctorState.RESERVED), token.id)
