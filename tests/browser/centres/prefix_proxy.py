"""A proxy that shows a centre under a path and nothing else, as nginx with a `location` does; it counts refusals."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

_REFUSED = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


@dataclass
class Proxy:
    """Where it listens, and the paths that were asked for beside the prefix."""

    base: str
    port: int = 0
    passed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base}"


@asynccontextmanager
async def proxying(base: str, port: int) -> AsyncIterator[Proxy]:
    """Pass what begins with ``base`` on to ``port``, one request a connection, sockets too."""
    proxy = Proxy(base)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            if path != base and not path.startswith((base + "/", base + "?")):
                proxy.refused.append(path)
                writer.write(_REFUSED)
                await writer.drain()
            else:
                proxy.passed.append(path)
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
                inner_writer.write(head if b"upgrade: websocket" in head.lower() else _closing(head))
                await asyncio.gather(_pour(reader, inner_writer), _pour(inner_reader, writer))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()


def _closing(head: bytes) -> bytes:
    """The request with `Connection: close`: the next one comes by a connection of its own, and is looked at too."""
    first, *lines = head.split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([first, b"Connection: close", *kept])


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
        writer.write_eof()
