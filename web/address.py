"""Where a visitor comes from, and how often an address may try."""

from ipaddress import IPv6Address, ip_address

from aiohttp import web

from web.deps import DEPS, clinic_of


def address_of(request: web.Request) -> str:
    """The visitor's address for rate limits: IPv4 whole, IPv6 by its /64 (one subscriber owns all of it)."""
    address = request.remote or ""
    if request.app[DEPS].trust_proxy:
        address = request.headers.get("X-Forwarded-For", address).rsplit(",", 1)[-1].strip()
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))
    return str(parsed)


async def may_again(request: web.Request, what: str, *, limit: int, seconds: int) -> bool:
    """Whether this address may do this once more: at most `limit` times in each window of `seconds`."""
    return await clinic_of(request).line.allow(f"{what}:{address_of(request)}", limit, seconds)
