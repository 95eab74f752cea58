"""Writes Asterisk's configuration for one deployment: the files of pbx/asterisk with their @{values} filled in."""

import ipaddress
import json
import os
import resource
import secrets
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from string import Template

from pbx import install, names
from pbx.beep import write_beep
from pbx.config import SwitchConfig
from pbx.ice import ice_candidates
from pbx.opus import opus_module
from pbx.own_addresses import own_addresses
from pbx.own_networks import own_networks
from pbx.pulse import reachable

TEMPLATES = Path(__file__).parent / "asterisk"
DIALPLAN = Path(__file__).parent.parent / "dialplan" / "extensions.conf"
DEFAULTS_ONLY = ("acl", "ccss", "cel", "features", "pjproject", "stasis", "udptl", "websocket_client")
"""Asterisk complains at each start when these are absent; our values for them are its own."""

MOST_FILES = 65536
HIGHEST_SOCKET_PATH = 100
"""A Unix socket's path must stay below 108 bytes."""


class _FileTemplate(Template):
    """`@{name}` is a value of the deployment; Asterisk's own `${…}` stays."""

    delimiter = "@"


@dataclass(frozen=True)
class Access:
    """How our program reaches its Asterisk: two loopback ports and two secrets, made once and kept in the home."""

    http_port: int
    ami_port: int
    ari_secret: str
    ami_secret: str
    system_name: str


@dataclass(frozen=True)
class Folders:
    """Where one Asterisk keeps its things, all below home/asterisk (but a socket whose path would be too long)."""

    root: Path

    @property
    def etc(self) -> Path:
        """Generated configuration; secrets inside, so readable by us alone."""
        return self.root / "etc"

    @property
    def state(self) -> Path:
        """AstDB: registrations and missed calls."""
        return self.root / "state"

    @property
    def data(self) -> Path:
        """Documentation (Asterisk needs it to know its own options) and the beep."""
        return self.root / "data"

    @property
    def spool(self) -> Path:
        """Recordings being made."""
        return self.root / "spool"

    @property
    def log(self) -> Path:
        """Warnings and errors (messages), and what Asterisk says while starting (console)."""
        return self.root / "log"

    @property
    def run(self) -> Path:
        """Control socket and process id."""
        folder = self.root / "run"
        if len(os.fsencode(folder / "asterisk.ctl")) <= HIGHEST_SOCKET_PATH:
            return folder
        return Path("/tmp") / f"duravani-{os.getuid()}-{sha256(os.fsencode(folder)).hexdigest()[:16]}"


def render(config: SwitchConfig, access: Access) -> dict[str, str]:
    """The text of every configuration file, by name. Raises KeyError when a file asks for a value that is not there."""
    values = _values(config, access)
    files = {path.name: _FileTemplate(path.read_text()).substitute(values) for path in sorted(TEMPLATES.glob("*.conf"))}
    files["extensions.conf"] = DIALPLAN.read_text()
    files["numbers.conf"] = _numbers(config)
    files |= {f"{name}.conf": "; Nothing differs from the defaults.\n" for name in DEFAULTS_ONLY}
    return files


def write(config: SwitchConfig, access: Access) -> bool:
    """Write the configuration and the folders it names; whether anything differs from what was there before."""
    folders = Folders(config.home.absolute() / "asterisk")
    for folder in (
        folders.etc,
        folders.state,
        folders.data / "sounds",
        folders.spool / "recording",
        folders.log,
        folders.run,
        folders.state / "keys",
        config.recordings,
    ):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _link_data(install.asterisk_data(config.prefix), folders.data)
    write_beep(folders.data / "sounds" / "beep.wav")
    changes = [_replace(folders.etc / name, text) for name, text in render(config, access).items()]
    return any(changes)


def knows_numbers(config: SwitchConfig) -> bool:
    """Whether the Asterisk of this home was told of these numbers when it was started."""
    path = Folders(config.home.absolute() / "asterisk").etc / "numbers.conf"
    return path.exists() and path.read_text() == _numbers(config)


def load_access(config: SwitchConfig) -> Access:
    """The ports and secrets of this home, made at the first start."""
    path = config.home / "asterisk" / "access.json"
    if path.exists():
        return Access(**json.loads(path.read_text()))
    return renew_access(config)


def renew_access(config: SwitchConfig) -> Access:
    """New free ports and new secrets: at the first start, or when another program took the ports meanwhile."""
    http_port, ami_port = _free_ports(2)
    access = Access(http_port, ami_port, secrets.token_hex(24), secrets.token_hex(24), f"d{secrets.token_hex(3)}")
    path = config.home / "asterisk" / "access.json"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _replace(path, json.dumps(asdict(access)))
    return access


# Values


