"""What the switch must know to start: one frozen value, checked when it is made."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pbx.opus import opus_module


@dataclass(frozen=True)
class Trunk:
    """How the public telephone network is reached, and how it reaches us. Raises ValueError on a value that cannot be.

    `contact` is host[:port] calls go out to, or empty for incoming only. `hosts` are the addresses calls may come
    from (the contact's host is added). Credentials answer the trunk's challenges; with `register` we also register.
    """

    contact: str = ""
    hosts: tuple[str, ...] = ()
    username: str = ""
    password: str = field(default="", repr=False)
    from_user: str = ""
    register: bool = False

    def __post_init__(self) -> None:
        for key, value in (("contact", self.contact), ("username", self.username), ("from_user", self.from_user)):
            _check(f"trunk {key}", value, r"[\w.+@:\[\]-]*")
        for host in self.hosts:
            _check("trunk host", host, r"[\w.:/-]+")
        _check("trunk password", self.password, r"[!-:<-~]*")
        if self.register and not (self.contact and self.username):
            raise ValueError("trunk register needs a trunk contact and a trunk username")

    def sources(self) -> tuple[str, ...]:
        """Addresses, networks or host names that calls of the trunk come from."""
        own = re.sub(r":\d+$", "", self.contact)
        return tuple(dict.fromkeys([*self.hosts, *([own] if own else [])]))


@dataclass(frozen=True)
class SwitchConfig:
    """Everything a deployment can change about the switch. Raises ValueError naming the key and the value.

    `home` is the state folder (ours is home/asterisk and home/recordings), `prefix` the install of pbx.install.
    `lines` maps a number dialled from the trunk to the kind of arrival it makes (`104` → `patient`);
    `account_lines` does so for numbers dialled by our own accounts (`100` → `doctor`).
    `apology` are sound files (absolute stems) for callers whom nobody can take.
    """

    home: Path
    prefix: Path
    music_dir: Path
    bind: str = "127.0.0.1"
    sip_port: int = 5060
    lines: Mapping[str, str] = field(default_factory=lambda: {"104": "patient"})
    account_lines: Mapping[str, str] = field(default_factory=lambda: {"100": "doctor"})
    apology: Sequence[Path | str] = ()
    trunk: Trunk = field(default_factory=Trunk)
    external_address: str = ""
    rtp_first: int = 10000
    rtp_last: int = 19999
    silence: float = 60.0
    """Seconds without any answer by SIP after which Asterisk is killed and started anew."""

    def __post_init__(self) -> None:
        ipaddress.ip_address(self.bind)
        _check("external_address", self.external_address, r"[\w.:-]*")
        for key, path in (("home", self.home), ("music_dir", self.music_dir), ("prefix", self.prefix)):
            _check(key, str(path), r"[^;\x00-\x1f]+")
        _check_lines("lines", self.lines)
        _check_lines("account_lines", self.account_lines)
        for sound in self.apology:
            _check("apology", str(sound), r"/[^&,;|\x00-\x1f]+")
        if not 1024 <= self.rtp_first < self.rtp_last <= 65535:
            raise ValueError(f"rtp range {self.rtp_first}-{self.rtp_last} must lie within 1024-65535")
        if self.silence <= 0:
            raise ValueError(f"silence cannot be {self.silence} seconds")
        if not self.loopback and not self.trunk.sources():
            raise ValueError(f"bound to {self.bind}, not to loopback: a trunk must be named (trunk contact or hosts)")

    @property
    def loopback(self) -> bool:
        """Bound to this machine only, where 127.0.0.1 counts as the trunk."""
        return ipaddress.ip_address(self.bind).is_loopback

    @property
    def voice_options(self) -> dict[str, str]:
        """Options of every endpoint: voices come to the address that SIP is bound to, if it is one.

        Where they may come to any address, Asterisk asks for its own name at each call, and the whole telephone waits
        while the name server is silent (`ast_find_ourip`).
        """
        if ipaddress.ip_address(self.bind).is_unspecified:
            return {}
        return {"media_address": self.bind, "bind_rtp_to_media_address": "yes"}

    @property
    def browser_options(self) -> dict[str, str]:
        """Options of browser phones' endpoints."""
        return {"allow": "opus,alaw,ulaw"} if opus_module(self.prefix) else {}

    @property
    def recordings(self) -> Path:
        """The folder finished recordings are kept in."""
        return self.home / "recordings"


def _check_lines(key: str, lines: Mapping[str, str]) -> None:
    for number, kind in lines.items():
        _check(key, number, r"\+?[0-9]{2,15}")
        _check(key, kind, r"[a-z]+")


def _check(key: str, value: str, pattern: str) -> None:
    if not re.fullmatch(pattern, value):
        raise ValueError(f"{key} cannot be {value!r}" if "password" not in key else f"{key} has unusable characters")
