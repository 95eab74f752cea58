"""What every page of a doctor has around its content: the bar, the open case, and what may be told in between."""

from typing import Any

from core.rules.staff import Doctor
from web.guard import Visit
from web.pages.doctor.bar import bar

TOLD = ("doctor_missed", "patient_absent")
"""Kinds of events whose meaning is told on the page."""
NOT_READY = ("not_ready_offline", "not_ready_unverified", "not_ready_suspended")
"""Why Ready does nothing (`web/pages/doctor/duty.py`)."""


async def frame(visit: Visit[Doctor]) -> dict[str, Any]:
    """What `doctor_frame.html` needs."""
    now = await bar(visit)
    return {
        "now": now,
        "showing": now.showing,
        "told": [kind for kind in (*TOLD, *NOT_READY) if kind == visit.request.query.get("told")],
        "tellable": TOLD,
    }
