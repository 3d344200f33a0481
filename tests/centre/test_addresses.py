"""The addresses a side listens on: every family that its setting means, each with senders' own addresses."""

import socket
from contextlib import closing

import pytest

from bench.rig.centre import free_port
from centre.addresses import CannotListenError, bound, close, listening, nearest, shown

pytestmark = pytest.mark.enable_socket


def reached(family: socket.AddressFamily, address: str, port: int) -> bool:
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        return probe.connect_ex((address, port)) == 0


@pytest.mark.parametrize(
    ("host", "by_4", "by_6"),
    [("::", True, True), ("0.0.0.0", True, False), ("127.0.0.1", True, False), ("::1", False, True)],
)
def test_each_family_that_the_setting_means_is_heard(host: str, by_4: bool, by_6: bool) -> None:
    port = free_port()
    opened = listening("IOC_PORT", host, port)
    try:
        assert reached(socket.AF_INET, "127.0.0.1", port) == by_4
        assert reached(socket.AF_INET6, "::1", port) == by_6
        assert all(one.family == (socket.AF_INET6 if ":" in one.getsockname()[0] else socket.AF_INET) for one in opened)
    finally:
        close(opened)


def test_a_sender_by_ipv4_is_known_by_that_address() -> None:
    port = free_port()
    opened = listening("IOC_PORT", "::", port)
    try:
        with closing(socket.create_connection(("127.0.0.1", port))):
            (heard,) = [one for one in opened if one.family == socket.AF_INET]
            connection, address = heard.accept()
            connection.close()
        assert address[0] == "127.0.0.1"
    finally:
        close(opened)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_port_that_either_family_has_lost_is_named_and_nothing_stays_open(family: socket.AddressFamily) -> None:
    with closing(socket.socket(family, socket.SOCK_STREAM)) as taken:
        taken.bind(("127.0.0.1" if family == socket.AF_INET else "::1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotListenError, match=rf"cổng {port} .* đang bị dùng.* IOC_PORT .* port {port}"):
            bound("IOC_PORT", "::", port)
    close(bound("IOC_PORT", "::", port))


def test_an_address_that_is_not_of_this_machine_is_told() -> None:
    with pytest.raises(CannotListenError, match="IOC_HOST"):
        bound("IOC_PORT", "203.0.113.7", 8050)


def test_urls_are_what_a_browser_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "ioc-1")
    assert (nearest("::", 80), nearest("::1", 80), nearest("10.0.0.5", 80)) == (
        "http://127.0.0.1:80", "http://[::1]:80", "http://10.0.0.5:80",
    )  # fmt: skip
    assert shown("::", 80) == ["http://localhost:80", "http://ioc-1:80"]
    assert (shown("127.0.0.1", 80), shown("::1", 80)) == (["http://localhost:80"], ["http://[::1]:80"])
