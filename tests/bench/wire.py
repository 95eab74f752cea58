"""UDP sockets of the load phones: every datagram comes with the time at which the kernel received it."""

import asyncio
import ctypes
import socket
import struct
import time
from collections.abc import Callable

Address = tuple[str, int]
Receive = Callable[[bytes, Address, int], None]
"""Data, sender, and nanoseconds since 1970 (CLOCK_REALTIME) at which the kernel took it from the wire."""

HOST = "127.0.0.1"
SO_TIMESTAMPNS = 35
"""socket(7); Python has no name for it."""
SO_ATTACH_FILTER = 26
UDP_HEAD = 8
ANCILLARY = socket.CMSG_SPACE(16)
BUFFER_BYTES = 4 * 1024 * 1024
AT_ONCE = 256
"""Datagrams that are read before the event loop gets its turn again."""


class Wire:
    """One socket on loopback, read by the running event loop until it is closed."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self._socket.bind((HOST, 0))
        self.port = int(self._socket.getsockname()[1])
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)

    def send(self, data: bytes, to: Address) -> int:
        """Send one datagram; nanoseconds since 1970, taken just before."""
        now = time.time_ns()
        self._socket.sendto(data, to)
        return now

    def keep_only(self, place: int, word: bytes, mask: bytes) -> None:
        """Let the kernel drop datagrams whose four bytes at `place`, masked, are not `word`, masked (BPF, bpf(4))."""
        (wanted,), (relevant,) = struct.unpack("!I", word), struct.unpack("!I", mask)
        program = (
            (0x20, 0, 0, UDP_HEAD + place),  # A = the word there
            (0x54, 0, 0, relevant),  # A &= mask
            (0x15, 0, 1, wanted & relevant),  # equal? else skip one
            (0x06, 0, 0, 0xFFFF),  # take it
            (0x06, 0, 0, 0),  # drop it
        )
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
        filter_ = struct.pack("HL", len(program), ctypes.addressof(code))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filter_)

    def close(self) -> None:
        """Nothing is received any more."""
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        for _ in range(AT_ONCE):
            try:
                data, ancillary, _, sender = self._socket.recvmsg(2048, ANCILLARY)
            except BlockingIOError:
                return
            seconds, nanoseconds = struct.unpack("qq", ancillary[0][2])
            self._receive(data, sender, seconds * 1_000_000_000 + nanoseconds)
