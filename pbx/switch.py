"""Runs Asterisk: starts it, or adopts the one that outlived us, starts it again when it dies, stops it politely."""

import asyncio
import contextlib
import fcntl
import ipaddress
import logging
import os
import secrets
import socket
import stat
import subprocess
from pathlib import Path
from typing import Self

from pbx import install
from pbx.config import SwitchConfig
from pbx.own_name import knows_own_name
from pbx.process import Process, find_process
from pbx.pulse import falls_silent
from pbx.render_config import Access, Folders, load_access, renew_access, write
from pbx.tasks import Tasks

log = logging.getLogger(__name__)

START_SECONDS = 30.0
STOP_SECONDS = 8.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between attempts to start an Asterisk that keeps dying."""


class SwitchError(Exception):
    """Asterisk cannot be run; the message says why and what to do."""


class Switch:
    """One Asterisk of one home. `async with` it: inside, it runs; outside, it is stopped (unless `keep` is set).

    A call in it outlives our own process when that is killed: the next Switch of the same home adopts it.
    """

    def __init__(self, config: SwitchConfig) -> None:
        self.config = config
        self.folders = Folders(config.home.absolute() / "asterisk")
        self.keep = False
        """Leave Asterisk and its calls running when this Switch ends."""
        self.adopted = False
        """Whether it ran before us, so that calls may be in it."""
        self.starts = 0
        """How often Asterisk was started by us."""
        self._access: Access | None = None
        self._process: Process | None = None
        self._lock: int | None = None
        self._tasks = Tasks()

    async def __aenter__(self) -> Self:
        try:
            self._take_home()
            await self._bring_up()
        except BaseException:
            await self._tear_down()
            raise
        self._tasks.start(self._watch(), "watch asterisk")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._tear_down()

    @property
    def access(self) -> Access:
        """Ports and secrets of the running Asterisk."""
        if self._access is None:
            raise SwitchError("the switch was not started")
        return self._access

    @property
    def pid(self) -> int | None:
        """Asterisk's process id, None while it does not run."""
        return self._process.pid if self._process is not None and self._process.running else None

    # Life

    async def _bring_up(self) -> None:
        if not any(self.config.music_dir.glob("*.*")):
            raise SwitchError(f"no music on hold in {self.config.music_dir}: render the prompts first")
        if not self.config.voice_options and not knows_own_name():
            log.warning(
                "this machine's name is not in /etc/hosts: bound to %s, each call asks a name server for it, and none "
                "gets through while that is silent; add the line `127.0.1.1 %s`",
                self.config.bind,
                socket.gethostname(),
            )
        self._access = load_access(self.config)
        changed = write(self.config, self._access)
        self._check_run_folder()
        self._process = find_process(self.folders.run / "asterisk.pid", str(self._main_file))
        self.adopted = self._process is not None and not changed
        if self._process is not None and changed:
            log.warning("settings have changed since this Asterisk was started: it is started anew, its calls end")
            await self._process.stop(STOP_SECONDS)
            self._process.close()
        if not self.adopted:
            await self._start()

    async def _watch(self) -> None:
        """Start Asterisk again whenever it dies or hangs, with growing pauses when it dies at once."""
        pause = FIRST_PAUSE
        while self._process is not None:
            await self._end_of(self._process)
            log.error("Asterisk has ended; starting it again (see %s)", self.folders.log)
            self._process.close()
            await asyncio.sleep(pause)
            try:
                await self._start()
                pause = FIRST_PAUSE
            except (SwitchError, OSError) as error:  # no room, no memory, no process: they come back
                log.error("Asterisk could not be started: %s", error)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _end_of(self, process: Process) -> None:
        """Returns when it has ended; one that hangs is killed, for its calls are lost already and new ones wait."""
        ending, silent = asyncio.ensure_future(process.wait()), asyncio.ensure_future(falls_silent(self.config))
        try:
            await asyncio.wait((ending, silent), return_when=asyncio.FIRST_COMPLETED)
            if process.running:
                log.error("Asterisk has not answered SIP for %g s: it hangs, and is killed", self.config.silence)
                await process.stop(0)
        finally:
            ending.cancel()
            silent.cancel()

    async def _start(self) -> None:
        self._check_sip_port()
        if not all(map(_is_free, (self.access.http_port, self.access.ami_port))):
            self._access = renew_access(self.config)
            write(self.config, self._access)
        for unfinished in (self.folders.spool / "recording").iterdir():
            unfinished.unlink()  # whoever was speaking there is gone
        with _ReadySignal() as ready:
            self._process = Process(self._launch(ready.address))
            self.starts += 1
            await self._until_ready(self._process, ready)

    def _launch(self, notify: str) -> int:
        command = [*install.asterisk_command(self.config.prefix.absolute()), "-f", "-C", str(self._main_file)]
        with Path(self.folders.log, "console").open("ab") as console:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env={**os.environ, "NOTIFY_SOCKET": notify},
                cwd=self.folders.root,
                start_new_session=True,  # so that neither Ctrl-C nor our own death takes it along
            )
        child.returncode = 0  # Process watches and reaps it; keep Popen from doing it a second time
        return child.pid

    async def _until_ready(self, process: Process, ready: "_ReadySignal") -> None:
        """Returns when Asterisk has fully booted. Raises SwitchError when it ends or hangs instead."""
        waits = [asyncio.ensure_future(ready.wait()), asyncio.ensure_future(process.wait())]
        try:
            await asyncio.wait(waits, timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not waits[0].done():
                await process.stop(STOP_SECONDS)
                raise SwitchError(f"Asterisk did not start: see {self.folders.log}/console and messages")
        finally:
            for wait in waits:
                wait.cancel()

    async def _tear_down(self) -> None:
        await self._tasks.close()
        if self._process is not None:
            if not self.keep:
                await self._process.stop(STOP_SECONDS)
                self._remove_run_folder()
            self._process.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    # Checks

    @property
    def _main_file(self) -> Path:
        return self.folders.etc / "asterisk.conf"

    def _take_home(self) -> None:
        """One owner a home. Raises SwitchError when another process has it."""
        self.folders.root.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.folders.root / "owner.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SwitchError(f"another Duravani already runs the telephone of {self.config.home}") from error

    def _check_run_folder(self) -> None:
        """Whoever owns it commands Asterisk, and outside of the home anybody may have made it before us."""
        found = self.folders.run.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077
        if self._runs_outside and not ours:
            raise SwitchError(f"{self.folders.run} is not a folder of ours alone: remove it, or choose another home")

    def _remove_run_folder(self) -> None:
        """One outside of the home does not go with it."""
        if self._runs_outside:
            with contextlib.suppress(OSError):  # somebody has put something there
                self.folders.run.rmdir()

    @property
    def _runs_outside(self) -> bool:
        return not self.folders.run.is_relative_to(self.folders.root)

    def _check_sip_port(self) -> None:
        """Asterisk itself would start without its transport and say nothing."""
        bind, port = self.config.bind, self.config.sip_port
        family = socket.AF_INET6 if ipaddress.ip_address(bind).version == 6 else socket.AF_INET
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            if not _is_free(port, bind, kind, family):
                raise SwitchError(f"SIP port {port} on {bind} is in use: stop the other program or choose another port")


class _ReadySignal:
    """systemd's notification protocol (sd_notify(3)): Asterisk sends READY=1 when it has fully booted."""

    def __init__(self) -> None:
        self.address = f"@duravani-{secrets.token_hex(12)}"  # an abstract socket: no path, so no limit to its length
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)

    def __enter__(self) -> Self:
        self._socket.bind("\0" + self.address[1:])
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    async def wait(self) -> None:
        """Returns when READY=1 has arrived."""
        loop = asyncio.get_running_loop()
        while b"READY=1" not in (await loop.sock_recv(self._socket, 4096)).split(b"\n"):
            continue


def _is_free(
    port: int,
    address: str = "127.0.0.1",
    kind: socket.SocketKind = socket.SOCK_STREAM,
    family: socket.AddressFamily = socket.AF_INET,
) -> bool:
    with contextlib.closing(socket.socket(family, kind)) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closing connections do not count
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