def _values(config: SwitchConfig, access: Access) -> dict[str, object]:
    folders = Folders(config.home.absolute() / "asterisk")
    bind = f"[{config.bind}]" if ipaddress.ip_address(config.bind).version == 6 else config.bind
    hard_limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return asdict(access) | {
        "app": names.APP,
        "trunk": names.TRUNK,
        "pulse": names.PULSE,
        "nowhere": names.NOWHERE,
        "pulse_from": reachable(config.bind),
        "bind": bind,
        "sip_port": config.sip_port,
        "etc": folders.etc,
        "state": folders.state,
        "data": folders.data,
        "spool": folders.spool,
        "log": folders.log,
        "run": folders.run,
        "modules": install.asterisk_modules(config.prefix.absolute()),
        "max_files": MOST_FILES if hard_limit == resource.RLIM_INFINITY else min(hard_limit, MOST_FILES),
        "rtp_first": config.rtp_first,
        "rtp_last": config.rtp_last,
        "music_dir": config.music_dir.absolute(),
        "external": _external(config),
        "opus": _opus(config),
        "ice_candidates": ice_candidates(config.bind, config.external_address, own_addresses()),
        "trunk_identifier": "header" if config.loopback else "ip",
        "trunk_options": _trunk_options(config),
        "trunk_objects": _trunk_objects(config),
    }


def _numbers(config: SwitchConfig) -> str:
    """numbers.conf, which dialplan/extensions.conf includes."""
    apology = "&".join(str(sound) for sound in config.apology)
    return "\n".join(
        [
            f"; Generated: see extensions.conf.\n\n[globals]\n{names.APOLOGY} = {apology}\n",
            *_lines(names.TRUNK_LINES, config.lines, names.PUBLIC),
            *_lines(names.ACCOUNT_LINES, config.account_lines, names.STAFF),
        ]
    )


def _lines(context: str, lines: Mapping[str, str], onward: str) -> list[str]:
    extensions = [
        f"exten => {number},1,Set(kind={kind})\n same => n,Goto({onward},${{EXTEN}},1)"
        for number, kind in lines.items()
    ]
    return [f"[{context}]", *extensions, ""]


def _external(config: SwitchConfig) -> str:
    """What those outside are told instead of our own address, and who is not outside.

    Bound to one address, whoever has a private one reaches it. Bound to all, as in a container, our own address is
    known in our own networks only: a phone on the host's network is outside.
    """
    if not config.external_address:
        return ""
    address = config.external_address
    private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8"]
    local = own_networks() if ipaddress.ip_address(config.bind).is_unspecified else private
    return "\n".join(
        [
            f"external_media_address = {address}",
            f"external_signaling_address = {address}",
            *(f"local_net = {network}" for network in local),
        ]
    )


def _opus(config: SwitchConfig) -> str:
    module = opus_module(config.prefix)
    return f"load = {module}\nload = res_format_attr_opus.so" if module else "; Opus is not installed."


def _trunk_options(config: SwitchConfig) -> str:
    trunk = config.trunk
    options = config.voice_options | {
        "aors": names.TRUNK if trunk.contact else "",
        "from_user": trunk.from_user,
        "outbound_auth": names.TRUNK if trunk.username else "",
    }
    return "\n".join(f"{key} = {value}" for key, value in options.items() if value)


def _trunk_objects(config: SwitchConfig) -> str:
    trunk = config.trunk
    objects = [
        _LOOPBACK_TRUNK.format(trunk=names.TRUNK, bind=config.bind)
        if config.loopback
        else f"[{names.TRUNK}]\ntype = identify\nendpoint = {names.TRUNK}\nmatch = {','.join(trunk.sources())}"
    ]
    if trunk.contact:
        objects.append(f"[{names.TRUNK}]\ntype = aor\ncontact = sip:{trunk.contact}")
    if trunk.username:
        objects.append(
            f"[{names.TRUNK}]\ntype = auth\nauth_type = userpass\n"
            f"username = {trunk.username}\npassword = {trunk.password}"
        )
    if trunk.register:
        objects.append(
            f"[{names.TRUNK}]\ntype = registration\noutbound_auth = {names.TRUNK}\n"
            f"server_uri = sip:{trunk.contact}\nclient_uri = sip:{trunk.username}@{trunk.contact}\n"
            "retry_interval = 30\nforbidden_retry_interval = 300\nexpiration = 300"
        )
    return "\n\n".join(objects)


_LOOPBACK_TRUNK = """\
; Bound to loopback, this machine is the trunk: whoever calls a number (no account is all digits) and is no account.
; Not by address, or a REGISTER of an unknown account would be answered as the trunk's, unlike a known one's.
[{trunk}]
type = identify
endpoint = {trunk}
match_header = To: /sips?:[+0-9]+@/

[loopback-only]
type = acl
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
permit = {bind}"""


# Files


def _replace(path: Path, text: str) -> bool:
    """Write a file that only we may read, whole or not at all; whether it differs from before."""
    if path.exists() and path.read_text() == text:
        return False
    fresh = path.with_name(path.name + ".new")
    fresh.touch(mode=0o600)
    fresh.write_text(text)
    fresh.replace(path)
    return True


def _link_data(installed: Path, data: Path) -> None:
    for name in ("documentation", "rest-api"):
        link = data / name
        if not link.is_symlink() or link.readlink() != installed / name:
            link.unlink(missing_ok=True)
            link.symlink_to(installed / name)


def _free_ports(count: int) -> list[int]:
    """Loopback TCP ports nobody listens on just now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()
