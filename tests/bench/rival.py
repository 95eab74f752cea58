"""Another Asterisk of the same build, beside ours: app_queue, configured as well as it can be, and bare Dial().

Its phones are static contacts at the load phones, so neither registering nor passwords cost it anything.
"""

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pbx import install
from pbx.config import SwitchConfig
from pbx.render_config import Folders, load_access, render, write
from tests.bench.phones import Phones
from tests.bench.wire import HOST
from tests.live.instance import CHECKOUT
from tests.live.ports import free_port

START_SECONDS = 60.0
QUEUE = "104"
"""The number that leads to the queue, whose members are all phones."""
LOOP, ONCE = "20", "30"
"""Before a phone's number: dial it again and again as soon as it is free, or once."""

MODULES = "load = app_dial.so\nload = app_queue.so\n"

DIALPLAN = f"""\
[callers]
exten => {QUEUE},1,Answer(,i)
 same => n,Queue(house)
 same => n,Hangup()
exten => _{LOOP}.,1,Answer(,i)
 same => n(again),Dial(PJSIP/phone-${{EXTEN:2}},30,g)
 same => n,Goto(again)
exten => _{ONCE}.,1,Dial(PJSIP/phone-${{EXTEN:2}},30)
 same => n,Hangup()
"""

QUEUES = """\
; autofill and wrapuptime are what matters here; nothing is announced nor played, and whoever has been free longest is
; rung.
[general]
persistentmembers = no
autofill = yes

[house]
strategy = leastrecent
musicclass = none
autofill = yes
wrapuptime = 0
memberdelay = 0
timeout = 15
retry = 1
ringinuse = no
joinempty = yes
leavewhenempty = no
announce-frequency = 0
"""

MEMBER = "member => PJSIP/phone-{number},0,phone-{number},,no,0,{paused}\n"
"""Interface, penalty, name, state interface (its own), ringinuse, wrapuptime, paused (queues.conf.sample)."""

PJSIP = """\
[global]
type = global
endpoint_identifier_order = username,ip

[udp]
type = transport
protocol = udp
bind = 127.0.0.1:{sip_port}

[leg](!)
type = endpoint
context = callers
disallow = all
allow = alaw,ulaw
direct_media = no
rtp_symmetric = yes
force_rport = yes
rewrite_contact = yes
dtmf_mode = rfc4733
rtp_timeout = 60
timers = yes
timers_sess_expires = 900
send_connected_line = no

[callers](leg)

[callers]
type = identify
endpoint = callers
match = 127.0.0.1
"""

PHONE = """
[phone-{number}](leg)
aors = phone-{number}

[phone-{number}]
type = aor
contact = sip:phone-{number}@127.0.0.1:{port}
"""


@dataclass(frozen=True, slots=True)
class Rival:
    """A running Asterisk, and its phones."""

    pid: int
    phones: Phones
    members: int

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It stands still while the block runs, so that others are measured undisturbed."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


@asynccontextmanager
async def open_rival(members: int, on_duty: int) -> AsyncIterator[Rival]:
    """With phone-1 to phone-<members>, all members of the queue, of whom `on_duty` are not paused.

    Everything ends with the block.
    """
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="duravani-rival-")))
        music = CHECKOUT / ".build/prompts/music"
        config = SwitchConfig(
            home, CHECKOUT / ".asterisk", music, sip_port=free_port(), rtp_first=20000, rtp_last=29999
        )
        phones = Phones((HOST, config.sip_port), {})
        stack.callback(phones.close)
        _write(config, members, on_duty, phones.port)
        process = await stack.enter_async_context(_asterisk(config))
        yield Rival(process.pid, phones, members)


def _write(config: SwitchConfig, members: int, on_duty: int, port: int) -> None:
    access = load_access(config)
    write(config, access)
    numbers = range(1, members + 1)
    queued = [MEMBER.format(number=number, paused="no" if number <= on_duty else "yes") for number in numbers]
    files = {
        "modules.conf": render(config, access)["modules.conf"] + MODULES,
        "extensions.conf": DIALPLAN,
        "queues.conf": QUEUES + "".join(queued),
        "queuerules.conf": "[general]\n",
        "pjsip.conf": PJSIP.format(sip_port=config.sip_port)
        + "".join(PHONE.format(number=number, port=port) for number in numbers),
    }
    for name, text in files.items():
        (Folders(config.home / "asterisk").etc / name).write_text(text)


@asynccontextmanager
async def _asterisk(config: SwitchConfig) -> AsyncIterator[asyncio.subprocess.Process]:
    """It says by sd_notify(3) when it has booted."""
    folders = Folders(config.home / "asterisk")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as ready:
        ready.bind(str(config.home / "ready"))
        process = await asyncio.create_subprocess_exec(
            *install.asterisk_command(config.prefix), "-f", "-C", str(folders.etc / "asterisk.conf"),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "NOTIFY_SOCKET": str(config.home / "ready")}, cwd=folders.root,
        )  # fmt: skip
        try:
            async with asyncio.timeout(START_SECONDS):
                while b"READY=1" not in await asyncio.get_running_loop().sock_recv(ready, 4096):
                    pass
            yield process
        finally:
            process.kill()  # its calls, its files, nothing is worth keeping
            await process.wait()
