"""The telephone process: one SIP phone by pjsua2, driven by commands on stdin, telling events on stdout.

It lives alone because pjsua2 may abort its whole process. It runs single-threaded (`threadCnt=0`, events polled), and
ends, politely, when its stdin closes: a parent that dies takes its telephones with it.
"""

import json
import os
import queue
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import pjsua2 as pj

from pbx.handset.line import Line, guarded
from pbx.handset.sound import Ear, Mouth
from pbx.handset.wire import Do, Event, Kind, Settings, nth_recording, reply

POLL_MS = 10
FAREWELL_SECONDS = 2.0
"""How long a closing telephone waits for its BYE and un-REGISTER to be answered."""


class Reporter:
    """Writes events and replies to the parent. The only holder of the real stdout."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def event(self, kind: Kind, at: float | None = None, recorded: float | None = None, **detail: Any) -> None:
        """Tell what happened, now or `at` a moment of `time.monotonic()`."""
        self._write(Event(kind, time.monotonic() if at is None else at, recorded, detail).to_line())

    def reply(self, number: int, error: str | None = None) -> None:
        """Answer a command."""
        self._write(reply(number, error))

    def _write(self, line: str) -> None:
        # A dead parent is noticed on stdin; until then the call must still be hung up in good order.
        with suppress(BrokenPipeError):
            self._out.write(line + "\n")
            self._out.flush()


class PhoneAccount(pj.Account):  # type: ignore[misc]
    """The telephone's identity; hands registrations and incoming calls on."""

    def __init__(self, telephone: "Telephone") -> None:
        super().__init__()
        self._telephone = telephone

    @guarded
    def onRegState(self, prm: pj.OnRegStateParam) -> None:
        active = self.getInfo().regIsActive
        self._telephone.report.event(Kind.REGISTRATION, code=prm.code, reason=prm.reason, active=active)

    @guarded
    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:
        self._telephone.ring(prm.callId)


class Telephone:
    """One phone with one line: what the commands do."""

    def __init__(self, endpoint: pj.Endpoint, port: int, settings: Settings, report: Reporter) -> None:
        self.report = report
        self.port = port
        self._endpoint = endpoint
        self._settings = settings
        self._calls = 0
        self._line: Line | None = None
        self._refused: list[Line] = []
        """Calls that got 486: pjsua2 ends a call (by 603) whose object is dropped before its time."""
        self._account = PhoneAccount(self)
        self._account.create(account_config(settings))

    def ring(self, call_id: int) -> None:
        """An INVITE came: ring, or be busy (486) when on a call already."""
        if self._line is not None:
            refused = Line(self._account, lambda *args, **detail: None, Mouth(None), Ear(None), call_id)
            self._refused.append(refused)
            refused.respond(486)
            return
        self._line = self._new_line(call_id)
        self._line.respond(180)
        info = self._line.getInfo()
        name, number = name_and_number(info.remoteUri)
        self._line.tell(Kind.INCOMING, number=number, name=name, dialled=name_and_number(info.localUri)[1])

    def obey(self, do: Do, arguments: dict[str, Any], done: Callable[[], None]) -> None:
        """Carry out a command; `done` is called when it is complete. Raises `ValueError` when it makes no sense now."""
        match do:
            case Do.KEYS:
                self._on_call().press(arguments["digits"], done)
                return
            case Do.SAY:
                self._on_call().say(Path(arguments["wav"]), done)
                return
            case Do.REGISTER:
                self._account.setRegistration(True)
            case Do.DIAL:
                self._dial(arguments["uri"])
            case Do.ANSWER:
                self._on_call().respond(200)
            case Do.REJECT:
                self._on_call().respond(arguments["code"])
            case Do.HANG_UP:
                self._on_call().end()
            case Do.START:
                raise ValueError("the telephone runs already")
        done()

    def step(self) -> None:
        """Let pjsua2 and the line do what is due; waits at most `POLL_MS`."""
        self._endpoint.libHandleEvents(POLL_MS)
        for line in self._refused:
            line.step()
        self._refused = [line for line in self._refused if not line.over]
        if self._line is None:
            return
        self._line.step()
        if self._line.over:
            self._line = None

    def farewell(self) -> None:
        """Hang up, give the registration back, and wait a moment for both to be answered."""
        if self._line is not None:
            self._line.end()
        if self._account.getInfo().regIsActive:
            self._account.setRegistration(False)
        until = time.monotonic() + FAREWELL_SECONDS
        while (self._line is not None or self._account.getInfo().regIsActive) and time.monotonic() < until:
            self.step()

    def _dial(self, uri: str) -> None:
        if self._line is not None:
            raise ValueError("on a call already")
        line = self._new_line(pj.PJSUA_INVALID_ID)
        line.dial(uri)
        self._line = line

    def _on_call(self) -> Line:
        if self._line is None:
            raise ValueError("no call")
        return self._line

    def _new_line(self, call_id: int) -> Line:
        self._calls += 1
        speak, record = self._settings.speak, self._settings.record
        ear = Ear(nth_recording(Path(record), self._calls) if record else None)
        return Line(self._account, self.report.event, Mouth(Path(speak) if speak else None), ear, call_id)


