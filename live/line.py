"""uvicorn's WebSocket protocol plus `write`, which sends frames that were encoded once for all pages."""

from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions import Extension
from websockets.extensions.permessage_deflate import PerMessageDeflate

from live.message import PACKING, WINDOW_BITS, Message

EXTENSION = "ioc.line"


class Line(WebSocketsSansIOProtocol):
    """``--ws live.line:Line``. Offers `write` to the application as an extension of the ASGI scope.

    Plain ASGI wakes one task per page and message and frames the message again: with twenty pages this took a third
    of a web worker's time.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        """As uvicorn makes it; it offers our compression and no other."""
        super().__init__(*given, **named)
        self.conn.available_extensions = [PACKING]
        self._packed = False

    async def run_asgi(self) -> None:
        """Serve the connection; one that needs its own frames is not offered `write`."""
        self._packed = bool(self.conn.extensions)
        if all(_shared(extension) for extension in self.conn.extensions):
            self.scope["extensions"][EXTENSION] = self.write  # type: ignore[assignment]
        await super().run_asgi()

    def write(self, messages: Sequence[Message]) -> bool:
        """Send ``messages`` now; return False and send nothing while the page is slow or the connection is closing."""
        if not self.handshake_complete or self.close_sent or self.transport.is_closing() or not self.writable.is_set():
            return False
        for message in messages:
            self.transport.write(message.packed if self._packed else message.frame)
        return True


def _shared(extension: Extension) -> bool:
    """Whether the connection reads frames compressed for everybody: a page may ask for a smaller window."""
    return (
        isinstance(extension, PerMessageDeflate)
        and extension.local_no_context_takeover
        and extension.local_max_window_bits == WINDOW_BITS
    )
