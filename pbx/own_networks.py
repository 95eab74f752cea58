"""The IPv4 networks this machine (or container) is itself in, as the kernel's routing table tells (proc_net(5))."""

import socket
import struct
from ipaddress import IPv4Network
from pathlib import Path

ROUTES = Path("/proc/net/route")
_NO_GATEWAY = "00000000"


def own_networks(table: str | None = None) -> list[IPv4Network]:
    """Those reached without a gateway, loopback first. `table` is the text of /proc/net/route (read if None)."""
    rows = [line.split() for line in (ROUTES.read_text() if table is None else table).splitlines()[1:]]
    direct = [(row[1], row[7]) for row in rows if row[2] == _NO_GATEWAY and row[7] != _NO_GATEWAY]
    return [IPv4Network("127.0.0.0/8"), *(IPv4Network((_address(network), _address(mask))) for network, mask in direct)]


def _address(text: str) -> str:
    """Eight hex digits in the byte order of this machine, as dotted numbers."""
    return socket.inet_ntoa(struct.pack("=L", int(text, 16)))
