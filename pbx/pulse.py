"""Whether Asterisk still answers SIP: it may run, and even answer ARI, while no call comes through any more.

Asked by OPTIONS (RFC 3261 §11), which takes the way of every call; any answer will do. By TCP, because a flood of
datagrams fills the socket that all datagrams share: under attack Asterisk must not look dead.
"""

import asyncio
import secrets
from contextlib import suppress
from ipaddress import ip_address

from pbx.config import SwitchConfig
from pbx.names import PULSE

TRIES = 6
"""How often it is asked within the silence that is put up with."""

_OPTIONS = """\
OPTIONS sip:{host} SIP/2.0
Via: SIP/2.0/TCP {host};branch=z9hG4bK{branch}
From: <sip:{name}@{host}>;tag={branch}
To: <sip:{host}>
Call-ID: {branch}
CSeq: 1 OPTIONS
Max-Forwards: 1
Content-Length: 0

"""


async def answers(config: SwitchConfig, timeout: float) -> bool:
    """Whether anything comes back within `timeout` seconds."""
    with suppress(TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        async with asyncio.timeout(timeout):
            return await _ask(reachable(config.bind), config.sip_port)
    return False


def reachable(bind: str) -> str:
    """Where we ourselves find what is bound to this address."""
    address = ip_address(bind)
    if not address.is_unspecified:
        return bind
    return "127.0.0.1" if address.version == 4 else "::1"


async def falls_silent(config: SwitchConfig) -> None:
    """Returns when there was no answer for `config.silence` seconds."""
    every, missed = config.silence / TRIES, 0
    while missed < TRIES:
        asked = asyncio.get_running_loop().time()
        missed = 0 if await answers(config, every) else missed + 1
        await asyncio.sleep(max(0.0, asked + every - asyncio.get_running_loop().time()))


async def _ask(address: str, port: int) -> bool:
    host = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    reader, writer = await asyncio.open_connection(address, port)
    try:
        writer.write(_OPTIONS.format(host=host, name=PULSE, branch=secrets.token_hex(8)).replace("\n", "\r\n").encode())
        return (await reader.readuntil(b"\r\n")).startswith(b"SIP/2.0 ")
    finally:
        writer.close()
