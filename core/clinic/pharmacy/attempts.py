"""How often somebody may try a code, a paper or a PIN: guessing must be hopeless, and a busy shop not hindered."""

from core.clinic.clinic import Clinic

WINDOW = 600
"""Seconds in which attempts are counted."""
LOOKS = 30
"""Looks in a window for a stranger (an address, a telephone number). People behind one address share them."""
PHARMACY_LOOKS = 600
"""And for a pharmacy that has signed in."""
WRONG_COSTS = 3
"""A code that is none of ours counts as so many looks: ten of them, and that stranger waits."""
PINS = 12
"""Calls with a PIN in a window from one telephone: more than a counter makes."""
WRONG_PIN_COSTS = 4
"""A wrong PIN counts as so many: three of them, and that telephone waits."""


class TooManyAttempts(Exception):
    """Not now, however right it may be: try again when the window is over."""


async def spend_look(clinic: Clinic, by: str) -> None:
    """Before a code or a paper is looked up for `by` (as in the audit). Raises `TooManyAttempts`."""
    limit = PHARMACY_LOOKS if by.startswith("pharmacy:") else LOOKS
    if not await clinic.line.allow(f"verify:{by}", limit, WINDOW):
        raise TooManyAttempts(by)


async def spend_wrong(clinic: Clinic, by: str) -> None:
    """After a code that is none of ours."""
    for _ in range(WRONG_COSTS - 1):
        await clinic.line.allow(f"verify:{by}", LOOKS, WINDOW)


async def spend_wrong_pin(clinic: Clinic, phone: str) -> None:
    """After a wrong PIN."""
    for _ in range(WRONG_PIN_COSTS - 1):
        await clinic.line.allow(f"pin:{phone}", PINS, WINDOW)


async def spend_pin(clinic: Clinic, phone: str) -> None:
    """Before a PIN is checked. Raises `TooManyAttempts`."""
    if not await clinic.line.allow(f"pin:{phone}", PINS, WINDOW):
        raise TooManyAttempts(phone)
