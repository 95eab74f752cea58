"""Where real parts become a clinic: settings in, ports fulfilled."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.exc import SQLAlchemyError

from config.settings import BadSettings, Settings
from config.tables import load_dose_words, load_paper_words, load_states
from core.adapters.clock import SystemClock
from core.adapters.geography import PinCodes
from core.adapters.line import EmbeddedValkey, RedisLine
from core.adapters.pdf import Letterhead, PaperTables, ReportlabPrinter
from core.adapters.records import ChildPageMaker
from core.adapters.sms import LocalGateway, SmppAccount, SmppGateway
from core.adapters.sql import SqlLedger, migrate
from core.adapters.timeline import LedgerTimeline
from core.adapters.voice import SoundFiles, load_phrasebooks, own_folders
from core.clinic.admin.formularies import keep_formulary
from core.clinic.admin.renew_policy import keep_renewing, renew_policy
from core.clinic.by_sms.receive import receive_sms
from core.clinic.clinic import Clinic
from core.clinic.send_sms import note_receipt
from core.ports import PromptLibrary, SmsGateway
from core.rules.changes import Changes, as_changes
from core.tasks import forever
from house.background import background
from house.configuration import FileConfiguration
from house.seal import open_seal
from ivr.legs import MISSED, PATIENT, PHARMACY, STAFF
from pbx.config import SwitchConfig, Trunk

if TYPE_CHECKING:  # its library is loaded by whoever has an account
    from core.adapters.sms.twilio_gateway import TwilioGateway

FILES = "system:files"
"""As the audit names whoever set up the deployment's files."""
STATUS_WEBHOOK = "/webhooks/twilio/status"
SOUNDS = "sounds"
"""In the home: what people recorded, and what a machine says of sentences that were typed while serving."""


def make_home(settings: Settings) -> None:
    """The state folder, for our eyes only. Raises `BadSettings` when it cannot be."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSettings(f"DURAVANI_HOME={str(settings.home)!r}: {error.strerror}") from error


@asynccontextmanager
async def open_clinic(settings: Settings, *, serving: bool = False) -> AsyncIterator[Clinic]:
    """The clinic on its real database and line.

    Who serves ends the embedded Valkey, even one that outlived an earlier self; a command at the side of a running
    service leaves it running.
    """
    make_home(settings)
    try:
        await migrate(settings.sql_url)
    except (SQLAlchemyError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise BadSettings(f"DURAVANI_DATABASE_URL: the database cannot be opened: {reason}") from error
    async with AsyncExitStack() as stack:
        redis_url = settings.redis_url
        if not redis_url:
            valkey = EmbeddedValkey()
            redis_url = await valkey.start(settings.home)
            if serving or valkey.spawned:
                stack.push_async_callback(valkey.stop)
            if serving:
                await stack.enter_async_context(background(forever(valkey.keep, "keeping Valkey")))
        ledger = SqlLedger.open(settings.sql_url)
        stack.push_async_callback(ledger.close)
        try:
            line = RedisLine.open(redis_url)
        except ValueError as error:
            raise BadSettings(f"DURAVANI_REDIS_URL: {error}") from error
        stack.push_async_callback(line.close)
        if serving and not await line.alive():
            raise BadSettings("DURAVANI_REDIS_URL: no Redis answers there, or it wants another password")
        clinic = _clinic(settings, ledger, line, FileConfiguration(settings, await _changes(ledger)))
        files = clinic.policy.formulary
        await renew_policy(clinic)
        if serving:
            await keep_formulary(clinic, files, FILES)
            renewing = forever(lambda: keep_renewing(clinic), "renewing what can be changed while serving")
            await stack.enter_async_context(background(renewing))
        yield clinic


async def _changes(ledger: SqlLedger) -> Changes:
    async with ledger.read() as books:
        return as_changes(await books.settings_changed.all())


def _clinic(files: Settings, ledger: SqlLedger, line: RedisLine, configuration: FileConfiguration) -> Clinic:
    settings, (policy, sms) = configuration.settings, configuration.in_force({})
    states, zone, clock = load_states(), ZoneInfo(settings.time_zone), SystemClock()
    letterhead = Letterhead(settings.clinic_name, settings.grievance_contact, zone, settings.url)
    tables = PaperTables(load_paper_words(), load_dose_words(), states)
    seal = open_seal(settings)
    return Clinic(
        ledger=ledger,
        line=line,
        clock=clock,
        printer=ReportlabPrinter(letterhead, tables, seal),
        geography=PinCodes(states),
        timeline=LedgerTimeline(ledger, line, clock),
        sms=sms,
        policy=policy,
        configuration=configuration,
        prompts=_sounds(files, policy.known_languages),
        page_maker=ChildPageMaker(),
    )


def _sounds(settings: Settings, languages: Sequence[str]) -> PromptLibrary:
    books = load_phrasebooks(settings.prompts, languages)
    kokoro = settings.build / "voice" / "kokoro"
    speaks = kokoro if kokoro.exists() else None
    return SoundFiles(books, settings.build / "prompts", settings.voices, settings.home / SOUNDS, speaks)


def own_sounds(settings: Settings) -> tuple[Path, ...]:
    """Where this deployment's own sounds lie, which win over the rendered ones."""
    return own_folders(settings.home / SOUNDS)


