"""The addresses of this machine, as the kernel's routing tables tell (proc_net(5)): those Asterisk offers a browser."""

import socket
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise
from pathlib import Path

LOCAL_V4 = Path("/proc/net/fib_trie")
LOCAL_V6 = Path("/proc/net/if_inet6")


def own_addresses(v4: str | None = None, v6: str | None = None) -> list[IPv4Address | IPv6Address]:
    """Every address that is ours. `v4` and `v6` are the texts of the two files (read if None; absent is empty)."""
    return [*_v4(_read(LOCAL_V4) if v4 is None else v4), *_v6(_read(LOCAL_V6) if v6 is None else v6)]


def _v4(trie: str) -> list[IPv4Address]:
    """`|-- 192.0.2.2` is ours when the line below says `/32 host LOCAL`."""
    lines = [line.split() for line in trie.splitlines()]
    ours = [line[-1] for line, below in pairwise(lines) if below[:3] == ["/32", "host", "LOCAL"]]
    return [IPv4Address(address) for address in dict.fromkeys(ours)]


def _v6(table: str) -> list[IPv6Address]:
    return [IPv6Address(socket.inet_ntop(socket.AF_INET6, bytes.fromhex(row.split()[0]))) for row in table.splitlines()]


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""
