"""Which senders count as one."""

from ipaddress import ip_network


def network_of(address: str) -> str:
    """Of an IPv6 ``address`` its /64, within which a sender changes it at will; an IPv4 address as it is."""
    return str(ip_network(f"{address.partition('%')[0]}/64", strict=False)) if ":" in address else address
