"""Serving: starts what a role needs in the right order, says where everything is, and ends it all."""

import asyncio
import errno
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from aiohttp import web

from config.settings import Settings
from config.tables import load_states
from core.adapters.line import Vitals
from core.adapters.sms import LocalGateway
from core.adapters.timeline import LedgerTimeline
from core.adapters.voice import VoiceError
from core.clinic.clinic import Clinic
from core.clinic.keep_time import keep_time
from core.clinic.send_sms import keep_sending
from core.clinic.try_phones import TryPhones
from core.ports import LineLost, SmsGateway
from core.rules.staff import Doctor, Operator
from core.tasks import forever
from house.background import background
from house.configuration import FileConfiguration
from house.demo_staff import hire_demo_staff
from house.for_switch import as_left_for_switch
from house.greeting import greeting, told_once
from house.locks import Taken, hold
from house.phone_wire import phone_upstream
from house.roles import ROLES
from house.seal import warm_up_seal
from house.telephone import open_telephone
from house.try_phones import try_phones_of
from house.vitals import of_calls, open_vitals, sign_of, telling
from house.wiring import open_clinic, open_gateway, switch_config
from pbx.install import InstallError
from pbx.switch import Switch, SwitchError
from web.deps import Gauges, SignatureCheck, WebDeps, no_gauges
from web.health import HealthCheck
from web.routes import make_app

ALL = frozenset(ROLES)
SWITCH = frozenset({"switch"})
OF_ITS_OWN = "a DURAVANI_HOME, DURAVANI_HTTP_PORT and DURAVANI_SIP_PORT of its own"
ADOPTED_WITHIN = 10.0
"""Seconds after a start in which calls have been taken over."""
SHUTDOWN_SECONDS = 5.0
"""How long open pages may take to end."""

Tell = Callable[[str], None]


class CannotServe(Exception):
    """Something that is needed is missing or taken; the message says what to do."""


async def serve(settings: Settings, roles: frozenset[str], tell: Tell) -> None:
    """Serve these roles (none named: all) until SIGINT or SIGTERM. Raises `CannotServe`."""
    roles = roles or ALL
    if roles not in (ALL, SWITCH) and not settings.redis_url:
        raise CannotServe("roles in processes of their own meet in Redis: set DURAVANI_REDIS_URL")
    starting = asyncio.timeout(None)
    stopped = _stop_signal(starting)
    try:
        async with AsyncExitStack() as stack:
            async with starting:
                stack.enter_context(hold(settings, roles))
                said = await (_open_switch if roles == SWITCH else _open_house)(stack, settings, roles)
            for each in said:
                tell(each)
            await stopped.wait()
            tell("stopping: everything is stored")
    except Taken as error:
        raise CannotServe(f"{error}; stop it first, or give this one {OF_ITS_OWN}") from error
    except (SwitchError, VoiceError, InstallError, LineLost) as error:
        raise CannotServe(str(error)) from error
    except TimeoutError:
        if not starting.expired():  # else we were told to stop before we had started
            raise


async def _open_switch(stack: AsyncExitStack, settings: Settings, roles: frozenset[str]) -> list[str]:
    """Asterisk alone: neither the database nor Redis is needed, nor their passwords."""
    settings = as_left_for_switch(settings)
    await stack.enter_async_context(Switch(switch_config(settings)))
    return [greeting(settings, roles, [])]


async def _open_house(stack: AsyncExitStack, settings: Settings, roles: frozenset[str]) -> list[str]:
    """Everything else; what there is to say when it serves."""
    clinic = await stack.enter_async_context(open_clinic(settings, serving=True))
    assert isinstance(clinic.configuration, FileConfiguration)
    settings = clinic.configuration.settings
    demo = settings.on_loopback and "web" in roles  # T9: no demo doctor in public
    hired = await hire_demo_staff(clinic) if demo else ([], [])
    await _open_roles(stack, settings, roles, clinic)
    once = [told_once(*hired)] if any(hired) else []
    return [*once, greeting(settings, roles, await _accounts(clinic))]


