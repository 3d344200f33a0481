"""uvicorn's WebSocket protocol plus `write`, which sends frames that were encoded once for all pages."""

from collections.abc import Sequence

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from live.message import Message

EXTENSION = "ioc.line"


class Line(WebSocketsSansIOProtocol):
    """``--ws live.line:Line``. Offers `write` to the application as an extension of the ASGI scope.

    Plain ASGI wakes one task per page and message and frames the message again: with twenty pages this took a third
    of a web worker's time.
    """

    async def run_asgi(self) -> None:
        """Serve the connection; a compressed one needs its own frames, so it is not offered `write`."""
        if not self.conn.extensions:
            self.scope["extensions"][EXTENSION] = self.write  # type: ignore[assignment]
        await super().run_asgi()

    def write(self, messages: Sequence[Message]) -> bool:
        """Send ``messages`` now; return False and send nothing while the page is slow or the connection is closing."""
        if not self.handshake_complete or self.close_sent or self.transport.is_closing() or not self.writable.is_set():
            return False
        for message in messages:
            self.transport.write(message.frame)
        return True
