"""Fetching from real servers that are slow, wrong or hostile: a clear problem that never shows the address."""

import asyncio
import gzip
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pull_server import Asked, certificate, response, saying, serving

from domain.feeds.pull import FetchProblem, PullError
from domain.feeds.way_in import Pull
from intake.pull.http import HttpSource, http_client
from intake.pull.source import Page

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
PULL = Pull(every=timedelta(minutes=1), max_bytes=100_000)
BODY = b'[{"place": "27694", "dossiers_due": 12}]'


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as client:
        yield client


def source(url: str, http: httpx.AsyncClient, **given: Any) -> HttpSource:
    return HttpSource(feed="services", pull=PULL, url=httpx.URL(url), http=http, clock=lambda: NOW, **given)


async def problem(of: HttpSource, position: dict[str, str] | None = None) -> PullError:
    with pytest.raises(PullError) as failed:
        await of.fetch(position or {})
    said = f"{failed.value} {failed.value.detail} {failed.value.args}"
    assert "secret" not in said
    assert "figures" not in said
    return failed.value


async def test_the_answer_comes_as_it_is_with_its_marks_and_name(http: httpx.AsyncClient) -> None:
    named = 'attachment; filename="thang-2026-11.csv"'
    marks = {"ETag": '"7"', "Last_Modified": "Sat, 28 Nov 2026 03:00:00 GMT"}
    async with serving(saying(response(BODY, content_disposition=named, **marks))) as server:
        page = await source(server.url(), http, header=("Authorization", "Bearer secret")).fetch({})
    assert page == Page(
        body=BODY,
        content_type="application/json",
        name="thang-2026-11.csv",
        position={"etag": '"7"', "last-modified": "Sat, 28 Nov 2026 03:00:00 GMT"},
    )
    (asked,) = server.asked
    assert asked.headers["authorization"] == "Bearer secret"
    assert "if-none-match" not in asked.headers


async def test_it_asks_whether_anything_changed_and_304_is_nothing_new(http: httpx.AsyncClient) -> None:
    async with serving(saying(response(status="304 Not Modified"))) as server:
        assert await source(server.url(), http).fetch({"etag": '"7"', "last-modified": "x"}) is None
        assert (await problem(source(server.url(), http))).detail == "HTTP 304", (
            "of one who has nothing it says nothing"
        )
    assert (server.asked[0].headers["if-none-match"], server.asked[0].headers["if-modified-since"]) == ('"7"', "x")


async def test_a_slow_drip_and_a_half_open_connection_end_at_the_deadline(http: httpx.AsyncClient) -> None:
    async def drip(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(response(b"", content_length="99999"))
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)

    async def mute(_asked: Asked, _writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    for answer in (drip, mute):
        async with serving(answer) as server:
            slow = source(server.url(), http, within_s=0.3)
            assert (await problem(slow)).problem is FetchProblem.SLOW


async def test_an_endless_body_is_given_up_at_the_limit(http: httpx.AsyncClient) -> None:
    sent = 0

    async def endless(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/csv\r\n\r\n")
        while True:
            writer.write(b"1" * 10_000)
            await writer.drain()
            sent += 10_000

    async with serving(endless) as server:
        assert (await problem(source(server.url(), http))).problem is FetchProblem.TOO_LARGE
    # What the kernel holds on both ends is beyond anybody's reach.
    assert sent < 20 * 2**20


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (response(b"x" * 10, content_length="100001"), FetchProblem.TOO_LARGE),
        (response(gzip.compress(bytes(50_000_000)), content_encoding="gzip"), FetchProblem.TOO_LARGE),
        (
            response(gzip.compress(gzip.compress(bytes(10**7))), content_encoding="gzip, gzip"),
            FetchProblem.WRONG_ENCODING,
        ),
        (response(b"\x0b\x02\x80", content_encoding="br"), FetchProblem.WRONG_ENCODING),
        (response(gzip.compress(BODY)[:-9], content_encoding="gzip"), FetchProblem.CUT_OFF),
        (response(b"no gzip", content_encoding="gzip"), FetchProblem.CUT_OFF),
        (response(BODY, content_length="80"), FetchProblem.CUT_OFF),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 50_000, FetchProblem.CUT_OFF),
        (b"SSH-2.0-OpenSSH_9.2\r\n", FetchProblem.CUT_OFF),
        (b"", FetchProblem.CUT_OFF),
        (response(b"<html>sign in", content_type="text/html; charset=utf-8"), FetchProblem.WRONG_TYPE),
        (response(BODY, content_type=""), FetchProblem.WRONG_TYPE),
        (response(status="500 Oops"), FetchProblem.HTTP_STATUS),
        (response(BODY, status="206 Partial Content"), FetchProblem.HTTP_STATUS),
        (response(status="404 Not Found"), FetchProblem.HTTP_STATUS),
        (response(status="401 Unauthorized"), FetchProblem.DENIED),
        (response(status="403 Forbidden"), FetchProblem.DENIED),
    ],
)
async def test_what_cannot_be_read_is_a_problem_of_its_own(
    answer: bytes, expected: FetchProblem, http: httpx.AsyncClient
) -> None:
    async with serving(saying(answer)) as server:
        failed = await problem(source(server.url("/figures?key=secret"), http))
    assert failed.problem is expected, failed.detail


