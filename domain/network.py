"""Which senders count as one, and which are inside the centre's own network."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def network_of(address: str) -> str:
    """Of an IPv6 ``address`` its /64, within which a sender changes it at will; an IPv4 address as it is."""
    return str(ip_network(f"{address.partition('%')[0]}/64", strict=False)) if ":" in address else address


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Whether ``address`` is in one of ``networks``; what is no address is in none."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in networks)
