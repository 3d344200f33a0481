"""Since when the vehicles of a run have been away from its streets: nobody can say then when they come to the next."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

import numpy as np
import shapely

from domain.instant import from_s
from rounds.assigning import AWAY_S
from rounds.drive import Drive
from rounds.judging import Metres
from rounds.off_plan import LEAVES_M
from streets.graph import Floats

_ASKED_S = 3_600.0


def astray_since(
    drives: Sequence[Drive], lines: Iterable[Floats], metres: Metres, now: datetime, gone_s: Mapping[str, float],
    rests_s: Mapping[str, float],
) -> datetime | None:  # fmt: skip
    """When the last of a run's vehicles left its streets; None while one is there, or was a few minutes before its
    newest fix.

    Args:
        drives: the vehicles' days; fixes after ``now`` count for nothing.
        lines: the streets and stops of the run, rows of longitude and latitude.
        metres: from places to a plane.
        now: the moment asked.
        gone_s: by vehicle that is on another run now, when it worked on this one last: it may cross its streets again.
        rests_s: by vehicle, since when it has rested in a facility (`resting_since`), which may lie beside its streets.
    """  # fmt: skip
    planned = shapely.geometrycollections([shape(metres(line)) for line in lines])
    left_s = [
        gone_s.get(drive.vehicle) or _left_s(drive, planned, metres, now.timestamp(), rests_s[drive.vehicle])
        for drive in drives
    ]
    known = [at_s for at_s in left_s if at_s is not None]
    return from_s(max(known)) if known and len(known) == len(left_s) else None


def shape(line: Floats) -> shapely.Geometry:
    """A street as a line, a stop as a point."""
    return shapely.LineString(line) if len(line) > 1 else shapely.Point(line[0])


def resting_since(drive: Drive, parked: Callable[[Floats], bool], now_s: float) -> float:
    """Since when a vehicle has been where vehicles are parked (epoch s), inf while it is elsewhere."""
    number = int(np.searchsorted(drive.at_s, now_s, side="right"))
    since_s = np.inf
    while number and parked(drive.places[number - 1]):
        number -= 1
        since_s = float(drive.at_s[number])
    return since_s


def _left_s(drive: Drive, planned: shapely.Geometry, metres: Metres, now_s: float, rests_s: float) -> float | None:
    at_s = drive.at_s[: np.searchsorted(drive.at_s, now_s, side="right")]
    if not len(at_s) or planned.is_empty:
        return None
    # The last hour first: most vehicles were there in it.
    for asked_s in (_ASKED_S, np.inf):
        first = int(np.searchsorted(at_s, at_s[-1] - asked_s))
        places = shapely.points(metres(drive.places[first : len(at_s)]))
        there = np.flatnonzero((shapely.distance(places, planned) <= LEAVES_M) & (at_s[first:] < rests_s))
        if len(there):
            break
    left = first + (int(there[-1]) + 1 if len(there) else 0)
    gone = left < len(at_s) and at_s[-1] - at_s[left] >= AWAY_S
    return float(at_s[left]) if gone else None
