"""How long a telephone conversation waits for people: every time-out of the calls, in one place (docs/ivr.md)."""

from dataclasses import dataclass

from core.rules.token import ANSWER_SECONDS


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. The defaults are the service's; a test may be less patient."""

    patience: float = 2.6
    """Without a key, after which we speak again: silence never lasts three seconds."""
    name: float = 6.0
    """The longest spoken name."""
    name_silence: float = 1.5
    """Silence that ends a spoken name."""
    comfort: float = 30.0
    """Music between two kind words on hold."""
    patient_comes: float = ANSWER_SECONDS
    """For a called patient to come (S19)."""
    cancel_seen: float = 2.0
    """Between two looks whether somebody who is being rung has cancelled by SMS (S15)."""
    busy_pause: float = 10.0
    """Before a busy or unreachable patient is rung again within that time."""
    doctor_rings: float = 20.0
    """For a doctor to pick up, before being paused."""
    operator_rings: float = 15.0
    """An operator's phone, before the next one's."""
    ambulance_rings: float = 60.0
    """The ambulance, where the trunk connects to it (T10)."""
    redial_rings: float = 30.0
    """A dropped call's phone, each time (S18)."""
    page_returns: float = 30.0
    """For the page of a browser phone to be there again, before its talk goes on otherwise (S18)."""
    call_back_rings: float = 45.0
    """The phone of somebody whose call we owe."""
    missed_rings: float = 2.0
    """A number that is never answered rings so long, so that its caller knows it was the right one (S1)."""
    switch_returns: float = 60.0
    """For a switch that has died to be there again, before those it cut off are rung (S18)."""
    between_redials: float = 5.0
    """Before the next try; a patient who dials in meanwhile is put through at once."""
