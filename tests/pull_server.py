"""A real HTTP server that answers with exactly the bytes a test gives it, however wrong."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

Answering = Callable[["Asked", asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Asked:
    """One request: its target, and its headers by lower-case name."""

    target: str
    headers: dict[str, str]


@dataclass
class Server:
    """Where it listens, and what it was asked."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/figures", scheme: str = "http") -> str:
        return f"{scheme}://localhost:{self.port}{path}"


@asynccontextmanager
async def serving(answer: Answering, context: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Until the end of the block; what is still being answered then is broken off."""
    server = Server()
    busy: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        busy.add(task)
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            asked = Asked(head[0].split(" ")[1], {name.lower(): value for name, value in headers.items()})
            server.asked.append(asked)
            await answer(asked, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            busy.discard(task)

    listening = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        for task in list(busy):
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)


def response(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; a header's name has _ for -. JSON unless it says otherwise."""
    told = {"content_type": "application/json", "content_length": str(len(body)), "connection": "close"} | headers
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in told.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def saying(*answers: bytes) -> Answering:
    """Each of ``answers`` in turn, the last one for ever."""
    left = list(answers)

    async def answer(_asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop(0) if len(left) > 1 else left[0])

    return answer


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of nobody's for localhost, and how a server shows it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    order = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2"]
    said = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(list(map(str, [*order, *said])), check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context
