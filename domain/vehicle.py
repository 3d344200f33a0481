"""A vehicle on the map: its newest position and how alive that position is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from domain.observation import Kind

# WASTE.md, KPI 4: three times the 30 s rule of Thông tư 09/2015; then ten minutes as in the wall's legend.
LIVE_WITHIN = timedelta(seconds=90)
SILENT_AFTER = timedelta(minutes=10)
MOVING_FROM_KMH = 3.0


class VehicleState(IntEnum):
    """Wire codes of the vehicle frame; what a marker looks like."""

    UNKNOWN = 0
    MOVING = 1
    STOPPED = 2
    AGEING = 3
    SILENT = 4


# Not frozen like the other words: each web worker makes one per position heard, and freezing triples that cost.
@dataclass(slots=True, kw_only=True)
class Vehicle:
    """The newest accepted fix of a device, under the vehicle's id when the device is bound to one."""

    id: str
    device: str
    bound: bool
    at: datetime
    received_at: datetime
    latitude: float
    longitude: float
    kind: Kind
    source: str
    speed_kmh: float | None = None
    course_deg: float | None = None
    place: str = ""
    flags: tuple[str, ...] = ()


def state_of(at: datetime, speed_kmh: float | None, now: datetime) -> VehicleState:
    """State by the age of the fix first and by its speed second; a silent truck is never "stopped"."""
    age = now - at
    if age > SILENT_AFTER:
        return VehicleState.SILENT
    if age > LIVE_WITHIN:
        return VehicleState.AGEING
    if speed_kmh is None:
        return VehicleState.UNKNOWN
    return VehicleState.MOVING if speed_kmh >= MOVING_FROM_KMH else VehicleState.STOPPED
