"""A real day of buses (Austin, 7 March 2015): each run's planned stops and the stops it passed."""

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np

from bench.rig.centre import ROOT
from rounds.lessons import PlannedRun
from rounds.progress import StopEvent, stop_events

SET = "waste/capmetro_avl_2015"
_MIDNIGHT_S = datetime.fromisoformat("2015-03-07T00:00:00-06:00").timestamp()
_DAY_S = 86_400

Fix = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class DrivenRun:
    """A planned run and the stops its vehicle passed."""

    plan: PlannedRun
    events: list[StopEvent]


@dataclass(frozen=True, kw_only=True)
class _Trip:
    """A trip of the timetable: its stops by name and time after midnight, on Fridays or on Saturdays or both."""

    stops: list[str]
    after_s: list[float]
    friday: bool
    saturday: bool


def folder() -> Path | None:
    """Folder of the data set, None when it is missing."""
    base = Path(os.environ.get("IOC_REALDATA") or ROOT.parent / "shared" / "realdata") / SET
    return base if base.is_dir() else None


def read(base: Path) -> list[DrivenRun]:
    """All runs of the day that are in the timetable."""
    fixes: dict[tuple[str, str], set[Fix]] = defaultdict(set)
    routes = {}
    for row in _rows(base / "positions_2015-03-07.csv.gz"):
        at_s = datetime.fromisoformat(row["timestamp"]).timestamp()
        key = row["trip_id"], row["vehicle_id"]
        # A set drops fixes that were sent twice.
        fixes[key].add((at_s, float(row["longitude"]), float(row["latitude"])))
        routes[key] = row["route_id"]
    trips = _trips(base / "schedule_20140824_20150606.csv.gz", {trip for trip, _ in fixes})
    places = {
        row["stop_id"]: (float(row["stop_lon"]), float(row["stop_lat"]))
        for row in _rows(base / "stops_20140824_20150606.csv.gz")
    }
    return [
        _driven(routes[key], trips[key[0]], np.array(sorted(track)), places)
        for key, track in sorted(fixes.items())
        if key[0] in trips
    ]


def _driven(route: str, trip: _Trip, track: np.ndarray, places: dict[str, tuple[float, float]]) -> DrivenRun:
    """A run with its passed stops. Friday's last trips, whose times exceed 24:00, still run shortly after midnight."""
    midnights = [_MIDNIGHT_S] * trip.saturday + [_MIDNIGHT_S - _DAY_S] * trip.friday
    seen_s, planned_s = track[[0, -1], 0].mean(), np.array(trip.after_s)
    midnight_s = min(midnights, key=lambda at_s: abs(at_s + float(np.median(planned_s)) - seen_s))
    stops = np.array([places[stop] for stop in trip.stops])
    return DrivenRun(
        plan=PlannedRun(route=route, stops=trip.stops, planned_s=midnight_s + planned_s),
        events=stop_events(track[:, 0], track[:, 1:], stops),
    )


def _trips(path: Path, wanted: set[str]) -> dict[str, _Trip]:
    rows = (row for row in _rows(path) if row["trip_id"] in wanted)
    timed = sorted(((row["trip_id"], _after_s(row["arrival_time"]), row) for row in rows), key=itemgetter(0, 1))
    trips = {}
    for trip, group in groupby(timed, key=itemgetter(0)):
        entries = list(group)
        friday, saturday = (entries[0][2][day] == "1" for day in ("friday", "saturday"))
        if friday or saturday:
            stops, after_s = [row["stop_id"] for _, _, row in entries], [at for _, at, _ in entries]
            trips[trip] = _Trip(stops=stops, after_s=after_s, friday=friday, saturday=saturday)
    return trips


def _after_s(clock: str) -> float:
    hours, minutes, seconds = map(int, clock.split(":"))
    return 3_600.0 * hours + 60 * minutes + seconds


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
