"""Facilities that trucks drive to (depots, plants, transfer points, fuel), and weighbridge tickets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.observation import Kind
from domain.waste.plan import Position


class FacilityKind(StrEnum):
    """What a facility is for."""

    DEPOT = "depot"
    PLANT = "plant"
    TRANSFER = "transfer"
    FUEL = "fuel"


UNLOADED_AT = frozenset({FacilityKind.PLANT, FacilityKind.TRANSFER})
"""Facilities where trucks weigh and empty their loads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A depot, plant, transfer point or filling station: a fence, or a point with a radius in metres.

    ``points`` is the closed ring of the fence (four or more), or one point together with ``radius_m``.
    """

    id: str
    name: str
    kind: FacilityKind
    points: tuple[Position, ...]
    radius_m: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        ring = len(self.points) >= 4 and self.points[0] == self.points[-1]
        if not ring and not (len(self.points) == 1 and self.radius_m > 0):
            raise ValueError("a facility is a closed ring, or a point with a radius")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One weighing. Masses in kg, None = not given; ``plate`` without punctuation ("62C12345"); times in UTC."""

    id: str
    plant: str
    plate: str
    entered_at: datetime
    left_at: datetime | None = None
    gross_kg: float | None = None
    tare_kg: float | None = None
    net_kg: float
    kind: Kind = Kind.MEASURED
    source: str = ""

    @property
    def weighed_at(self) -> datetime:
        """When it was known: at the exit, else at the entry."""
        return self.left_at or self.entered_at
