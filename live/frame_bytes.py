"""The bytes of a vehicle frame (docs/live.md): what moved since the frame before, as columns of small numbers."""

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from live.varints import Ints, packed, unpacked
from present.wire import FRAME_GRID, FRAME_TYPE

HEADER = struct.Struct("<BBHIdI")

ROW = np.dtype([("at_s", np.int64), ("x", np.int64), ("y", np.int64), ("course", np.uint8), ("state", np.uint8)])
"""A vehicle: epoch seconds, longitude and latitude on the grid of 1/FRAME_GRID degrees, course and state."""
Rows = np.ndarray[tuple[int], np.dtype[np.void]]


class Frame(NamedTuple):
    """A frame that was read: ``full`` replaces everything known, otherwise only the listed slots change.

    Columns have equal length: slot, at_s epoch seconds, lon/lat degrees, course (×360/256 degrees, 255 unknown),
    state (VehicleState, 255 gone).
    """

    full: bool
    seq: int
    now_ms: float
    slot: Ints
    at_s: Ints
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    course: NDArray[np.uint8]
    state: NDArray[np.uint8]


def encode(*, full: bool, seq: int, now_ms: int, slots: Ints, rows: Rows, before: Rows) -> bytes:
    """A frame of ``rows`` in ``slots``; ``before`` is what the reader knows of each (zeros for a full frame)."""
    columns = (
        packed(np.diff(slots, prepend=-1) - 1),
        packed(now_ms // 1000 - rows["at_s"]),
        packed(rows["x"] - before["x"]),
        packed(rows["y"] - before["y"]),
        (rows["course"] - before["course"]).tobytes(),
        rows["state"].tobytes(),
    )
    return b"".join((HEADER.pack(FRAME_TYPE, full, 0, seq, now_ms, len(slots)), *columns))


class FrameReader:
    """Reads the frames of one connection in their order; the browser's reader is assets/scripts/11-frames.js."""

    def __init__(self) -> None:
        self._seq: int | None = None
        self._known = np.zeros(0, ROW)

    def read(self, data: bytes) -> Frame:
        """The next frame; ValueError when it is none, or when the frame before it was never read."""
        if len(data) < HEADER.size:
            raise ValueError(f"a frame has at least {HEADER.size} bytes, got {len(data)}")
        kind, full, _, seq, now_ms, n = HEADER.unpack_from(data)
        if kind != FRAME_TYPE:
            raise ValueError(f"not a vehicle frame: type {kind}")
        if not full and (self._seq is None or seq != self._seq + 1):
            raise ValueError(f"frame {seq} does not follow {self._seq}")
        gaps, at = unpacked(data, HEADER.size, n)
        ages, at = unpacked(data, at, n)
        east, at = unpacked(data, at, n)
        north, at = unpacked(data, at, n)
        if len(data) != at + 2 * n:
            raise ValueError(f"not a vehicle frame: {len(data)} bytes, {at + 2 * n} expected")
        slots = np.cumsum(gaps + 1) - 1
        rows = self._take(slots, bool(full))
        rows["at_s"] = now_ms // 1000 - ages
        rows["x"] += east
        rows["y"] += north
        rows["course"] += np.frombuffer(data, np.uint8, n, at)
        rows["state"] = np.frombuffer(data, np.uint8, n, at + n)
        self._known[slots] = rows
        self._seq = seq
        lon, lat = rows["x"] / FRAME_GRID, rows["y"] / FRAME_GRID
        return Frame(bool(full), seq, now_ms, slots, rows["at_s"], lon, lat, rows["course"], rows["state"])

    def _take(self, slots: Ints, full: bool) -> Rows:
        """What is known of ``slots``; a full frame forgets everything first."""
        if len(slots) and int(slots.min()) < 0:
            raise ValueError("a frame names a slot below 0")
        room = int(slots.max(initial=-1)) + 1
        if full or room > len(self._known):
            known = np.zeros(max(room, len(self._known)), ROW)
            if not full:
                known[: len(self._known)] = self._known
            self._known = known
        return self._known[slots].copy()