def _heard(settings: Settings, stem: str) -> Path:
    """Without its ending, as Asterisk wants it."""
    folders = (*own_sounds(settings), settings.build / "prompts")
    return next((folder / stem for folder in folders if (folder / f"{stem}.wav").is_file()), folders[-1] / stem)


@asynccontextmanager
async def open_gateway(settings: Settings, clinic: Clinic) -> AsyncIterator[SmsGateway]:
    """SMPP where an SMSC is named, Twilio where an account is, else the local outbox page. Raises `BadSettings`."""
    if settings.smpp_host:
        async with _smpp(settings, clinic) as smpp:
            yield smpp
    elif settings.twilio_account_sid:
        async with _twilio(settings) as twilio:
            yield twilio
    else:
        yield LocalGateway()


def _smpp(settings: Settings, clinic: Clinic) -> SmppGateway:
    """Receipts and answers come back on the same link."""
    account = SmppAccount(
        host=settings.smpp_host,
        port=settings.smpp_port,
        system_id=settings.smpp_system_id,
        password=settings.smpp_password.get_secret_value(),
        sender=settings.smpp_sender,
        entity_id=settings.smpp_entity_id,
    )
    try:
        return SmppGateway(account, partial(note_receipt, clinic), partial(receive_sms, clinic))
    except ValueError as error:
        raise BadSettings(f"DURAVANI_SMPP_SYSTEM_ID, _PASSWORD or _SENDER: {error}") from error


def _twilio(settings: Settings) -> "TwilioGateway":
    from core.adapters.sms.twilio_gateway import TwilioAccount, TwilioGateway

    account = TwilioAccount(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        sender=settings.twilio_from,
        status_callback=settings.url + STATUS_WEBHOOK,
        **({"base_url": settings.twilio_api} if settings.twilio_api else {}),
    )
    return TwilioGateway(account)


def switch_config(settings: Settings) -> SwitchConfig:
    """What the switch must know. Raises `BadSettings`."""
    try:
        return _switch_config(settings)
    except ValueError as error:
        raise BadSettings(f"settings: {error}") from error


def _switch_config(settings: Settings) -> SwitchConfig:
    prompts = settings.build / "prompts"
    return SwitchConfig(
        home=settings.home,
        prefix=settings.asterisk,
        music_dir=prompts / "music",
        bind=settings.bind,
        sip_port=settings.sip_port,
        lines={
            **dict.fromkeys(settings.patient_numbers, PATIENT),
            **dict.fromkeys(settings.missed_call_numbers, MISSED),
            **dict.fromkeys(settings.pharmacy_numbers, PHARMACY),
        },
        account_lines={settings.staff_number: STAFF},
        apology=[_heard(settings, f"{language}/prompt/apology") for language in settings.languages],
        trunk=Trunk(
            contact=settings.trunk,
            hosts=settings.trunk_hosts,
            username=settings.trunk_username,
            password=settings.trunk_password.get_secret_value(),
            from_user=settings.trunk_number,
            register=settings.trunk_register,
        ),
        external_address=settings.external_address,
        rtp_first=settings.rtp_first,
        rtp_last=settings.rtp_last,
    )
