"""Serving: starts what a role needs in the right order, says where everything is, and ends it all."""

import asyncio
import errno
import fcntl
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager

from aiohttp import web

from config.settings import Settings
from config.tables import load_states
from core.adapters.sms import LocalGateway, TwilioGateway
from core.adapters.timeline import LedgerTimeline
from core.adapters.voice import VoiceError
from core.clinic.clinic import Clinic
from core.clinic.keep_time import keep_time
from core.clinic.send_sms import keep_sending
from core.ports import LineLost
from core.rules.staff import Doctor, Operator
from core.tasks import forever
from house.background import background
from house.demo_staff import hire_demo_staff
from house.greeting import greeting, told_once
from house.telephone import Telephone, open_telephone
from house.wiring import make_home, open_clinic, open_gateway
from pbx.install import InstallError
from pbx.switch import SwitchError
from web.deps import HealthCheck, WebDeps
from web.routes import make_app

ALL = frozenset({"calls", "router", "web", "sms"})
SHUTDOWN_SECONDS = 5.0
"""How long open pages may take to end."""

Tell = Callable[[str], None]


class CannotServe(Exception):
    """Something that is needed is missing or taken; the message says what to do."""


async def serve(settings: Settings, roles: frozenset[str], tell: Tell) -> None:
    """Serve these roles (none named: all) until SIGINT or SIGTERM. Raises `CannotServe`."""
    roles = roles or ALL
    if roles != ALL and not settings.redis_url:
        raise CannotServe("roles in processes of their own meet in Redis: set DURAVANI_REDIS_URL")
    stopped = _stop_signal()
    try:
        async with AsyncExitStack() as stack:
            stack.enter_context(_only_one(settings, roles))
            clinic = await stack.enter_async_context(open_clinic(settings, serving=True))
            hired = await hire_demo_staff(clinic) if settings.on_loopback else ([], [])  # T9: no demo doctor in public
            await _open_roles(stack, settings, roles, clinic)
            if any(hired):
                tell(told_once(*hired))
            tell(greeting(settings, roles, await _accounts(clinic)))
            await stopped.wait()
            tell("stopping: calls end, everything is stored")
    except (SwitchError, VoiceError, InstallError, LineLost) as error:
        raise CannotServe(str(error)) from error


async def _accounts(clinic: Clinic) -> list[str]:
    async with clinic.ledger.read() as books:
        people: list[Doctor | Operator] = [*await books.staff.doctors(), *await books.staff.operators()]
    return [person.account for person in people]


async def _open_roles(stack: AsyncExitStack, settings: Settings, roles: frozenset[str], clinic: Clinic) -> None:
    gateway = await stack.enter_async_context(open_gateway(settings))
    assert isinstance(clinic.timeline, LedgerTimeline)
    stack.push_async_callback(clinic.timeline.flush)
    await stack.enter_async_context(background(clinic.timeline.run()))
    telephone = None
    if "calls" in roles:
        telephone = await stack.enter_async_context(open_telephone(settings, clinic))
    if "router" in roles:
        await stack.enter_async_context(background(keep_time(clinic)))
    if "sms" in roles:
        await stack.enter_async_context(background(forever(lambda: keep_sending(clinic, gateway), "sending SMS")))
    if "web" in roles:
        await stack.enter_async_context(_web(settings, clinic, gateway, telephone))


@asynccontextmanager
async def _web(
    settings: Settings, clinic: Clinic, gateway: LocalGateway | TwilioGateway, telephone: Telephone | None
) -> AsyncIterator[None]:
    health: dict[str, HealthCheck] = {"redis": clinic.line.alive, "sql": clinic.ledger.alive, "sms": gateway.alive}
    if telephone is not None:
        health["asterisk"] = telephone.alive

    async def gauges() -> Mapping[str, float]:
        return await telephone.counts() if telephone is not None else {}

    app = make_app(
        WebDeps(
            clinic=clinic,
            health=health,
            recordings=settings.home / "recordings",
            states=load_states(),
            secure_cookies=settings.url.startswith("https:"),
            trust_proxy=settings.trust_proxy,
            gauges=gauges,
            twilio_signature=gateway.signed if isinstance(gateway, TwilioGateway) else None,
        )
    )
    # Access logs would hold the secret links of prescriptions.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.bind, settings.http_port).start()
        yield
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotServe(
                f"port {settings.http_port} on {settings.bind} is in use: stop the other program or set "
                "DURAVANI_HTTP_PORT"
            ) from error
        raise
    finally:
        await runner.cleanup()


def _stop_signal() -> asyncio.Event:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    return stopped


@contextmanager
def _only_one(settings: Settings, roles: frozenset[str]) -> Iterator[None]:
    """One process a home and role: the second says so and ends."""
    try:
        make_home(settings)
    except OSError as error:
        raise CannotServe(f"DURAVANI_HOME {settings.home} cannot be a folder of ours: {error.strerror}") from error
    locks: list[int] = []
    try:
        for role in sorted(roles):
            lock = os.open(settings.home / f"{role}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            locks.append(lock)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotServe(
                    f"Duravani runs already in {settings.home} (role {role}); stop it first, or give this one "
                    "a DURAVANI_HOME, DURAVANI_HTTP_PORT and DURAVANI_SIP_PORT of its own"
                ) from None
        yield
    finally:
        for lock in locks:
            os.close(lock)
