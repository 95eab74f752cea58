"""PIN code -> state and district: India Post's open directory first, the beginnings of `config/pin_codes.csv` else.

The directory is the snapshot packaged as `indian-pincode` (code MIT; data from India Post by data.gov.in under the
Government Open Data License - India).
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import indian_pincode

from core.rules.place import State, is_pin_code, state_by_prefix


class PinCodes:
    """Answers from memory; fulfils `core.ports.Geography`."""

    def __init__(self, states: Sequence[State]) -> None:
        codes = {state.names["en"].upper(): state for state in states}
        self._states = {name: codes[name.removeprefix("THE ")] for name in indian_pincode.list_states()}

    def state_of(self, pin_code: str) -> str | None:
        """State code, None for a PIN code that cannot exist."""
        if not is_pin_code(pin_code):
            return None
        listed = self._listed_state(pin_code)
        return self._states[listed].code if listed else state_by_prefix(pin_code, self._states.values())

    def district_of(self, pin_code: str) -> str | None:
        """The district's English name, None where the PIN code is unknown or touches several districts of its state."""
        listed = self._listed_state(pin_code) if is_pin_code(pin_code) else None
        here = self._districts[listed] if listed else frozenset()
        found = [district for district in indian_pincode.get_districts(pin_code) if district in here]
        return found[0].title() if len(found) == 1 else None

    def _listed_state(self, pin_code: str) -> str | None:
        """The directory's name of the state, unless it is a slip: Bikaner's 334002 is not in Chhattisgarh."""
        name = indian_pincode.get_state(pin_code)
        state = self._states.get(name) if name else None
        believed = state and any(prefix.startswith(pin_code[:2]) for prefix in state.prefixes)
        return name if believed else None

    @cached_property
    def _districts(self) -> Mapping[str, frozenset[str]]:
        states = indian_pincode.list_states()
        return {state: frozenset(indian_pincode.list_districts(state)) for state in states}
