"""Only a browser or program at this very machine looks in: whatever may come from elsewhere does not."""

import pytest

from centre.access.visitors import is_at_this_machine, is_loopback

HERE = [(b"host", b"127.0.0.1:8050")]


def scope(
    headers: list[tuple[bytes, bytes]], client: tuple[str, int] | None = ("127.0.0.1", 5), version: str = "1.1"
) -> dict[str, object]:
    return {"type": "http", "client": client, "headers": headers, "http_version": version}


@pytest.mark.parametrize("host", [b"127.0.0.1:8050", b"localhost", b"localhost:8050", b"[::1]:8050", b"127.0.0.2"])
def test_this_machine_looks_in(host: bytes) -> None:
    assert is_at_this_machine(scope([(b"host", host)]))
    assert is_at_this_machine(scope([(b"host", host), (b"origin", b"http://" + host), (b"referer", b"http://" + host)]))
    assert is_at_this_machine(scope([(b"host", host)], ("::1", 5)))


@pytest.mark.parametrize(
    "more",
    [
        (b"x-forwarded-for", b"127.0.0.1"), (b"x-forwarded-proto", b"https"), (b"x-forwarded-host", b"localhost"),
        (b"forwarded", b"for=127.0.0.1"), (b"via", b"1.1 proxy"), (b"x-real-ip", b"127.0.0.1"),
        (b"cf-connecting-ip", b"127.0.0.1"), (b"origin", b"https://ioc.example"), (b"origin", b"null"),
        (b"referer", b"https://ioc.example/waste"), (b"host", b"ioc.example"),
    ],
)  # fmt: skip
def test_what_was_passed_on_or_names_another_host_is_from_elsewhere(more: tuple[bytes, bytes]) -> None:
    assert not is_at_this_machine(scope([*HERE, more]))


@pytest.mark.parametrize("host", [b"evil.example:8050", b"127.0.0.1.evil.example", b"10.20.0.7:8050", b"", b"[::1"])
def test_a_foreign_name_that_points_here_is_from_elsewhere(host: bytes) -> None:
    assert not is_at_this_machine(scope([(b"host", host)]))


def test_another_machine_no_address_no_host_and_a_proxy_with_defaults() -> None:
    assert not is_at_this_machine(scope(HERE, ("10.20.0.5", 5)))
    assert not is_at_this_machine(scope(HERE, None))
    assert not is_at_this_machine(scope([]))
    assert not is_at_this_machine(scope(HERE, version="1.0"))


def test_a_centre_on_the_network_has_no_visitors() -> None:
    assert [host for host in ("0.0.0.0", "::", "10.20.0.7", "ioc.example") if is_loopback(host)] == []
    assert [host for host in ("127.0.0.1", "::1", "localhost") if not is_loopback(host)] == []
