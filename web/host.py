"""By which names we may be called: any page's own name can be made to lead to this machine (DNS rebinding)."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from web.deps import DEPS, clinic_of


def is_our_name(request: web.Request) -> bool:
    """Whether the `Host` that the browser asked for is the public address's, or this machine's own name for itself.

    Where others reach us too, any name will do: what they call us is theirs to arrange, and all that can be had without
    a login is public.
    """
    if not request.app[DEPS].only_from_here:
        return True
    name = _name(f"//{request.host}")
    return name != "" and (name == _name(clinic_of(request).policy.public_url) or _is_loopback(name))


def _name(address: str) -> str:
    """Of the host, without the port; empty for what is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    """`localhost` and the names below it never leave the machine (RFC 6761 section 6.3)."""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
