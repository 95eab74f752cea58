"""One call inside the telephone process: a pjsua2 Call that hears, speaks, sends keys and tells what happens.

pjsua2 aborts the process when a callback raises, so every callback here is `guarded`: it prints the traceback and
ends the process with status 70, which the parent reports.
"""

import os
import re
import time
import traceback
from collections import deque
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import pjsua2 as pj

from pbx.handset.sound import Ear, Mouth
from pbx.handset.wire import Kind

P = ParamSpec("P")
Emit = Callable[..., None]
"""Sends an event up: `emit(kind, at=None, recorded=None, **detail)`."""

KEY_SECONDS = 0.10
KEY_EVERY = 0.16
"""RFC 4733: a tone of 100 ms and a gap of 60, which Asterisk and real gateways all take for separate keys."""

COMPLETE_SECONDS = 1.0
"""How long a recording may take to be completed: pjmedia closes files on its own clock's next ticks."""


def guarded(callback: Callable[P, None]) -> Callable[P, None]:
    """Keep an exception out of pjsua2's C++: say it and end the process at once."""

    @wraps(callback)
    def safe(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except BaseException:
            traceback.print_exc()
            os._exit(70)

    return safe


class Line(pj.Call):  # type: ignore[misc]
    """A call, from its first INVITE to its end. The `Telephone` owns it, calls `step`, drops it when `over`."""

    def __init__(self, account: pj.Account, emit: Emit, mouth: Mouth, ear: Ear, call_id: int = -1) -> None:
        super().__init__(account, call_id)
        self._emit = emit
        self._mouth = mouth
        self._ear = ear
        self._outgoing = call_id == pj.PJSUA_INVALID_ID
        self._tried = False
        self._ended_by_us = False
        self._keys: deque[tuple[str, Callable[[], None] | None]] = deque()
        self._next_key = 0.0
        self._farewell: dict[str, Any] | None = None
        self.over = False

    def tell(self, kind: Kind, at: float | None = None, **detail: Any) -> None:
        """Emit an event of this call, with its place in the recording."""
        at = time.monotonic() if at is None else at
        self._emit(kind, at=at, recorded=self._ear.recorded(at), **detail)

    def dial(self, uri: str) -> None:
        """Send the INVITE."""
        self.makeCall(uri, pj.CallOpParam(True))
        self.tell(Kind.DIALLING, uri=uri)

    def respond(self, code: int) -> None:
        """Answer an incoming call: 180 rings, 200 picks up, anything else refuses."""
        answer = pj.CallOpParam(True)
        answer.statusCode = code
        self._ended_by_us = code >= 300
        self.answer(answer)

    def end(self) -> None:
        """BYE, CANCEL or 603, whichever fits; nothing when it has just ended."""
        if self._farewell is None:
            self._ended_by_us = True
            self.hangup(pj.CallOpParam(True))

    def press(self, digits: str, done: Callable[[], None]) -> None:
        """Queue keys; `done` is called when the last tone has been sent."""
        for digit in digits:
            self._keys.append((digit, None))
        self._keys.append(("", done))

    def say(self, wav: Path, done: Callable[[], None]) -> None:
        """Speak a file once, in place of what is looped; `done` is called at its end."""
        if self._farewell is None:
            self._mouth.say(wav, done)
        else:
            done()

    def step(self) -> None:
        """What time brings: the next key, the end of a spoken file, sound or silence in the ear."""
        if self.over:
            return
        now = time.monotonic()
        if self._farewell is not None:
            self._leave(now)
            return
        self._mouth.step(now)
        self._send_key(now)
        change = self._ear.step(now)
        if change is not None:
            self.tell(Kind.SOUND, at=change.at, on=change.on)

    def _send_key(self, now: float) -> None:
        if not self._keys or now < self._next_key:
            return
        digit, done = self._keys.popleft()
        if done is not None:
            done()
            return
        tone = pj.CallSendDtmfParam()
        tone.method = pj.PJSUA_DTMF_METHOD_RFC2833
        tone.duration = round(KEY_SECONDS * 1000)
        tone.digits = digit
        self.sendDtmf(tone)
        self._next_key = now + KEY_EVERY
        self.tell(Kind.KEY, at=now, digit=digit)

    @guarded
    def onCallState(self, prm: pj.OnCallStateParam) -> None:
        info = self.getInfo()
        if info.state == pj.PJSIP_INV_STATE_EARLY and self._outgoing:
            self.tell(Kind.ALERTING, code=info.lastStatusCode)
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self.tell(Kind.UP)
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._finish(info, _received(prm.e))

    @guarded
    def onCallTsxState(self, prm: pj.OnCallTsxStateParam) -> None:
        if self._outgoing and not self._tried and _received(prm.e).startswith("SIP/2.0"):
            self._tried = True
            self.tell(Kind.TRYING)

    @guarded
    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:
        self.tell(Kind.PRESSED, digit=prm.digit)

    @guarded
    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:
        """Media came or changed (a re-INVITE): join the ear and the mouth to it, again if need be."""
        info = self.getInfo()  # held by name: `media` is a view into it, and C++ frees it with its last reference
        if any(media.status == pj.PJSUA_CALL_MEDIA_ACTIVE for media in info.media):
            audio = self.getAudioMedia(-1)
            self._ear.attach(audio)
            self._mouth.attach(audio)

    def _finish(self, info: pj.CallInfo, message: str) -> None:
        """The call is over: close the ear, then see `_leave`."""
        by = "us" if self._ended_by_us else "them"
        self._farewell = {"code": info.lastStatusCode, "reason": info.lastReason, "q850": q850_cause(message), "by": by}
        self._farewell["at"] = time.monotonic()
        self._ear.close()

    def _leave(self, now: float) -> None:
        """Tell the end, once the recording is complete: who hears of it may open the file."""
        assert self._farewell is not None
        if not self._ear.complete() and now < self._farewell["at"] + COMPLETE_SECONDS:
            return
        self.over = True
        self.tell(Kind.GONE, **self._farewell)
        self._mouth.close()
        for _, done in self._keys:
            if done is not None:
                done()


def _received(event: pj.SipEvent) -> str:
    """The SIP message that caused an event, or nothing if a message of ours or a timer did."""
    if event.type != pj.PJSIP_EVENT_TSX_STATE or event.body.tsxState.type != pj.PJSIP_EVENT_RX_MSG:
        return ""
    return str(event.body.tsxState.src.rdata.wholeMsg)


def q850_cause(message: str) -> int | None:
    """The Q.850 cause in a SIP message's Reason header (RFC 3326), if it has one."""
    found = re.search(r"^Reason:\s*Q\.850\s*;.*?cause=(\d+)", message, re.IGNORECASE | re.MULTILINE)
    return int(found[1]) if found else None
