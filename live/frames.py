"""Newest vehicle positions as columns with stable slots, and what pages were told of them."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from domain.fleets.vehicle import MOVING_FROM_KMH, Position, VehicleState
from domain.instant import to_ms
from live.frame_bytes import ROW, Rows, encode
from present.wire import COURSE_UNKNOWN, FRAME_GRID, LIVE_S, SILENT_S
from present.wire import VEHICLE_GONE as GONE

_log = logging.getLogger(__name__)
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
# A vehicle that is gone stands nowhere: when it comes back, all of it is told.
_NOWHERE = {"x": 0, "y": 0, "course": 0, "state": GONE}


class VehicleColumns:
    """Newest position of every vehicle, one array a column; a vehicle keeps its slot as long as slots are left.

    A vehicle that disappears leaves its slot empty (state GONE) and gets the same slot when it comes back,
    so that no marker turns into another vehicle on a screen that missed the change. Once every slot has been
    given out, another vehicle takes the slot that has been empty longest. ``renamed`` then says that all names and
    positions must be sent, as it does when a vehicle changes its fleet (``feeds``, by slot). A vehicle that finds no
    slot is not shown; ``without_slot`` counts it.

    A frame says how far each vehicle moved since the one before, so it is kept what pages were told, beside what is
    known: a page that joins gets what the others were told, and the next frame fits for all of them.
    """

    def __init__(self, capacity: int = 512) -> None:
        """Room for ``capacity`` vehicles before the arrays grow."""
        self.ids: list[str] = []
        self.feeds: list[str] = []
        self.renamed = False
        self.without_slot = 0
        self._gone: dict[int, None] = {}
        self._slots: dict[str, int] = {}
        self._rows = _empty(capacity)
        self._told = _empty(capacity)

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
            held_at_s, *_, state = self._rows.item(slot)
            if at_s < held_at_s and not authoritative and state != GONE:
                continue
            x, y = round(vehicle.longitude * FRAME_GRID), round(vehicle.latitude * FRAME_GRID)
            self._rows[slot] = max(0, at_s), x, y, _course_code(vehicle.course_deg), _state_code(vehicle.speed_kmh)
            changed.append(slot)
            self._gone.pop(slot, None)
        if without and not self.without_slot:
            _log.error("%d vehicles are shown; more have no slot in a frame and are left out", len(self.ids))
        self.without_slot += without
        return changed

    def keep(self, ids: Collection[str]) -> list[int]:
        """Mark every vehicle outside ``ids`` as gone; return the slots that changed."""
        state = self._rows["state"]
        lost = [slot for slot, id_ in enumerate(self.ids) if id_ not in ids and state[slot] != GONE]
        for name, value in _NOWHERE.items():
            self._rows[name][lost] = value
        self._gone.update(dict.fromkeys(lost))
        return lost

    def tell(self, slots: Iterable[int]) -> None:
        """Treat what is known of ``slots`` as told."""
        index = np.fromiter(slots, np.intp)
        self._told[index] = self._rows[index]

    def delta(self, slots: Collection[int], *, seq: int, now: datetime) -> bytes:
        """What is known of ``slots`` as changes since the last frame that told of each; it is told by that."""
        index = np.fromiter(slots, np.intp, len(slots))
        before = self._told[index]
        self._told[index] = self._rows[index]
        return self._frame(index, before, full=False, seq=seq, now=now)

    def full(self, *, seq: int, now: datetime) -> bytes:
        """All that was told up to frame ``seq``, for a page that knows nothing."""
        index = np.arange(len(self.ids))
        return self._frame(index, np.zeros(len(index), ROW), full=True, seq=seq, now=now)

    def _frame(self, index: NDArray[np.intp], before: Rows, *, full: bool, seq: int, now: datetime) -> bytes:
        rows, now_ms = self._told[index], to_ms(now)
        rows["state"] = _states(rows, now_ms // 1000)
        return encode(full=full, seq=seq, now_ms=now_ms, slots=index, rows=rows, before=before)

    def _slot(self, vehicle: Position) -> int | None:
        known = self._slots.get(vehicle.id)
        if known is not None:
            return known
        slot = len(self.ids)
        if slot >= MAX_SLOTS:
            return self._taken_over(vehicle.id)
        if slot >= len(self._rows):
            more = _empty(len(self._rows))
            self._rows, self._told = (np.concatenate([held, more]) for held in (self._rows, self._told))
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
            self._told[slot] = _empty(1)[0]  # of this vehicle nobody was told; a full frame to all follows
            self.renamed = True
        return slot


def _empty(count: int) -> Rows:
    rows = np.zeros(count, ROW)
    rows["state"] = GONE
    return rows


def _states(rows: Rows, now_s: int) -> NDArray[np.uint8]:
    """domain.fleets.vehicle.state_of for whole columns; a test checks that both agree."""
    state: NDArray[np.uint8] = rows["state"].copy()
    at_s = rows["at_s"]
    if len(at_s) and np.minimum.reduce(at_s) < now_s - LIVE_S:  # at_s.min() goes through Python
        here = state != GONE
        state[here & (at_s < now_s - LIVE_S)] = _AGEING
        state[here & (at_s < now_s - SILENT_S)] = _SILENT
    return state


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
