"""Where somebody lives: the states of India, their codes and names, and what their PIN codes begin with."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.rules.patient import Patient

_PIN_CODE = re.compile(r"[1-8][0-9]{5}")
"""Six digits; 9 is the army's postal service, which is no place."""


@dataclass(frozen=True, slots=True)
class State:
    """A state or union territory."""

    code: str
    """ISO 3166-2:IN without the prefix, e.g. `RJ`."""
    names: Mapping[str, str]
    """By language; English is always there."""
    prefixes: tuple[str, ...]
    """What its PIN codes begin with, as far as that can be said."""

    def name_in(self, language: str) -> str:
        """Its name in this language, else in English."""
        return self.names.get(language, self.names["en"])


def place_of(patient: Patient, states: Iterable[State], language: str) -> str:
    """`Ajmer, Rajasthan, 305001`, as far as it is known; the state in this language (T6)."""
    state = next((state.name_in(language) for state in states if state.code == patient.state), patient.state)
    return ", ".join(part for part in (patient.district, state, patient.pin_code) if part)


def is_pin_code(text: str) -> bool:
    """Whether this can be the PIN code of a place."""
    return _PIN_CODE.fullmatch(text) is not None


def state_by_prefix(pin_code: str, states: Iterable[State]) -> str | None:
    """The code of the state with the longest matching beginning; approximate near borders, None when none matches."""
    every = ((prefix, state.code) for state in states for prefix in state.prefixes)
    matches = ((len(prefix), code) for prefix, code in every if pin_code.startswith(prefix))
    return max(matches, default=(0, None))[1]
