"""What /metrics shows: requests counted here, the line as it is now, and the gauges that `main` adds."""

from collections.abc import Mapping
from math import nan
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from core.ports import LineCounts
from core.rules.staff import DoctorState


class Metrics:
    """The numbers of one application, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "duravani_http_requests", "Requests answered.", ["route", "method", "status"], registry=self._registry
        )
        self._seconds = Histogram("duravani_http_seconds", "Time to answer.", ["route"], registry=self._registry)
        self._waiting = Gauge("duravani_waiting", "Tokens in the line.", registry=self._registry)
        self._doctors = Gauge("duravani_doctors", "Doctors by state.", ["state"], registry=self._registry)
        self._more: dict[str, Gauge] = {}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request. `route` is the route's pattern, never the address: links are secret, labels are for ever."""
        self._requests.labels(route, method, status).inc()
        self._seconds.labels(route).observe(seconds)

    def exposition(self, line: LineCounts | None, gauges: Mapping[str, float] | None) -> bytes:
        """The Prometheus text with the line and these gauges as they are now; NaN for what nobody could tell."""
        self._waiting.set(line.waiting if line else nan)
        for state in DoctorState:
            self._doctors.labels(state).set(line.doctors.get(state, 0) if line else nan)
        for name, value in (dict.fromkeys(self._more, nan) if gauges is None else gauges).items():
            self._gauge(name).set(value)
        return generate_latest(self._registry)

    def _gauge(self, name: str) -> Gauge:
        if name not in self._more:
            self._more[name] = Gauge(f"duravani_{name}", name.replace("_", " "), registry=self._registry)
        return self._more[name]


METRICS = web.AppKey("metrics", Metrics)
_METHODS = frozenset({"GET", "HEAD", "POST"})


@web.middleware
async def count_requests(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost, so that errors and redirects are counted as what they became."""
    began, status = monotonic(), 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as redirect:
        status = redirect.status
        raise
    finally:
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "none"
        method = request.method if request.method in _METHODS else "other"
        request.app[METRICS].answered(route, method, status, monotonic() - began)