def name_and_number(address: str) -> tuple[str, str]:
    """The display name and user of a SIP address: `"Asha" <sip:+9198@host>` gives ("Asha", "+9198")."""
    name, _, uri = address.rpartition("<")
    user = uri.removeprefix("sip:").partition("@")[0] if "@" in uri else ""
    return name.strip().strip('"'), user


def local_address(registrar: str) -> str:
    """The address of this machine from which `registrar` (host:port) is reached. Sends nothing."""
    host, _, port = registrar.rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((host, int(port)))
        return str(probe.getsockname()[0])


def account_config(settings: Settings) -> pj.AccountConfig:
    """A registered account, or, without one, a subscriber of the trunk who is known by his number only."""
    host = settings.registrar.rpartition(":")[0]
    config = pj.AccountConfig()
    config.mediaConfig.transportConfig.boundAddress = settings.bind
    config.regConfig.registerOnAdd = False
    if settings.account is not None:
        config.idUri = f"sip:{settings.account}@{host}"
        config.regConfig.registrarUri = f"sip:{settings.registrar}"
        credentials = pj.AuthCredInfo("digest", "*", settings.account, 0, settings.password)
        config.sipConfig.authCreds.append(credentials)
    elif settings.caller:
        config.idUri = f"sip:{settings.caller}@{settings.bind}"
    else:
        config.idUri = '"Anonymous" <sip:anonymous@anonymous.invalid>'
    return config


def open_endpoint(settings: Settings) -> tuple[pj.Endpoint, int]:
    """Start pjsua2 without sound hardware, with telephone codecs only; the endpoint and its UDP port."""
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.logConfig.level = config.logConfig.consoleLevel = 1
    config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
    config.medConfig.noVad = True
    endpoint.libInit(config)
    transport = pj.TransportConfig()
    transport.boundAddress, transport.port = settings.bind, settings.listen_port
    transport_id = endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    for codec in endpoint.codecEnum2():
        endpoint.codecSetPriority(codec.codecId, 128 if codec.codecId.startswith("PCM") else 0)
    port = int(endpoint.transportGetInfo(transport_id).localName.rpartition(":")[2])
    return endpoint, port


def read_commands(stdin: TextIO, commands: "queue.SimpleQueue[dict[str, Any] | None]") -> None:
    """Put each line of stdin into the queue, then None at its end. A thread's body: it never touches pjsua2."""
    for line in stdin:
        commands.put(json.loads(line))
    commands.put(None)


def serve(telephone: Telephone, commands: "queue.SimpleQueue[dict[str, Any] | None]") -> None:
    """Obey until stdin closes."""
    while True:
        telephone.step()
        while not commands.empty():
            command = commands.get()
            if command is None:
                return
            handle(telephone, command)


def handle(telephone: Telephone, command: dict[str, Any]) -> None:
    """Carry out one command and see that it is answered."""
    number = command.pop("id")
    try:
        telephone.obey(Do(command.pop("do")), command, partial(telephone.report.reply, number))
    except (ValueError, pj.Error) as error:
        telephone.report.reply(number, error.info() if isinstance(error, pj.Error) else str(error))


@contextmanager
def own_stdout() -> Iterator[TextIO]:
    """The real stdout for us alone: what C libraries print there goes to stderr."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as out:
        os.dup2(2, 1)
        yield out


def main() -> None:
    """Read `start`, then be a telephone until stdin closes."""
    commands: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=read_commands, args=(sys.stdin, commands), daemon=True).start()
    start = commands.get()
    if start is None:
        return
    with own_stdout() as out:
        report = Reporter(out)
        settings = Settings(**{key: value for key, value in start.items() if key not in ("id", "do")})
        settings = replace(settings, bind=settings.bind or local_address(settings.registrar))
        endpoint, port = open_endpoint(settings)
        telephone = Telephone(endpoint, port, settings, report)
        report.event(Kind.READY, port=port)
        report.reply(start["id"])
        serve(telephone, commands)
        telephone.farewell()


def run() -> None:
    """The process's body: status 0 after a good life, 70 after a traceback, never pjsua2's own exit handlers."""
    status = 70
    try:
        main()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    run()