async def _accounts(clinic: Clinic) -> list[str]:
    async with clinic.ledger.read() as books:
        people: list[Doctor | Operator] = [*await books.staff.doctors(), *await books.staff.operators()]
    return [person.account for person in people]


async def _open_roles(stack: AsyncExitStack, settings: Settings, roles: frozenset[str], clinic: Clinic) -> None:
    assert isinstance(clinic.timeline, LedgerTimeline)
    stack.push_async_callback(clinic.timeline.flush)
    await stack.enter_async_context(background(clinic.timeline.run()))
    health: dict[str, HealthCheck] = {"redis": clinic.line.alive, "sql": clinic.ledger.alive}
    gauges: Gauges = no_gauges
    try_phones = try_phones_of(settings, clinic, roles)
    if "calls" in roles:
        own_switch = "switch" in roles
        opening = open_telephone(settings, clinic, own_switch=own_switch, try_phones=try_phones)
        telephone = await stack.enter_async_context(opening)
        health["asterisk"], gauges = telephone.alive, telephone.counts
    elif "switch" in roles:
        await stack.enter_async_context(Switch(switch_config(settings)))
    if "router" in roles:
        await stack.enter_async_context(background(keep_time(clinic)))
    opens = "sms" in roles or ("web" in roles and not settings.smpp_host)  # an SMSC is bound once, by who sends
    gateway = await stack.enter_async_context(open_gateway(settings, clinic)) if opens else LocalGateway()
    if opens:
        health["sms"] = gateway.alive
    if "sms" in roles:
        await stack.enter_async_context(background(forever(lambda: keep_sending(clinic, gateway), "sending SMS")))
    if roles != ALL:
        vitals = await stack.enter_async_context(open_vitals(settings.redis_url))
        await stack.enter_async_context(telling(vitals, roles, dict(health), gauges))
        if "calls" not in roles:
            health["asterisk"], gauges = of_calls(vitals)
        if not opens:
            health["sms"] = lambda: _sms_alive(vitals)
    if "web" in roles:
        await stack.enter_async_context(background(warm_up_seal(after=ADOPTED_WITHIN)))
        await stack.enter_async_context(_web(settings, clinic, gateway, health, gauges, try_phones))


async def _sms_alive(vitals: Vitals) -> bool:
    """As the process with the role `sms` tells."""
    return (await sign_of(vitals, "sms")).health.get("sms", False)


@asynccontextmanager
async def _web(
    settings: Settings,
    clinic: Clinic,
    gateway: SmsGateway,
    health: Mapping[str, HealthCheck],
    gauges: Gauges,
    try_phones: TryPhones | None,
) -> AsyncIterator[None]:
    app = make_app(
        WebDeps(
            clinic=clinic,
            health=health,
            recordings=settings.home / "recordings",
            states=load_states(),
            secure_cookies=settings.url.startswith("https:"),
            trust_proxy=settings.trust_proxy,
            only_from_here=settings.only_from_here,
            gauges=gauges,
            phone_upstream=phone_upstream(settings.home),
            phone_script=settings.build / "web" / "phone.js",
            try_phones=try_phones,
            twilio_signature=_twilio_signature(settings, gateway),
            twilio_voice_sip=settings.twilio_voice_sip,
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


def _twilio_signature(settings: Settings, gateway: SmsGateway) -> SignatureCheck | None:
    """Twilio's own check of its webhooks, where Twilio sends."""
    if not settings.twilio_account_sid:
        return None
    from core.adapters.sms.twilio_gateway import TwilioGateway

    return gateway.signed if isinstance(gateway, TwilioGateway) else None


def _stop_signal(starting: asyncio.Timeout) -> asyncio.Event:
    """Set by SIGINT or SIGTERM; who is still starting stops to."""
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop() -> None:
        stopped.set()
        with suppress(RuntimeError):  # it has started
            starting.reschedule(loop.time())

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return stopped
