"""The addresses both HTTP sides listen on, and how people reach them: :: is every address of the machine."""

import errno
import socket
from collections.abc import Iterable
from typing import Any

ANY = ("0.0.0.0", "::")  # noqa: S104 - compared with IOC_HOST, which says where to listen
HERE = "127.0.0.1"
_BACKLOG = 2048


class CannotListenError(Exception):
    """A port cannot be opened; the message says in Vietnamese and English what to do."""


def bound(setting: str, host: str, port: int) -> list[socket.socket]:
    """Sockets bound to ``port`` on every address that ``host`` means; ``setting`` names the port in words.

    One socket for each family: a socket for both would show an IPv4 sender under an IPv6 address, so that no proxy
    would be known and all such senders would share one limit.
    """
    opened: list[socket.socket] = []
    try:
        for family, address in _families(host, port):
            opened.append(one := socket.socket(family, socket.SOCK_STREAM))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
    except OSError as error:
        close(opened)
        why = (
            f"Không mở được cổng {port} trên {host} vì đang bị dùng: dừng chương trình đang dùng nó hoặc đặt {setting} "
            f"khác. / Cannot open port {port} on {host}, it is taken: stop what uses it or set another {setting}."
            if error.errno == errno.EADDRINUSE
            else f"Không mở được cổng {port} trên {host} ({error.strerror}): hãy xem IOC_HOST và {setting}. / "
            f"Cannot open port {port} on {host} ({error.strerror}): check IOC_HOST and {setting}."
        )
        raise CannotListenError(why) from error
    return opened


def listening(setting: str, host: str, port: int) -> list[socket.socket]:
    """As `bound`, and already taking connections, which wait until somebody serves them."""
    opened = bound(setting, host, port)
    for one in opened:
        one.listen(_BACKLOG)
    return opened


def close(opened: Iterable[socket.socket]) -> None:
    """Close them all."""
    for one in opened:
        one.close()


def nearest(host: str, port: int) -> str:
    """The URL of a side for a program on this machine."""
    name = HERE if host in ANY else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def shown(host: str, port: int) -> list[str]:
    """The URLs of a side as people may type them: on this machine, and in its network when it listens there."""
    if host in ANY:
        return [f"http://localhost:{port}", f"http://{socket.gethostname()}:{port}"]
    return [f"http://localhost:{port}" if host == HERE else nearest(host, port)]


def _families(host: str, port: int) -> list[tuple[socket.AddressFamily, Any]]:
    if host == "::":
        return [(socket.AF_INET6, ("::", port)), (socket.AF_INET, ("0.0.0.0", port))]  # noqa: S104 - asked for
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys((family, address) for family, _, _, _, address in found))
