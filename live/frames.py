"""Newest vehicle positions as columns with stable slots, and the binary frame encoded from them."""

import logging
import struct
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from domain.fleets.vehicle import MOVING_FROM_KMH, Position, VehicleState
from domain.instant import to_ms
from present.wire import COURSE_UNKNOWN, FRAME_TYPE, FRAME_VEHICLE_BYTES, LIVE_S, SILENT_S
from present.wire import VEHICLE_GONE as GONE

_log = logging.getLogger(__name__)
HEADER = struct.Struct("<BBHIdII")
MAX_SLOTS = 65_536
# Plain numbers: numpy takes microseconds to convert an enum member, and frames are encoded twenty times a second.
_UNKNOWN, _MOVING, _STOPPED, _AGEING, _SILENT = (
    int(state)
    for state in (
        VehicleState.UNKNOWN,
        VehicleState.MOVING,
        VehicleState.STOPPED,
        VehicleState.AGEING,
        VehicleState.SILENT,
    )
)
_COLUMNS = (("at_s", "<u4"), ("lon", "<f4"), ("lat", "<f4"), ("slot", "<u2"), ("course", "u1"), ("state", "u1"))


class Frame(NamedTuple):
    """A decoded frame: ``full`` replaces everything known, otherwise only the listed slots change.

    Columns have equal length: at_s epoch seconds (u32), lon/lat degrees (f32), slot, course
    (×360/256 degrees, 255 unknown), state (VehicleState, 255 gone).
    """

    full: bool
    seq: int
    now_ms: float
    at_s: NDArray[np.uint32]
    lon: NDArray[np.float32]
    lat: NDArray[np.float32]
    slot: NDArray[np.uint16]
    course: NDArray[np.uint8]
    state: NDArray[np.uint8]


def decode(frame: bytes) -> Frame:
    """Read a frame back; raises ValueError when it is not one. The browser's reader is assets/scripts/10-live.js."""
    if len(frame) < HEADER.size:
        raise ValueError(f"a frame has at least {HEADER.size} bytes, got {len(frame)}")
    kind, full, _, seq, now_ms, n, _ = HEADER.unpack_from(frame)
    if kind != FRAME_TYPE or len(frame) != HEADER.size + FRAME_VEHICLE_BYTES * n:
        raise ValueError(f"not a vehicle frame: type {kind}, {n} vehicles in {len(frame)} bytes")
    columns, offset = [], HEADER.size
    for _, dtype in _COLUMNS:
        columns.append(np.frombuffer(frame, dtype=dtype, count=n, offset=offset))
        offset += columns[-1].nbytes
    return Frame(bool(full), seq, now_ms, *columns)


