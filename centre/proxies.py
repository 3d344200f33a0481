"""The declared proxies: their connections carry many senders, and what they say of a request is believed."""

import os
from collections.abc import Collection, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

_TRUSTED = "FORWARDED_ALLOW_IPS"
_UNSAID = ("", "*")


def proxies() -> Collection[str]:
    """Their addresses and networks, as uvicorn reads them (docs/operate.md)."""
    return os.environ.get(_TRUSTED, "127.0.0.1,::1").split(",")


def networks(trusted: Collection[str]) -> list[IPv4Network | IPv6Network]:
    """The networks of ``trusted``; "*" declares none."""
    return [ip_network(one.strip(), strict=False) for one in trusted if one.strip() not in _UNSAID]


def stands_in(address: str, declared: Sequence[IPv4Network | IPv6Network]) -> bool:
    """Whether ``address``, with or without a zone, is in a ``declared`` network; ValueError when it is no address."""
    found = ip_address(address.partition("%")[0])
    return any(found in network for network in declared)
