"""`duravani call`: one call by script, told line by line."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pbx.handset.errors import CallOver, Ended, NotAnswered, Reason
from pbx.handset.handset import PAUSE_SECONDS, Handset, ended_from
from pbx.handset.keys import Pause, Press, Step, Wait, parse_keys
from pbx.handset.wire import Event, Kind

LINGER_SECONDS = 30.0
"""How long the call lasts after the last key when nobody hangs up."""
PATIENCE_SECONDS = 60.0
"""How long `p` listens for a pause before going on without one (music on hold has none)."""
EXIT_CODES = {Reason.BUSY: 10, Reason.REFUSED: 11, Reason.NO_ANSWER: 12, Reason.UNREACHABLE: 13}

Tell = Callable[[str], None]


@dataclass(frozen=True)
class CallReport:
    """What became of a call."""

    failure: Reason | None
    """Why it did not come up; None if it did."""
    ended: Ended
    seconds: float
    """From answer to end."""
    keys_sent: str
    keys_unsent: int
    """Keys of the script that were still to come when the other side hung up."""
    recording: Path | None

    @property
    def exit_code(self) -> int:
        """For the shell: 0 as planned, 10 busy, 11 refused, 12 no answer, 13 unreachable, 14 cut before a key."""
        if self.failure is not None:
            return EXIT_CODES[self.failure]
        return 14 if self.keys_unsent else 0


async def place_call(
    number: str,
    keys: str = "",
    record: Path | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 5060,
    caller: str = "+919876543210",
    bind: str = "",
    seconds: float | None = None,
    speak: Path | None = None,
    tell: Tell = print,
) -> CallReport:
    """Dial a number as a subscriber of the trunk, follow the script of `keys`, and hang up.

    The call lasts until the other side hangs up; or, once the keys are sent, until it is `seconds` old (None: until
    `LINGER_SECONDS` after the last key). Raises `ValueError` for a bad script, before anything is dialled.
    """
    steps = parse_keys(keys)
    registrar = f"{host}:{port}"
    async with Handset.start(registrar=registrar, caller=caller, bind=bind, speak=speak, record=record) as phone:
        narrator = asyncio.create_task(Narrator(tell).follow(phone))
        try:
            failure = await _converse(phone, number, steps, seconds)
            ended = await phone.hang_up() or await phone.gone()
            await narrator
        finally:
            narrator.cancel()
        return _report(phone, failure, ended, steps)


async def _converse(phone: Handset, number: str, steps: Sequence[Step], seconds: float | None) -> Reason | None:
    """Dial, follow the script, stay; why the call did not come up, if it did not."""
    try:
        await phone.dial(number)
        answered = time.monotonic()
        for step in steps:
            await _take(phone, step)
        await phone.stay(LINGER_SECONDS if seconds is None else answered + seconds - time.monotonic())
    except NotAnswered as error:
        return error.reason
    except CallOver:
        pass
    return None


async def _take(phone: Handset, step: Step) -> None:
    match step:
        case Press(digit):
            await phone.keys(digit)
        case Wait():
            await phone.stay(1.0)
        case Pause():
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await phone.pause(PAUSE_SECONDS)


def _report(phone: Handset, failure: Reason | None, ended: Ended, steps: Sequence[Step]) -> CallReport:
    sent = "".join(event.detail["digit"] for event in phone.log if event.kind is Kind.KEY)
    unsent = sum(isinstance(step, Press) for step in steps) - len(sent)
    times = {event.kind: event.at for event in phone.log}
    talked = times[Kind.GONE] - times[Kind.UP] if Kind.UP in times else 0.0
    return CallReport(failure, ended, talked, sent, unsent, phone.recordings[0] if phone.recordings else None)


class Narrator:
    """Tells a call as it goes, one line an event, with the seconds since it was dialled."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._dialled_at = 0.0
        self._sound_at = 0.0

    async def follow(self, phone: Handset) -> None:
        """Tell until the call is over."""
        async for event in phone.events():
            sentence = self._sentence(event)
            if sentence:
                self._tell(f"{event.at - self._dialled_at:6.1f} s  {sentence}")
            if event.kind is Kind.GONE:
                return

    def _sentence(self, event: Event) -> str | None:
        detail = event.detail
        match event.kind:
            case Kind.DIALLING:
                self._dialled_at = event.at
                return f"dialling {detail['uri']}"
            case Kind.ALERTING:
                return "ringing"
            case Kind.UP:
                return "answered"
            case Kind.KEY:
                return f"sent {detail['digit']}"
            case Kind.SOUND if detail["on"]:
                self._sound_at = event.at
                return None
            case Kind.SOUND:
                return f"heard {event.at - self._sound_at:.1f} s of sound"
            case Kind.GONE:
                return str(ended_from(event))
        return None
