"""Every setting of a deployment: one frozen object, read once at start from a TOML file and `DURAVANI_*` variables.

The environment wins over the file, the file over the defaults. The file is `$DURAVANI_CONFIG`, or `duravani.toml` in
the current folder when there is one.
"""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "DURAVANI_"
FILE = f"{PREFIX}CONFIG"
"""Names the file, when it is not `duravani.toml` in the current folder."""
CHECKOUT = Path(__file__).resolve().parent.parent
CONFIG = CHECKOUT / "config"


class BadSettings(Exception):
    """Settings that cannot be used; one line for each, naming the key and the value."""


def _split(value: Any) -> Any:
    """Lists may be written `a,b` in the environment."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _loadable_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("no such time zone") from error
    return name


def _without_braces(text: str) -> str:
    """It stands in every SMS text, where braces mark what is filled in (T11)."""
    if "{" in text or "}" in text:
        raise PydanticCustomError("braces", "must not hold the braces { and }")
    return text


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Numbers = Annotated[tuple[Annotated[str, Field(pattern=r"^\+?[0-9]{2,15}$")], ...], NoDecode, BeforeValidator(_split)]
Port = Annotated[int, Field(ge=1, le=65535)]
InTexts = Annotated[str, AfterValidator(_without_braces)]
Folder = Annotated[Path, AfterValidator(lambda path: path.expanduser().resolve())]


class Settings(BaseSettings):
    """What a deployment decides. Empty strings mean "not set"."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    home: Folder = CHECKOUT / "var"
    """State: database, recordings, Asterisk's files, the embedded Valkey's socket."""
    build: Folder = CHECKOUT / ".build"
    """What `make setup` prepared: rendered prompts."""
    asterisk: Folder = CHECKOUT / ".asterisk"
    """The private Asterisk of `make setup`, or where the system's own is described."""
    bind: str = "127.0.0.1"
    """Address for SIP and the panel."""
    http_port: Port = 8080
    """Of the panel and the patients' links."""
    sip_port: Port = 5060
    """Of the trunk and the staff's phones, UDP and TCP."""
    rtp_first: Port = 10000
    """The first UDP port for voices."""
    rtp_last: Port = 19999
    """The last one; two are needed for each leg."""
    external_address: str = ""
    """Public address behind NAT, told to phones."""
    public_url: InTexts = Field("", pattern=r"^(https?://[^\s/]+(/\S*)?)?$")
    """What patients' links begin with; by default http://BIND:HTTP_PORT."""
    trust_proxy: bool = False
    """Whether a reverse proxy of ours stands in front of the panel (its X-Forwarded-For is believed)."""
    database_url: str = Field("", pattern=r"^((sqlite|postgres(ql)?)(\+\w+)?:/.+)?$")
    """`sqlite:////path` or `postgresql://user@host/name`; by default SQLite in `home`."""
    redis_url: str = Field("", pattern=r"^((rediss?|unix)://.+)?$")
    """`redis://…`; by default an embedded Valkey in `home`."""

    clinic_name: InTexts = Field("Duravani", min_length=1, max_length=30)
    """As spoken of in SMS and printed on prescriptions; at most 30 characters (T11)."""
    grievance_contact: str = Field("0 on the service number", min_length=1, max_length=120)
    """Printed on prescriptions: where to ask and complain (S24, T9)."""
    time_zone: Annotated[str, AfterValidator(_loadable_zone)] = "Asia/Kolkata"
    """Of opening hours and of a token's day."""
    languages: Names = ("hi", "en")
    """In the order in which they are offered; each needs config/prompts/<code>.toml and its texts in sms.toml."""
    patient_numbers: Numbers = ("104",)
    """What patients dial, as the trunk sends it."""
    missed_call_numbers: Numbers = ("105",)
    """Numbers that are never answered: who rings one is called back, for free (S1)."""
    pharmacy_numbers: Numbers = ("106",)
    """What pharmacies dial to make sure of a prescription, and to mark what they give."""
    call_backs_per_hour: int = Field(3, ge=1, le=60)
    """How often one mobile is called back within an hour (T14); not more than within a day, or in all."""
    call_backs_per_day: int = Field(8, ge=1, le=200)
    """And within a day."""
    call_backs_per_hour_in_all: int = Field(2000, ge=1, le=100_000)
    """How many call-backs the whole service makes within an hour (T14)."""
    call_backs_at_once: int = Field(20, ge=1, le=1000)
    """How many phones ring for them at the same moment: the trunk has other calls to carry."""
    staff_number: str = Field("100", pattern=r"^[0-9]{2,15}$")
    """What doctors and operators dial from their own phones: ready, pause."""
    ambulance: str = Field("", pattern=r"^\+?[0-9]{0,15}$")
    """Where key 9 is connected to, when the trunk allows it, e.g. 108."""
    family_limit: int = Field(6, ge=1, le=6)
    """How many patients one mobile may register (S7); 1 forbids family sharing."""
    token_digits: int = Field(5, ge=3, le=6)
    """How long a token's number is: half of the numbers should stay free, so 5 digits serve 45,000 a day."""
    link_days: int = Field(30, ge=1, le=1100)
    """How long a prescription's link works."""
    dispensing_days: int = Field(30, ge=1, le=366)
    """How long after its signature a prescription may be filled; each repeat adds the days that a fill lasts."""
    correction_days: int = Field(7, ge=1, le=90)
    """How long its doctor may correct a prescription, or take it back."""
    grievance_days: int = Field(7, ge=1, le=30)
    """By when a complaint is answered (T9, S24): India's IT Rules allow 15 days, its grievance portal 21 (check)."""
    notice_version: str = Field("2026-2", min_length=1, max_length=40)
    """A new one asks every caller for consent again (T12)."""
    states: Names = ()
    """Codes of the states whose patients get tokens (S10), as in config/pin_codes.csv; empty: every state's."""
    opds: Path = CONFIG / "opds.toml"
    """Departments and their hours (S2)."""
    formulary: Path = CONFIG / "formulary.csv"
    """What may be prescribed (T3), unless another version was put in force while serving."""
    aliases: Path | None = None
    """Brand names that doctors may type for a generic: a CSV `alias,generic`. None are shipped, none are printed."""
    sms: Path = CONFIG / "sms.toml"
    """SMS texts and their DLT ids (T11)."""
    prompts: Path = CONFIG / "prompts"
    """What is said, one file a language."""
    voices: Path = CONFIG / "voices"
    """Recordings that replace the synthesised voice."""
    natural_medicines: bool = True
    """Whether a child of the role `calls` renders, in idle time, the natural voice of what is read aloud."""

    signing_key: str = ""
    """File with the private key that seals prescriptions (PEM), or with key and certificate (PKCS #12, or one PEM)."""
    signing_certificate: str = ""
    """PEM file with its certificate, then those that vouch for it; not needed when they stand in the key's file."""
    signing_passphrase: SecretStr = SecretStr("")
    """Opens the key's file."""
    timestamp_url: str = Field("", pattern=r"^(https?://\S+)?$")
    """Server that timestamps the seals (RFC 3161)."""

    trunk: str = Field("", pattern=r"^[\w.:\[\]-]*$")
    """host[:port] that calls go out to; on loopback 127.0.0.1 counts as the trunk for incoming calls."""
    trunk_hosts: Names = ()
    """More addresses from which the trunk's calls come."""
    trunk_username: str = ""
    """Answers the trunk's challenges."""
    trunk_password: SecretStr = SecretStr("")
    """Likewise."""
    trunk_number: str = Field("", pattern=r"^[0-9A-Za-z_.+@:\[\]-]*$")
    """What the trunk wants to see as our own number."""
    trunk_register: bool = False
    """Whether to register with the trunk."""

    twilio_account_sid: str = Field("", pattern=r"^(AC[0-9a-fA-F]{32})?$")
    """With it SMS go out by Twilio; without, to the local outbox page."""
    twilio_auth_token: SecretStr = SecretStr("")
    """Also proves that webhooks come from Twilio."""
    twilio_from: str = Field("", pattern=r"^(\+[0-9]{6,15}|MG[0-9a-fA-F]{32}|[0-9A-Za-z][0-9A-Za-z ]{0,10})?$")
    """A number in E.164, a sender's name, or a messaging service (`MG…`)."""
    twilio_api: str = ""
    """Another base address than Twilio's own, for tests."""
    twilio_voice_sip: str = Field("", pattern=r"^(sips?:[^\s<>\":@]+@[^\s<>\"@]+)?$")
    """Where a Twilio number's calls are forwarded to: our own trunk side, e.g. `sip:104@sip.example.org`."""

    smpp_host: str = ""
    """With it SMS go out by SMPP 3.4 to this short message centre instead of Twilio."""
    smpp_port: Port = 2775
    """Of the short message centre."""
    smpp_system_id: str = ""
    """The account there."""
    smpp_password: SecretStr = SecretStr("")
    """Likewise, at most 8 characters."""
    smpp_sender: str = Field("", pattern=r"^(\+[0-9]{3,15}|[0-9A-Za-z][ -~]{0,19})?$")
    """The header registered on the DLT portal, e.g. six letters, or our number (T11)."""
    smpp_entity_id: str = ""
    """The DLT principal entity id, sent with each message (T11)."""

    @field_validator("bind")
    @classmethod
    def _is_address(cls, value: str) -> str:
        ip_address(value)
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if not self.on_loopback and not (self.trunk or self.trunk_hosts):
            raise ValueError(f"bind is {self.bind}, not loopback: name the trunk (trunk or trunk_hosts)")
        if not self.signing_key and (self.signing_certificate or self.timestamp_url):
            raise ValueError("signing_certificate and timestamp_url need a signing_key")
        if self.twilio_account_sid and not self.twilio_auth_token.get_secret_value():
            raise ValueError("twilio_account_sid is set: twilio_auth_token is needed too")
        if self.smpp_host and not self.smpp_system_id:
            raise ValueError("smpp_host is set: smpp_system_id is needed too")
        if self.smpp_host and self.twilio_account_sid:
            raise ValueError("smpp_host and twilio_account_sid are both set: which of them sends?")
        if not 1024 <= self.rtp_first < self.rtp_last:
            raise ValueError(f"rtp_first {self.rtp_first} and rtp_last {self.rtp_last}: a range above 1023 is needed")
        self.check_caps()
        self.check_numbers()
        return self

    def check_caps(self) -> None:
        """Raises `PydanticCustomError` for a cap on call-backs that a wider one makes meaningless."""
        narrow = "call_backs_per_hour"
        for wider in ("call_backs_per_day", "call_backs_per_hour_in_all"):
            if getattr(self, narrow) > getattr(self, wider):
                named = {
                    "narrow": narrow,
                    "value": getattr(self, narrow),
                    "setting": wider,
                    "limit": getattr(self, wider),
                }
                raise PydanticCustomError("more_than", "{narrow} {value} is more than {setting} {limit}", named)

    def check_numbers(self) -> None:
        """Raises `PydanticCustomError` unless callers find us in a language, and each number means one thing."""
        if self.twilio_account_sid and not self.twilio_from:
            raise PydanticCustomError("sender_needed", "twilio_account_sid is set: twilio_from is needed too")
        if self.smpp_host and not self.smpp_sender:
            raise PydanticCustomError("sender_needed", "smpp_host is set: smpp_sender is needed too")
        for needed in ("languages", "patient_numbers"):
            if not getattr(self, needed):
                raise PydanticCustomError("empty", "{setting} is empty", {"setting": needed})
        public = [*self.patient_numbers, *self.missed_call_numbers, *self.pharmacy_numbers]
        for listed in ([*public, self.staff_number], [*self.languages]):
            if twice := sorted({each for each in listed if listed.count(each) > 1}):
                message = "patient, missed call, pharmacy and staff numbers, or languages, share {shared}"
                raise PydanticCustomError("shared", message, {"shared": ", ".join(twice)})

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach us."""
        return ip_address(self.bind).is_loopback

    @property
    def only_from_here(self) -> bool:
        """Whether nobody but this machine reaches the web: no proxy of ours brings others either."""
        return self.on_loopback and not self.trust_proxy

    @property
    def url(self) -> str:
        """What patients' links begin with, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://{self.bind}:{self.http_port}"

    @property
    def sql_url(self) -> str:
        """The database."""
        return self.database_url or f"sqlite:///{self.home / 'duravani.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Given values, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, _file())


