"""A real SIP phone for tests, demonstrations and `duravani call`, and the village of such phones behind the trunk."""

from pbx.handset.errors import (
    CallOver,
    Ended,
    HandsetDied,
    HandsetError,
    NotAnswered,
    Reason,
    RegistrationRefused,
)
from pbx.handset.handset import Handset, State
from pbx.handset.keys import parse_keys
from pbx.handset.place_call import CallReport, place_call
from pbx.handset.village import Village
from pbx.handset.wire import Event, Kind

__all__ = [
    "CallOver",
    "CallReport",
    "Ended",
    "Event",
    "Handset",
    "HandsetDied",
    "HandsetError",
    "Kind",
    "NotAnswered",
    "Reason",
    "RegistrationRefused",
    "State",
    "Village",
    "parse_keys",
    "place_call",
]
