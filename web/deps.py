"""What the web needs from `main`: the clinic, how the rest of the machine fares, and how it is reached."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientWebSocketResponse, web
from multidict import MultiMapping

from core.clinic.clinic import Clinic
from core.clinic.try_phones import TryPhones
from core.rules.place import State
from web.health import HealthCheck

Gauges = Callable[[], Awaitable[Mapping[str, float]]]
SignatureCheck = Callable[[str, MultiMapping[str], str], bool]
"""(public URL with query, form fields, `X-Twilio-Signature`) -> whether Twilio sent it."""


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """How often, in a minute, other systems may ask."""

    token_requests: int = 30
    """Of one address."""
    wrong_tokens: int = 60
    """Of one address."""
    requests: int = 600
    """Of one client."""


PhoneUpstream = Callable[[], AbstractAsyncContextManager[ClientWebSocketResponse]]
"""Opens SIP over WebSocket to the switch (RFC 7118)."""


async def no_gauges() -> Mapping[str, float]:
    """Nothing to add to /metrics."""
    return {}


@dataclass(frozen=True, slots=True)
class WebDeps:
    """Handed to `make_app` once."""

    clinic: Clinic
    health: Mapping[str, HealthCheck]
    """By the name shown in /healthz: `asterisk`, `redis`, `sql`, `sms`."""
    recordings: Path
    """Where relative stems of spoken names begin; absolute stems stand for themselves."""
    states: Sequence[State]
    """For the names of states on the patient's card."""
    secure_cookies: bool
    """True when the public URL is https: cookies are then `Secure`, and HSTS is sent."""
    trust_proxy: bool = False
    """Whether the last entry of `X-Forwarded-For` is the visitor's address (a proxy of ours stands in front)."""
    only_from_here: bool = False
    """Whether nobody but this machine reaches us: then only some names for us are true (web/host.py)."""
    gauges: Gauges = no_gauges
    """More numbers for /metrics, e.g. `{"channels": 4}`; shown with the prefix `duravani_`."""
    twilio_signature: SignatureCheck | None = None
    """None: no Twilio here, and its webhooks refuse everything."""
    phone_upstream: PhoneUpstream | None = None
    """None: no switch near, so no telephone in the panel."""
    phone_script: Path | None = None
    """The telephone's bundled script; None, or not there: no telephone in the panel either."""
    try_phones: TryPhones | None = None
    """None: nobody may play a patient's phone here (web/pages/try_phone.py)."""
    api_limits: ApiLimits = ApiLimits()
    """Of the API for other systems."""
    twilio_voice_sip: str = ""
    """SIP URI of our trunk's side that calls to a Twilio number are forwarded to; empty: they are not."""


DEPS = web.AppKey("deps", WebDeps)


def clinic_of(request: web.Request) -> Clinic:
    """The clinic this application serves."""
    return request.app[DEPS].clinic