def load_settings(**given: Any) -> Settings:
    """Read and check everything. Raises `BadSettings`."""
    _refuse_unknown(os.environ)
    if os.environ.get(FILE) and not _file().is_file():
        raise BadSettings(f"{FILE}={str(_file())!r}: there is no such file")
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadSettings("\n".join(_explain(problem) for problem in error.errors())) from None
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{_file()}: {error}") from None


def _file() -> Path:
    return Path(os.environ.get(FILE) or "duravani.toml")


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A misspelt variable must not pass in silence."""
    known = {f"{PREFIX}{key.upper()}" for key in Settings.model_fields} | {FILE}
    unknown = sorted(key for key in environment if key.startswith(PREFIX) and key not in known)
    if unknown:
        raise BadSettings("\n".join(f"{key}: there is no such setting" for key in unknown))


_SECRET = ("PASSWORD", "PASSPHRASE", "AUTH_TOKEN", "DATABASE_URL", "REDIS_URL")
"""Parts of names whose values are not shown; both addresses may hold a password."""


def _explain(problem: Any) -> str:
    key = f"{PREFIX}{str(problem['loc'][0]).upper()}" if problem["loc"] else "settings"
    reason = problem["msg"].removeprefix("Value error, ")
    secret = any(word in key for word in _SECRET)
    return f"{key}={problem['input']!r}: {reason}" if problem["loc"] and not secret else f"{key}: {reason}"
