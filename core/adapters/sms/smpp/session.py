"""One bound SMPP 3.4 session over TCP: requests matched with their answers, the link watched, deliveries answered.

The library's PDUs, on a session of our own. Its `ESME` (0.7.4) was tried against a real SMSC. It hangs up on a status
of an operator's own (0x400 and above, as DLT scrubbers use), and on a receipt whose dates have seconds, which the SMSC
then brings again for ever. A text of 200 brackets ends it for good; cancelled while it is not bound it never ends; and
it makes one message of the parts of two senders. Here every request ends: by its answer, `LinkLost` or `TimeoutError`.
"""

import asyncio
import logging
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiosmpplib import (  # type: ignore[import-untyped]
    BindTransceiver,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    SmppCommand,
    SmppCommandStatus,
    SmppMessage,
    SubmitSm,
    Unbind,
    UnbindResp,
)
from aiosmpplib.sequence import SimpleSequenceGenerator  # type: ignore[import-untyped]

GOODBYE_SECONDS = 1.0
WINDOW = 10
"""Submissions that are unanswered at the same time: operators close the link on more."""
_HEADER = struct.Struct("!IIII")
"""Length, command, status, sequence number (SMPP 3.4 section 5.1)."""
_LONGEST = 2**16 + 1024
"""Octets of a PDU: a message_payload and something around it. What says it is longer is no PDU."""
_RESPONSE = 0x8000_0000

log = logging.getLogger(__name__)

Deliver = Callable[[bytes], Awaitable[SmppCommandStatus]]
"""Takes a deliver_sm's body and says how to answer it; raises nothing."""


class LinkLost(Exception):
    """There is no session (any more); whatever was not answered may have been taken or not."""


class Rejected(Exception):
    """The SMSC answered with an error."""

    def __init__(self, status: int) -> None:
        super().__init__(status_name(status))
        self.status = status


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds."""

    answer: float = 15.0
    """How long the SMSC may take to answer a request."""
    enquire: float = 30.0
    """How often the link is asked whether it lives."""


USUAL = Pace()


@dataclass(frozen=True, slots=True)
class Pdu:
    """A message of the SMSC."""

    command: int
    status: int
    sequence: int
    body: bytes


def status_name(status: int) -> str:
    """As in section 5.1.3, or the bare number of a status that the operator has made."""
    try:
        return str(SmppCommandStatus(status).name)
    except ValueError:
        return f"status 0x{status:08X}"


@asynccontextmanager
async def bound_session(
    host: str, port: int, bind: BindTransceiver, deliver: Deliver, pace: Pace = USUAL
) -> AsyncIterator["SmppSession"]:
    """Connect and bind; unbinds and hangs up with the block. Raises `LinkLost`."""
    try:
        async with asyncio.timeout(pace.answer):
            reader, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        raise LinkLost(f"cannot be reached: {type(error).__name__}") from error
    session = SmppSession(reader, writer, deliver, pace)
    try:
        await session.bind(bind)
        yield session
    finally:
        await session.close()


class SmppSession:
    """Made by `bound_session`; works while somebody awaits `serve`."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, deliver: Deliver, pace: Pace
    ) -> None:
        self._reader, self._writer, self._deliver, self._pace = reader, writer, deliver, pace
        self._sequence = SimpleSequenceGenerator()
        self._unanswered: dict[int, asyncio.Future[Pdu]] = {}
        self._window = asyncio.Semaphore(WINDOW)
        self._tasks: set[asyncio.Task[None]] = set()
        self._lost: LinkLost | None = None

    async def bind(self, request: BindTransceiver) -> None:
        """Raises `LinkLost` when the SMSC does not want us or says nothing."""
        try:
            async with asyncio.timeout(self._pace.answer):
                self._write(request, self._sequence.next_sequence())
                answer = await self._read()
        except TimeoutError as error:
            raise LinkLost("no answer to the bind") from error
        if answer.command != SmppCommand.BIND_TRANSCEIVER_RESP or answer.status:
            raise LinkLost(f"bind refused: {status_name(answer.status)}")

    async def serve(self) -> None:
        """Receive until the link ends. Raises `LinkLost` then, as every unanswered request does."""
        self._spawn(self._keep_alive())
        try:
            while True:
                self._take(await self._read())
        except LinkLost as lost:
            self._lost = lost
            raise
        finally:
            await self._end(self._lost or LinkLost("the session was ended"))

    async def submit(self, message: SubmitSm) -> str:
        """The SMSC's id of it. Raises `Rejected`, `LinkLost`, `TimeoutError`."""
        async with self._window:
            answer = await self._request(message)
        if answer.status or answer.command != SmppCommand.SUBMIT_SM_RESP:
            raise Rejected(answer.status or SmppCommandStatus.ESME_RUNKNOWNERR)
        return answer.body.partition(b"\0")[0].decode("ascii", "replace")

    async def close(self) -> None:
        """Say goodbye, and hang up without waiting long for anybody."""
        if not self._writer.is_closing():
            self._write(Unbind(), self._sequence.next_sequence())
        self._writer.close()
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()

    async def _request(self, message: SmppMessage) -> Pdu:
        if self._lost is not None:
            raise self._lost
        sequence: int = self._sequence.next_sequence()
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._unanswered[sequence] = answer
        try:
            self._write(message, sequence)
            async with asyncio.timeout(self._pace.answer):
                return await answer
        finally:
            del self._unanswered[sequence]

    async def _keep_alive(self) -> None:
        """A peer that is gone without a word is noticed by its silence."""
        with suppress(TimeoutError, LinkLost):
            while True:
                await asyncio.sleep(self._pace.enquire)
                await self._request(EnquireLink())
        self._writer.transport.abort()

    async def _read(self) -> Pdu:
        try:
            length, command, status, sequence = _HEADER.unpack(await self._reader.readexactly(_HEADER.size))
            if not _HEADER.size <= length <= _LONGEST:
                raise LinkLost("it does not speak SMPP")
            return Pdu(command, status, sequence, await self._reader.readexactly(length - _HEADER.size))
        except (OSError, asyncio.IncompleteReadError) as error:
            raise LinkLost(f"the connection broke: {type(error).__name__}") from error

    def _take(self, pdu: Pdu) -> None:
        if pdu.command & _RESPONSE:
            answer = self._unanswered.get(pdu.sequence)
            if answer is not None and not answer.done():
                answer.set_result(pdu)
        elif pdu.command == SmppCommand.DELIVER_SM:
            self._spawn(self._answer_delivery(pdu))
        elif pdu.command == SmppCommand.ENQUIRE_LINK:
            self._write(EnquireLinkResp(), pdu.sequence)
        elif pdu.command == SmppCommand.UNBIND:
            self._write(UnbindResp(), pdu.sequence)
            raise LinkLost("the SMSC unbound us")
        else:
            self._write(GenericNack(command_status=SmppCommandStatus.ESME_RINVCMDID), pdu.sequence)

    async def _answer_delivery(self, pdu: Pdu) -> None:
        """Only what is stored is acknowledged: the SMSC brings the rest again."""
        status = await self._deliver(pdu.body)
        self._write(DeliverSmResp(command_status=status), pdu.sequence)

    def _write(self, message: SmppMessage, sequence: int) -> None:
        message.sequence_num = sequence
        self._writer.write(message.pdu())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self, lost: LinkLost) -> None:
        self._lost = lost
        for answer in self._unanswered.values():
            if not answer.done():
                answer.set_exception(lost)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
