"""The addresses that browsers are told to send voices to (RFC 8445): [ice_host_candidates] of rtp.conf."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address


def ice_candidates(bind: str, external: str, own: Iterable[IPv4Address | IPv6Address]) -> str:
    """One line for each of our `own` addresses that is to be told as another one; empty when none is.

    Asterisk offers every address of the machine, though it may listen on one only; and behind a NAT (`external`) none
    of them is any use to those outside.
    """
    bound = ip_address(bind)
    told = external or ("" if bound.is_unspecified else bind)
    kept = ",include_local_address" if external else ""
    others = [address for address in own if address.version == bound.version and str(address) != told]
    return "\n".join(f"{address} => {told}{kept if address == bound else ''}" for address in others if told)
