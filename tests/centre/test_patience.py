"""Slow, half-open and endless requests end, on real sockets; honest ones beside them are answered."""

import asyncio
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from hangs import HANG_S, come
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from centre.patience import OPEN_FILES, Patience, raise_open_files, within
from tests.centre.listening import listening

SOON = Patience(headers_s=0.2, body_s=0.2, body_bytes_per_s=1e9, connections=3)
LATER = Patience(headers_s=10 * HANG_S, body_s=10 * HANG_S, connections=3)


async def _count(request: Request) -> Response:
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return Response(status_code=400)


APP = Starlette(routes=[Route("/", _count, methods=["GET", "POST"])])


@asynccontextmanager
async def serving(patience: Patience, *trusted: str) -> AsyncIterator[int]:
    """A server of our own within ``patience``; its port."""
    config = uvicorn.Config(APP, port=0, lifespan="off", log_level="warning", http=within(patience, trusted))
    async with listening(config) as port:
        yield port


async def said(port: int, *parts: bytes) -> bytes:
    """What the server sends until it closes the connection, after it got ``parts``."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
        await writer.drain()
    answer = await come(reader.read())
    writer.close()
    return answer


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"GET / HT",),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: b",),
    ],
)
async def test_a_connection_that_never_asks_is_told_and_ended(parts: tuple[bytes, ...]) -> None:
    async with serving(SOON) as port:
        assert (await said(port, *parts)).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("head", [b"Content-Length: 50\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"])
async def test_a_body_that_does_not_end_is_ended(head: bytes) -> None:
    async with serving(SOON) as port:
        assert b" 200 " not in await said(port, b"POST / HTTP/1.1\r\nHost: x\r\n" + head)


async def test_a_dripping_body_ends_and_a_large_one_that_flows_does_not() -> None:
    async with serving(SOON._replace(body_bytes_per_s=10)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nConnection: close\r\n\r\n" + b"x" * 1000)
        # The other connection is over by its time; this one has bought a hundred seconds.
        await said(port)
        writer.write(b"x")
        assert (await come(reader.read())).endswith(b"1001")
        writer.close()


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 60_000),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n" * 6_000),
        (b"GET /", b"a" * 60_000),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-A: b\r\n" * 6_000),
    ],
    ids=["one header", "many headers", "address", "trailers"],
)
async def test_headers_without_an_end_are_ended_by_their_size(begin: bytes, piece: bytes) -> None:
    sent = 0
    async with serving(LATER) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begin)
        with suppress(ConnectionError):
            while sent < 100 * len(piece):
                writer.write(piece)
                await writer.drain()
                sent += len(piece)
                if reader.at_eof():
                    break
            await come(reader.read())
        writer.close()
        assert reader.at_eof() or reader.exception() is not None, "the server ended it"


async def test_a_body_in_the_smallest_chunks_is_taken_whole() -> None:
    async with serving(LATER) as port:
        head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        assert (await said(port, head, *[b"1\r\na\r\n" * 20_000] * 5, b"0\r\n\r\n")).endswith(b"100000")


async def test_requests_after_each_other_on_one_connection_each_have_their_time() -> None:
    async with serving(LATER) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 200 " in await come(reader.readuntil(b"\r\n\r\n0"))
        writer.close()


async def test_an_address_holds_so_many_connections_and_a_proxy_any() -> None:
    for trusted, kept in (((), 3), (("127.0.0.1",), 5), (("127.0.0.0/8", "10.0.0.1"), 5)):
        async with serving(LATER, *trusted) as port:
            held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
            answered = 0
            for reader, writer in held:
                writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                with suppress(asyncio.IncompleteReadError, ConnectionError):
                    answered += b" 200 " in await come(reader.readuntil(b"\r\n\r\n0"))
            assert answered == kept
            for _, writer in held[:3]:
                writer.close()
                await writer.wait_closed()
            async with asyncio.timeout(HANG_S):
                while b" 200 " not in await said(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"):
                    pass


class _Silent(asyncio.Transport):
    """A transport of a sender at an address."""

    def __init__(self, address: str) -> None:
        super().__init__({"peername": (address, 4000), "sockname": ("::", 8050)})
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True

    def close(self) -> None:
        """There is nothing to close."""


async def test_the_addresses_of_one_network_are_one_sender_s() -> None:
    config, made = uvicorn.Config(APP, http=within(LATER, ())), []
    config.load()
    state = uvicorn.server.ServerState()
    for address in (*(f"2001:db8::{number}" for number in range(1, 6)), "2001:db8:0:1::1"):
        protocol, transport = config.http_protocol_class(config, state, {}), _Silent(address)
        protocol.connection_made(transport)
        made.append((protocol, transport))
    assert [transport.aborted for _, transport in made] == [False] * 3 + [True] * 2 + [False]
    for protocol, _ in made:
        protocol.connection_lost(None)


def test_a_process_may_open_as_many_files_as_the_system_allows() -> None:
    raised = raise_open_files()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert raised in (OPEN_FILES, hard)
    assert soft == resource.RLIM_INFINITY or soft >= raised
