"""Messages to pages, encoded once for all of them: as an ASGI message and as the bytes of a WebSocket frame."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from websockets.extensions.permessage_deflate import PerMessageDeflate, ServerPerMessageDeflateFactory
from websockets.frames import Frame, Opcode

# A shorter one does not become much shorter.
PACKED_FROM_BYTES = 200
WINDOW_BITS = 15
# Without a context from message to message, a compressed frame is the same for every page (RFC 7692, 7.1.1.1).
PACKING = ServerPerMessageDeflateFactory(server_no_context_takeover=True, client_no_context_takeover=True)
_PACKER = PerMessageDeflate(True, True, WINDOW_BITS, WINDOW_BITS)


class Message(NamedTuple):
    """One message: ``asgi`` for any server, ``frame`` for a connection that takes ready bytes (live/line.py).

    ``packed`` is ``frame`` compressed, where that saves something.
    """

    asgi: dict[str, Any]
    frame: bytes
    packed: bytes


def text(content: Mapping[str, object]) -> Message:
    """A text message; view-model dataclasses are written field by field."""
    data = orjson.dumps(content)
    return Message({"type": "websocket.send", "text": data.decode()}, *_framed(Opcode.TEXT, data))


def binary(data: bytes) -> Message:
    """A binary message."""
    return Message({"type": "websocket.send", "bytes": data}, *_framed(Opcode.BINARY, data))


def _framed(opcode: Opcode, data: bytes) -> tuple[bytes, bytes]:
    frame = Frame(opcode, data).serialize(mask=False)  # servers do not mask (RFC 6455, 5.1)
    if len(data) < PACKED_FROM_BYTES:
        return frame, frame
    packed = Frame(opcode, data).serialize(mask=False, extensions=[_PACKER])
    return frame, min(frame, packed, key=len)
