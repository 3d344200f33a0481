"""Who sits at the centre's own machine: a demonstration shows its wall there before anybody has signed in."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from centre.delivery import Scope
from centre.hosts import LOOPBACK

# What only proxies send: a request that came through one is nobody's at this machine, whatever its address.
_FORWARDED = (b"forwarded", b"via", b"x-forwarded-", b"x-real-ip", b"x-original-", b"cf-", b"true-client-ip")
_NAMING = (b"host", b"origin", b"referer")


def is_loopback(host: str) -> bool:
    """Whether ``host``, a name or an address, means this machine alone."""
    if host in LOOPBACK:
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_at_this_machine(scope: Scope) -> bool:
    """Whether a browser or program on this machine asks, directly.

    The connection comes from loopback, nothing says that it was passed on, and every name in it is this machine's: a
    page under a foreign name that points here has that name as its Host. Proxies with defaults speak HTTP/1.0.
    """
    client = scope.get("client")
    if client is None or not is_loopback(client[0]) or scope.get("http_version") == "1.0":
        return False
    named = False
    for name, value in scope["headers"]:
        if name.startswith(_FORWARDED):
            return False
        if name in _NAMING:
            if not _names_loopback(name, value):
                return False
            named = named or name == b"host"
    return named


def _names_loopback(name: bytes, value: bytes) -> bool:
    said = value.decode("latin-1")
    try:
        return is_loopback(urlsplit(f"//{said}" if name == b"host" else said).hostname or "")
    except ValueError:
        return False
