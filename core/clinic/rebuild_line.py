"""After a start, or when Redis was lost: the line made anew from what SQL knows."""

from dataclasses import dataclass

from core.clinic.clinic import Clinic
from core.clinic.doctor_ready import server_of
from core.clinic.stand_in_line import waiter_of
from core.ports import Books, Server, Waiter
from core.rules.staff import DoctorState
from core.rules.token import TokenState

_BUSY = {
    TokenState.CALLED: DoctorState.RESERVED,
    TokenState.TALKING: DoctorState.TALKING,
    TokenState.WRITING: DoctorState.WRITING,
}


@dataclass(frozen=True, slots=True)
class Truth:
    """The line as it should be."""

    waiters: list[Waiter]
    servers: list[Server]
    leaving: list[int]
    """Doctors who are busy and want nobody afterwards."""


async def rebuild_line(clinic: Clinic) -> None:
    """Replace the line by the ledger's view; matches follow with the next sweep."""
    truth = await true_line(clinic)
    await clinic.line.rebuild(truth.waiters, truth.servers)
    for doctor_id in truth.leaving:
        await clinic.line.pause(doctor_id)


async def true_line(clinic: Clinic) -> Truth:
    """What the ledger knows of the line, in one look."""
    async with clinic.ledger.read() as books:
        waiters = [waiter_of(token) for token in await books.tokens.in_states(TokenState.WAITING)]
        doctors = await books.staff.doctors()
        busy = await _busy(books)
    servers = []
    for doctor in doctors:
        idle = DoctorState.READY if doctor.available else DoctorState.PAUSED
        servers.append(server_of(clinic, doctor, *busy.get(doctor.id, (idle, None))))
    return Truth(waiters, servers, [doctor.id for doctor in doctors if doctor.id in busy and not doctor.available])


async def _busy(books: Books) -> dict[int, tuple[DoctorState, int]]:
    """By doctor with a patient. A token cancelled while called keeps its doctor until that is noticed."""
    states = {token.id: _BUSY[token.state] for token in await books.tokens.in_states(*_BUSY)}
    begun = sorted(await books.consultations.in_progress(), key=lambda each: each.outcome is None)
    return {
        each.doctor_id: (
            DoctorState.TALKING if each.is_talk else states.get(each.token_id, DoctorState.RESERVED),
            each.token_id,
        )
        for each in begun
    }