async def test_gzip_is_unpacked(http: httpx.AsyncClient) -> None:
    async with serving(saying(response(gzip.compress(BODY), content_encoding="gzip"))) as server:
        page = await source(server.url(), http).fetch({})
    assert page is not None
    assert page.body == BODY


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("Sat, 28 Nov 2026 04:10:00 GMT", 600.0),
        ("Sat, 28 Nov 2020 04:10:00 GMT", 0.0),
        ("soon", 0.0),
        ("-5", 0.0),
        ("9" * 400, 999_999_999.0),
    ],
)
async def test_retry_after_is_heard(said: str, seconds: float, http: httpx.AsyncClient) -> None:
    async with serving(saying(response(status="429 Too Many", retry_after=said))) as server:
        failed = await problem(source(server.url(), http))
    assert (failed.problem, failed.retry_after_s) == (FetchProblem.TOO_FAST, seconds)


async def test_a_redirect_is_followed_on_its_own_host_and_nowhere_else(http: httpx.AsyncClient) -> None:
    async with serving(saying(response(status="302 Found", location="/there"), response(BODY))) as server:
        asked = source(server.url(), http, header=("X-Key", "secret"))
        page = await asked.fetch({})
        assert page is not None
        assert [(one.target, one.headers["x-key"]) for one in server.asked] == [
            ("/figures", "secret"),
            ("/there", "secret"),
        ]
    for there in (
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://127.0.0.1:{port}/",
        "http://localhost:1/",
        "ftp://localhost:{port}/",
        "//evil.example/",
        "http://[",
        "",
    ):
        hops: list[Asked] = []

        async def elsewhere(one: Asked, writer: asyncio.StreamWriter, to: str = there) -> None:
            hops.append(one)  # noqa: B023
            writer.write(response(status="302 Found", location=to.replace("{port}", str(server.port))))

        async with serving(elsewhere) as server:
            assert (await problem(source(server.url(), http))).problem is FetchProblem.REDIRECTED
        assert len(hops) == (1 if there else 6), there


async def test_a_loop_of_redirects_ends(http: httpx.AsyncClient) -> None:
    async with serving(saying(response(status="307 Again", location="/figures"))) as server:
        assert (await problem(source(server.url(), http))).problem is FetchProblem.REDIRECTED
        assert len(server.asked) == 6


async def test_a_certificate_of_nobody_is_not_trusted_and_one_of_the_office_is(
    http: httpx.AsyncClient, tmp_path: Path
) -> None:
    cert, context = certificate(tmp_path)
    async with serving(saying(response(BODY)), context) as server:
        url = server.url(scheme="https")
        failed = await problem(source(url, http, header=("X-Key", "secret")))
        assert (failed.problem, failed.detail) == (FetchProblem.NOT_TRUSTED, "CERTIFICATE_VERIFY_FAILED")
        assert server.asked == []
        async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=str(cert))) as trusting:
            page = await source(url, trusting).fetch({})
            assert page is not None
            wrong_host = source(url.replace("localhost", "127.0.0.1"), trusting)
            assert (await problem(wrong_host)).problem is FetchProblem.NOT_TRUSTED


async def test_a_downgrade_to_http_is_not_followed(http: httpx.AsyncClient, tmp_path: Path) -> None:
    cert, context = certificate(tmp_path)

    async def down(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(response(status="302 Found", location=f"http://localhost:{server.port}/figures"))

    async with (
        serving(down, context) as server,
        httpx.AsyncClient(verify=ssl.create_default_context(cafile=str(cert))) as trusting,
    ):
        assert (await problem(source(server.url(scheme="https"), trusting))).problem is FetchProblem.REDIRECTED


async def test_nobody_there_and_no_such_name_are_unreachable(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = source(f"http://localhost:{taken.getsockname()[1]}/figures?key=secret", http)
        assert (await problem(nobody)).problem is FetchProblem.UNREACHABLE

    async def no_such_name(*_args: object, **_more: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_such_name)
    assert (await problem(source("http://no.such.host.example/figures", http))).problem is FetchProblem.UNREACHABLE


async def test_an_answer_of_the_link_local_network_is_not_read(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No machine of the tests has such an address: only what the socket tells is another.
    for peer in ("169.254.169.254", "::ffff:169.254.169.254", "fe80::1"):
        monkeypatch.setattr("intake.pull.http._peer", lambda _answer, peer=peer: peer)
        async with serving(saying(response(BODY))) as server:
            assert (await problem(source(server.url(), http))).problem is FetchProblem.FORBIDDEN_ADDRESS


async def test_what_the_address_holds_is_never_shown(http: httpx.AsyncClient) -> None:
    shown = source("https://who:secret@host.example/secret?key=secret", http, header=("X-Key", "secret"))
    assert "secret" not in repr(shown)
    assert shown.host == "host.example"
    assert "who" not in shown.address, "another password is the same source"
