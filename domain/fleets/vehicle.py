"""A vehicle on the map: its newest position and how fresh that position is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from domain.instant import from_ms, is_stale, to_ms
from domain.observation import Kind

# WASTE.md, KPI 4: three times the 30 s rule of Thông tư 09/2015; then ten minutes as in the wall's legend.
LIVE_WITHIN = timedelta(seconds=90)
SILENT_AFTER = timedelta(minutes=10)
MOVING_FROM_KMH = 3.0
SILENT_ALARM = "silent:"
"""Before a vehicle's id: the id of the alarm that it has gone silent; maps mark that vehicle."""


class VehicleState(IntEnum):
    """Codes of the vehicle frame; they decide how a marker looks."""

    UNKNOWN = 0
    MOVING = 1
    STOPPED = 2
    AGEING = 3
    SILENT = 4


def plate_key(text: str) -> str:
    """A plate or vehicle id as capital letters and digits ("62C12345"), because people punctuate differently."""
    return "".join(char for char in text.upper() if char.isalnum())


# Not frozen, for the same reason as a Fix.
@dataclass(slots=True, kw_only=True)
class Vehicle:
    """The newest accepted fix of a device. ``id`` is the vehicle's when the device is bound to one, else the device's.

    ``feed`` is the fleet's feed; "" in data from a centre of one fleet.
    """

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
    feed: str = ""


_KINDS = {kind.value: kind for kind in Kind}


class Position(NamedTuple):
    """Compact form of a Vehicle for the channel between processes. Times are epoch ms. Cheap: one per position."""

    id: str
    device: str
    bound: bool
    at_ms: int
    received_ms: int
    latitude: float
    longitude: float
    kind: str
    source: str
    speed_kmh: float | None
    course_deg: float | None
    place: str
    flags: Sequence[str]
    feed: str = ""

    @classmethod
    def of(cls, vehicle: Vehicle) -> "Position":
        """The compact form of ``vehicle``."""
        return cls(
            vehicle.id,
            vehicle.device,
            vehicle.bound,
            to_ms(vehicle.at),
            to_ms(vehicle.received_at),
            vehicle.latitude,
            vehicle.longitude,
            vehicle.kind.value,
            vehicle.source,
            vehicle.speed_kmh,
            vehicle.course_deg,
            vehicle.place,
            vehicle.flags,
            vehicle.feed,
        )

    def vehicle(self) -> Vehicle:
        """The vehicle again; KeyError for an unknown kind."""
        return Vehicle(
            id=self.id,
            device=self.device,
            bound=self.bound,
            at=from_ms(self.at_ms),
            received_at=from_ms(self.received_ms),
            latitude=self.latitude,
            longitude=self.longitude,
            kind=_KINDS[self.kind],
            source=self.source,
            speed_kmh=self.speed_kmh,
            course_deg=self.course_deg,
            place=self.place,
            flags=tuple(self.flags),
            feed=self.feed,
        )


def state_of(at: datetime, speed_kmh: float | None, now: datetime) -> VehicleState:
    """State by the age of the fix, then by its speed; a silent truck is never "stopped"."""
    age = now - at
    if is_stale(at, SILENT_AFTER, now):
        return VehicleState.SILENT
    if age > LIVE_WITHIN:
        return VehicleState.AGEING
    if speed_kmh is None:
        return VehicleState.UNKNOWN
    return VehicleState.MOVING if speed_kmh >= MOVING_FROM_KMH else VehicleState.STOPPED