class VehicleColumns:
    """Newest position of every vehicle, one array a column; a vehicle keeps its slot as long as slots are left.

    A vehicle that disappears leaves its slot empty (state GONE) and gets the same slot when it comes back,
    so that no marker turns into another vehicle on a screen that missed the change. Once every slot has been
    given out, another vehicle takes the slot that has been empty longest. ``renamed`` then says that all names and
    positions must be sent, as it does when a vehicle changes its fleet (``feeds``, by slot). A vehicle that finds no
    slot is not shown; ``without_slot`` counts it.
    """

    def __init__(self, capacity: int = 512) -> None:
        """Room for ``capacity`` vehicles before the arrays grow."""
        self.ids: list[str] = []
        self.feeds: list[str] = []
        self.renamed = False
        self.without_slot = 0
        self._gone: dict[int, None] = {}
        self._slots: dict[str, int] = {}
        self._at_s = np.zeros(capacity, np.uint32)
        self._lon = np.zeros(capacity, np.float32)
        self._lat = np.zeros(capacity, np.float32)
        self._course = np.full(capacity, COURSE_UNKNOWN, np.uint8)
        self._state = np.full(capacity, GONE, np.uint8)  # while the position is young

    def __len__(self) -> int:
        return len(self.ids)

    def put(self, positions: Iterable[Position], *, authoritative: bool = False) -> list[int]:
        """Take newer positions; return the slots that changed.

        Ignore a position older than the one held, unless ``authoritative``: a whole snapshot from the store, which may
        have learnt that the newest position was wrong.
        """
        changed = []
        without = 0
        for vehicle in positions:
            slot, at_s = self._slot(vehicle), vehicle.at_ms // 1000
            if slot is None:
                without += 1
                continue
            if self.feeds[slot] != vehicle.feed:
                self.feeds[slot], self.renamed = vehicle.feed, True
            if at_s < self._at_s[slot] and not authoritative and self._state[slot] != GONE:
                continue
            self._at_s[slot] = max(0, at_s)
            self._lon[slot] = vehicle.longitude
            self._lat[slot] = vehicle.latitude
            self._course[slot] = _course_code(vehicle.course_deg)
            self._state[slot] = _state_code(vehicle.speed_kmh)
            changed.append(slot)
            self._gone.pop(slot, None)
        if without and not self.without_slot:
            _log.error("%d vehicles are shown; more have no slot in a frame and are left out", len(self.ids))
        self.without_slot += without
        return changed

    def keep(self, ids: Collection[str]) -> list[int]:
        """Mark every vehicle outside ``ids`` as gone; return the slots that changed."""
        lost = [slot for slot, id_ in enumerate(self.ids) if id_ not in ids and self._state[slot] != GONE]
        self._state[lost] = GONE
        self._gone.update(dict.fromkeys(lost))
        return lost

    def frame(self, slots: Collection[int] | None, *, seq: int, now: datetime) -> bytes:
        """Encode ``slots`` as a delta, or every vehicle as a full frame when None."""
        full = slots is None
        index = np.arange(len(self.ids)) if slots is None else np.fromiter(slots, np.intp, len(slots))
        now_ms = to_ms(now)
        columns = (
            self._at_s[index],
            self._lon[index],
            self._lat[index],
            index.astype(np.uint16),
            self._course[index],
            self._states(index, now_ms),
        )
        header = HEADER.pack(FRAME_TYPE, full, 0, seq, now_ms, len(index), 0)
        return b"".join((header, *(column.tobytes() for column in columns)))

    def _states(self, index: NDArray[np.intp], now_ms: int) -> NDArray[np.uint8]:
        """domain.fleets.vehicle.state_of for whole columns; a test checks that both agree."""
        state, at_s = self._state[index], self._at_s[index]
        now_s = now_ms // 1000
        if len(at_s) and np.minimum.reduce(at_s) < now_s - LIVE_S:  # at_s.min() goes through Python
            here = state != GONE
            state[here & (at_s < now_s - LIVE_S)] = _AGEING
            state[here & (at_s < now_s - SILENT_S)] = _SILENT
        return state

    def _slot(self, vehicle: Position) -> int | None:
        known = self._slots.get(vehicle.id)
        if known is not None:
            return known
        slot = len(self.ids)
        if slot >= MAX_SLOTS:
            return self._taken_over(vehicle.id)
        if slot >= len(self._at_s):
            self._grow()
        self.ids.append(vehicle.id)
        self.feeds.append(vehicle.feed)
        self._slots[vehicle.id] = slot
        return slot

    def _taken_over(self, id_: str) -> int | None:
        """Give ``id_`` the slot that has been empty longest; None when no slot is empty."""
        slot = next(iter(self._gone), None)
        if slot is not None:
            del self._gone[slot]
            del self._slots[self.ids[slot]]
            self.ids[slot] = id_
            self._slots[id_] = slot
            self.renamed = True
        return slot

    def _grow(self) -> None:
        more = len(self._at_s)
        self._at_s = np.concatenate([self._at_s, np.zeros(more, np.uint32)])
        self._lon = np.concatenate([self._lon, np.zeros(more, np.float32)])
        self._lat = np.concatenate([self._lat, np.zeros(more, np.float32)])
        self._course = np.concatenate([self._course, np.full(more, COURSE_UNKNOWN, np.uint8)])
        self._state = np.concatenate([self._state, np.full(more, GONE, np.uint8)])


def _state_code(speed_kmh: float | None) -> int:
    """State by speed, for a position young enough."""
    if speed_kmh is None:
        return _UNKNOWN
    return _MOVING if speed_kmh >= MOVING_FROM_KMH else _STOPPED


def _course_code(course_deg: float | None) -> int:
    """Degrees to 1/256 of a turn; 255 means "unknown", so a course that would get code 255 becomes north."""
    if course_deg is None:
        return COURSE_UNKNOWN
    code = round(course_deg % 360 * 256 / 360) % 256
    return 0 if code == COURSE_UNKNOWN else code
