"""Figures that somebody approved, as the stream carries them: numbered revisions; a repetition changes nothing."""

import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

import orjson

from domain.feeds.payload import Format, Payload
from domain.observation import Observation
from store.rows import observation_of, observation_row

_LEVEL = 1
_TOGETHER_BYTES = 2**16


class Lines:
    """Compressed lines of JSON, so that two hundred thousand figures are never held as text."""

    def __init__(self) -> None:
        self._squeeze = zlib.compressobj(_LEVEL)
        self._out = bytearray()
        self._waiting = bytearray()

    def add(self, line: bytes) -> None:
        """Add one JSON text."""
        self._waiting += line
        self._waiting += b"\n"
        if len(self._waiting) >= _TOGETHER_BYTES:
            self._out += self._squeeze.compress(self._waiting)
            self._waiting.clear()

    def whole(self) -> bytes:
        """All lines; nothing can be added afterwards."""
        return bytes(self._out + self._squeeze.compress(self._waiting) + self._squeeze.flush())


def lines_in(body: bytes) -> Iterator[bytes]:
    """The JSON texts that `Lines` holds."""
    return iter(io.BytesIO(zlib.decompress(body)))


def packed(figures: Iterable[Observation]) -> bytes | None:
    """Figures as bytes that `figures_in` reads; None without any."""
    out, empty = Lines(), True
    for item in figures:
        out.add(orjson.dumps(observation_row(item)))
        empty = False
    return None if empty else out.whole()


def imported(feed: str, figures: bytes, name: str, received_at: datetime) -> Payload:
    """The message of one decision; the collector stores a message in one transaction."""
    return Payload(feed=feed, format=Format.IMPORTED, body=figures, received_at=received_at, name=name)


def figures_in(payload: Payload) -> list[Observation]:
    """The figures of a decision, as of their arrival."""
    found = (observation_of(orjson.loads(line)) for line in lines_in(payload.body))
    return [replace(item, received_at=payload.received_at) for item in found]
