"""A free port, and waiting until a server answers there."""

import socket
from urllib.error import URLError
from urllib.request import urlopen

import pytest

STARTS_WITHIN_S = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(url: str) -> None:
    """Until the server answers; each refused attempt waits on the connection itself."""
    for _ in range(STARTS_WITHIN_S * 10):
        try:
            with urlopen(url, timeout=5):
                return
        except URLError:
            _pause()
    pytest.fail(f"{url} did not start within {STARTS_WITHIN_S} s")


def _pause() -> None:
    with socket.socket() as nobody:
        nobody.settimeout(0.1)
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        with pytest.raises(TimeoutError):
            nobody.accept()
