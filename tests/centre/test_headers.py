"""Headers of both sides: documents say what they may do, every answer who may use it, TLS only when there is some."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from hangs import come, until
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

from centre import serving
from centre.headers import SafeHeaders

ROOT = Path(__file__).parents[2]


async def _page(_: object) -> HTMLResponse:
    return HTMLResponse("<p>page</p>")


async def _own(_: object) -> HTMLResponse:
    return HTMLResponse("<p>page</p>", headers={"content-security-policy": "default-src 'self'"})


async def _text(_: object) -> PlainTextResponse:
    return PlainTextResponse("ok")


APP = SafeHeaders(Starlette(routes=[Route("/", _page), Route("/own", _own), Route("/text", _text)]))


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a real server that trusts a proxy on this machine, as uvicorn does unless told otherwise."""
    config = uvicorn.Config(APP, port=0, lifespan="off", log_level="warning", forwarded_allow_ips="127.0.0.1")
    server = serving.Server(config, f"unix://{tmp_path}/none")
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    base = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    async with httpx.AsyncClient(base_url=base) as client:
        yield client
    server.handle_exit(signal.SIGTERM, None)
    server._captured_signals.clear()  # else it is raised again, at us
    await come(running)


async def test_a_document_says_what_it_may_do(http: httpx.AsyncClient) -> None:
    headers = (await http.get("/")).headers
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "geolocation=()" in headers["permissions-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers, "over http a browser must not be told to come by https only"


async def test_a_policy_of_its_own_stays_the_only_one(http: httpx.AsyncClient) -> None:
    assert (await http.get("/own")).headers.get_list("content-security-policy") == ["default-src 'self'"]


async def test_an_answer_that_is_no_document_stays_short(http: httpx.AsyncClient) -> None:
    headers = (await http.get("/text")).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "permissions-policy" not in headers


async def test_behind_tls_browsers_are_told_to_stay_there(http: httpx.AsyncClient) -> None:
    for path in ("/", "/text", "/nowhere"):
        headers = (await http.get(path, headers={"x-forwarded-proto": "https"})).headers
        assert headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.servers
@pytest.mark.enable_socket
async def test_the_front_doors_own_process_sends_them(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "DATABASE_URL")}
    environment |= {"IOC_DATA_DIR": str(tmp_path), "IOC_INGEST_PORT": str(port), "IOC_HOST": "127.0.0.1"}
    door = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ingest", "door", cwd=ROOT, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

            async def answers() -> bool:
                with contextlib.suppress(httpx.HTTPError):
                    return (await http.get("/healthz")).status_code == 200
                return False

            await until(answers)
            headers = (await http.get("/docs")).headers
    finally:
        door.terminate()
        await door.wait()
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
