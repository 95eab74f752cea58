"""Line and ledger agree again, whatever was lost between them: a crash, a broken connection, a Redis started anew.

Every step writes SQL first and the line second, so for moments they differ. What differs in the same way for two looks
in a row has been forgotten, and nobody will ever come back to it: the line is then made anew.
"""

import logging

from core.clinic.clinic import Clinic
from core.clinic.rebuild_line import Truth, rebuild_line, true_line
from core.ports import AtWork, LineView
from core.rules.staff import DoctorState

log = logging.getLogger(__name__)

_IDLE = (DoctorState.PAUSED, DoctorState.OFFLINE)


async def restore_line(clinic: Clinic) -> bool:
    """Make the line anew if Redis has lost it. Whether it had."""
    if await clinic.line.is_built():
        return False
    log.warning("Redis does not have the line: it is made from the ledger")
    await rebuild_line(clinic)
    return True


async def mend_line(clinic: Clinic, before: frozenset[str]) -> frozenset[str]:
    """Compare, and mend what differed in the look `before` already. What differs now, for the next look."""
    truth = await true_line(clinic)
    view = await clinic.line.view([waiter.token_id for waiter in truth.waiters])
    found = frozenset(_differences(truth, view))
    forgotten = found & before
    if not forgotten:
        return found
    log.error("the line is made anew: %s", "; ".join(sorted(forgotten)[:5]))
    await rebuild_line(clinic)
    return frozenset()


def _differences(truth: Truth, view: LineView) -> list[str]:
    true_work: AtWork = {
        server.doctor_id: (server.state, server.token_id) for server in truth.servers if server.state not in _IDLE
    }
    doctors = sorted(true_work.keys() | view.at_work.keys())
    return [f"token {token} is missing" for token in view.unknown] + [
        f"doctor {doctor} should be {true_work.get(doctor)} and is {view.at_work.get(doctor)}"
        for doctor in doctors
        if true_work.get(doctor) != view.at_work.get(doctor)
    ]
