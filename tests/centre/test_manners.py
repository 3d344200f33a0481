"""What senders and proxies take for granted: HEAD, a slash at the end, and headers of declared proxies only."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from centre.hosts import Hosts
from centre.manners import Manners

PROXY, STRANGER = "10.20.0.5", "203.0.113.7"
FORWARDED = {"X-Forwarded-Host": "lich.example.vn, 10.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-For": STRANGER}


async def _said(request: Request) -> Response:
    told = {"url": str(request.url), "method": request.method, "path": request.scope["path"], "from": request.client}
    return JSONResponse(told, headers={"x-kind": "said"})


async def _streamed(_: Request) -> Response:
    return StreamingResponse(iter([b"one", b"two"]), media_type="text/calendar")


APP = Starlette(
    routes=[
        Route("/", _said, methods=["GET", "POST"]),
        Route("/ingest/traccar", _said, methods=["POST"]),
        Route("/a/b.ics", _streamed, methods=["GET"]),
    ]
)
APP.router.redirect_slashes = True


async def asked(
    method: str, path: str, *, by: str = STRANGER, trusted: tuple[str, ...] = (PROXY,), **given: Any
) -> httpx.Response:
    transport = httpx.ASGITransport(Manners(APP, trusted), client=(by, 1234))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8050") as http:
        return await http.request(method, path, **given)


@pytest.mark.parametrize("path", ["/", "/a/b.ics", "/a/b.ics/"])
async def test_head_is_what_get_is_without_its_body(path: str) -> None:
    got, head = await asked("GET", path), await asked("HEAD", path)
    assert (head.status_code, head.content) == (got.status_code, b"") == (200, b"")
    assert head.headers == got.headers


async def test_head_of_what_only_takes_posts_is_refused_as_get_is() -> None:
    assert (
        (await asked("HEAD", "/ingest/traccar")).status_code
        == (await asked("GET", "/ingest/traccar")).status_code
        == 405
    )


@pytest.mark.parametrize("path", ["/ingest/traccar/", "/ingest/traccar//", "/ingest/traccar/?id=1"])
async def test_a_slash_at_the_end_means_nothing_and_nobody_is_sent_elsewhere(path: str) -> None:
    answer = await asked("POST", path)
    assert (answer.status_code, answer.json()["path"]) == (200, "/ingest/traccar")


async def test_only_slashes_are_the_first_page() -> None:
    assert (await asked("GET", "//")).json()["path"] == "/"


@pytest.mark.parametrize("trusted", [(PROXY,), ("10.20.0.0/16",), (" 10.20.0.5 ", "")])
async def test_a_declared_proxy_says_for_whom_it_asks(trusted: tuple[str, ...]) -> None:
    said = (await asked("GET", "/", by=PROXY, trusted=trusted, headers=FORWARDED)).json()
    assert (said["url"], said["from"][0]) == ("https://lich.example.vn/", STRANGER)


@pytest.mark.parametrize("by", [STRANGER, "::1", "not an address"])
async def test_nobody_else_does(by: str) -> None:
    said = (await asked("GET", "/", by=by, headers=FORWARDED)).json()
    assert (said["url"], said["from"][0]) == ("http://127.0.0.1:8050/", by)


async def test_a_proxy_by_ipv6_is_one_too() -> None:
    said = (await asked("GET", "/", by="fd00::5", trusted=("fd00::/64",), headers=FORWARDED)).json()
    assert said["url"] == "https://lich.example.vn/"


@pytest.mark.parametrize(
    ("host", "forwarded", "status"),
    [
        ("127.0.0.1:8050", "lich.example.vn", 200), ("lich.example.vn", "lich.example.vn", 200),
        ("evil.example", "lich.example.vn", 421), ("127.0.0.1:8050", "evil.example", 421),
    ],
)  # fmt: skip
async def test_a_foreign_name_is_refused_on_either_side_of_a_proxy(host: str, forwarded: str, status: int) -> None:
    """A page whose foreign name points at this machine may send a proxy's headers from a browser here."""
    names = ("lich.example.vn", "127.0.0.1")
    transport = httpx.ASGITransport(Hosts(Manners(Hosts(APP, names), (PROXY,)), names), client=(PROXY, 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8050") as http:
        answer = await http.get("/", headers={"host": host, "x-forwarded-host": forwarded})
    assert answer.status_code == status
