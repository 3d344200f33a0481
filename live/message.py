"""Messages to pages, encoded once for all of them: as an ASGI message and as the bytes of a WebSocket frame."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from websockets.frames import Frame, Opcode


class Message(NamedTuple):
    """One message: ``asgi`` for any server, ``frame`` for a connection that takes ready bytes (live/line.py)."""

    asgi: dict[str, Any]
    frame: bytes


def text(content: Mapping[str, object]) -> Message:
    """A text message; view-model dataclasses are written field by field."""
    data = orjson.dumps(content)
    return Message({"type": "websocket.send", "text": data.decode()}, _framed(Opcode.TEXT, data))


def binary(data: bytes) -> Message:
    """A binary message."""
    return Message({"type": "websocket.send", "bytes": data}, _framed(Opcode.BINARY, data))


def _framed(opcode: Opcode, data: bytes) -> bytes:
    return Frame(opcode, data).serialize(mask=False)  # servers do not mask (RFC 6455, 5.1)
