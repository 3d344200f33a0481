"""Open sockets of one sender are bounded, and nobody else's."""

import asyncio
from typing import Any

from hangs import until

from centre.sockets import Sockets


class Held:
    """Sockets that stay open until `over` is set, behind the layer."""

    def __init__(self, *trusted: str) -> None:
        self.over, self.open, self.refused = asyncio.Event(), 0, 0
        self._layer = Sockets(self._app, trusted, most=3)
        self._tasks: list[asyncio.Task[None]] = []

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        self.open += 1
        await self.over.wait()
        self.open -= 1

    async def _send(self, message: Any) -> None:
        if message["type"] == "websocket.http.response.start":
            assert message["status"] == 429
            self.refused += 1

    async def come(self, *addresses: str, kind: str = "websocket") -> tuple[int, int]:
        """(open, refused) once each of ``addresses`` has come."""
        before = self.open + self.refused
        for address in addresses:
            scope = {"type": kind, "client": (address, 4000) if address else None}
            self._tasks.append(asyncio.create_task(self._layer(scope, None, self._send)))  # type: ignore[arg-type]
        await until(lambda: self.open + self.refused == before + len(addresses))
        return self.open, self.refused

    async def end(self) -> None:
        self.over.set()
        await asyncio.gather(*self._tasks)
        self.over.clear()


async def test_one_sender_holds_so_many_and_others_as_many_again() -> None:
    held = Held()
    assert await held.come(*["203.0.113.9"] * 5) == (3, 2)
    assert await held.come("198.51.100.1") == (4, 2)
    assert await held.come(*(f"2001:db8::{number}" for number in range(1, 6))) == (7, 4), "one /64 is one sender"
    await held.end()
    assert await held.come("203.0.113.9") == (1, 4), "what was closed counts no more"
    await held.end()


async def test_a_proxy_and_what_is_no_socket_are_not_counted() -> None:
    held = Held("10.20.0.0/24", "127.0.0.1")
    assert await held.come(*["10.20.0.5"] * 5, *["127.0.0.1"] * 5, *[""] * 5) == (15, 0)
    assert await held.come(*["203.0.113.9"] * 5, kind="http") == (20, 0)
    await held.end()
