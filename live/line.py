"""uvicorn's WebSocket with one thing more: a page takes frames that were made once for all of them."""

from collections.abc import Sequence

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from live.message import Message

EXTENSION = "ioc.line"


class Line(WebSocketsSansIOProtocol):
    """``--ws live.line:Line``. Offers `write` to the application as an extension of the ASGI scope.

    By ASGI alone each page has a task that is woken for each message and frames it again: with twenty pages that was
    a third of a web worker's time.
    """

    async def run_asgi(self) -> None:
        """Serve the connection; one that negotiated compression needs frames of its own and gets no such offer."""
        if not self.conn.extensions:
            self.scope["extensions"][EXTENSION] = self.write  # type: ignore[assignment]
        await super().run_asgi()

    def write(self, messages: Sequence[Message]) -> bool:
        """Hand over ``messages`` now; False, and nothing is sent, while the page is slow or when it is going."""
        if not self.handshake_complete or self.close_sent or self.transport.is_closing() or not self.writable.is_set():
            return False
        for message in messages:
            self.transport.write(message.frame)
        return True
