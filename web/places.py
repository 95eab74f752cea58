"""Where a patient lives, as it is shown (T6)."""

from aiohttp import web

from core.rules.patient import Patient
from web.deps import DEPS


def place_of(request: web.Request, patient: Patient, language: str) -> str:
    """`Ajmer, Rajasthan, 305001`, as far as it is known; the state in this language."""
    names = (state.name_in(language) for state in request.app[DEPS].states if state.code == patient.state)
    state = next(names, patient.state)
    return ", ".join(part for part in (patient.district, state, patient.pin_code) if part)
