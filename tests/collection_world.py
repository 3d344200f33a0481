"""A small town, a planned run through it and trucks that drive it, for tests of judging runs."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import numpy as np
from street_fixtures import DEGREE_M, town

from collection.assigning import Span, assigned
from collection.drive import Drive, Driver
from collection.due import due_streets
from collection.judging import drives_along
from collection.runs import Fleet, RunPlan, judge
from domain.instant import day_start
from domain.observation import Kind
from domain.plan import EVERY_DAY, DueRun, Kerb, PlannedStreet, Route, Unit
from domain.run import RunResult
from streets.ways import Ways

DAY = date(2026, 11, 25)
BEGINS_S = 17 * 3_600
BEGINS = day_start(DAY) + timedelta(seconds=BEGINS_S)
WAYS = Ways(town())

Place = tuple[float, float]


def degrees(*metres: Place) -> tuple[tuple[float, float], ...]:
    return tuple((float(x / DEGREE_M), float(y / DEGREE_M)) for x, y in metres)


def street(order: int, *line: Place, kerb: Kerb = Kerb.BOTH, at_min: float | None = None) -> PlannedStreet:
    begins_s = None if at_min is None else int(BEGINS_S + 60 * at_min)
    return PlannedStreet(order=order, name=f"Đường {order}", kerb=kerb, begins_s=begins_s, points=degrees(*line))


def stop(order: int, at: Place, at_min: float) -> PlannedStreet:
    return PlannedStreet(
        order=order, name=f"Điểm {order}", unit=Unit.STOP, begins_s=int(BEGINS_S + 60 * at_min), points=degrees(at)
    )


STREETS = (
    street(1, (0, 0), (500, 0), at_min=0),
    street(2, (500, 0), (500, 300), at_min=6),
    street(3, (500, 300), (0, 300), at_min=10),
)


def planned(streets: Sequence[PlannedStreet] = STREETS, route: str = "01", ends_min: float = 30) -> RunPlan:
    given = Route(
        id=route,
        name=f"Tuyến {route}",
        streets=tuple(streets),
        weekdays=EVERY_DAY,
        ends_s=int(BEGINS_S + 60 * ends_min),
    )
    return RunPlan(DueRun(route=given, day=DAY, number=1, streets=given.streets), due_streets(WAYS, given))


def trace(
    stations: Iterable[Place], *, kmh: float = 8.0, start_min: float = 0.0, every_s: float = 15.0
) -> list[tuple[float, float, float]]:
    """Fixes (epoch s, metres east, north) of a drive along straight lines."""
    line = np.array(list(stations), float)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    times = np.arange(0.0, along[-1] / (kmh / 3.6) + every_s, every_s)
    at_m = np.minimum(times * kmh / 3.6, along[-1])
    base_s = BEGINS.timestamp() + 60 * start_min
    return [
        (base_s + t, float(np.interp(m, along, line[:, 0])) + 2.0, float(np.interp(m, along, line[:, 1])) - 2.0)
        for t, m in zip(times, at_m, strict=True)
    ]


def stand(at: Place, *, start_min: float, minutes: int) -> list[tuple[float, float, float]]:
    """A fix a minute of a vehicle that does not move."""
    base_s = BEGINS.timestamp() + 60 * start_min
    return [(base_s + 60.0 * minute, *at) for minute in range(minutes)]


def end_min(fixes: Sequence[tuple[float, float, float]]) -> float:
    """Minutes after the planned begin at which a trace ends, and a little more."""
    return (fixes[-1][0] - BEGINS.timestamp()) / 60 + 0.25


def drive(fixes: Iterable[tuple[float, float, float]], vehicle: str = "LA-001") -> Drive:
    rows = np.array(list(fixes), float).reshape(-1, 3)
    driver = Driver(vehicle, WAYS)
    driver.extend(rows[:, 0], rows[:, 1:] / DEGREE_M)
    return driver.drive()


def fleet(
    *drives: Drive, runs: Sequence[RunPlan], said: dict[str, list[Span]] | None = None, heard: bool = True
) -> Fleet:
    candidates = [run.candidate for run in runs]
    return Fleet(
        drives={d.vehicle: d for d in drives},
        along={d.vehicle: drives_along(d.vehicle, d.passages[d.seen]) for d in drives},
        spans={d.vehicle: assigned(d, candidates, (said or {}).get(d.vehicle, ())) for d in drives},
        arrivals={},
        heard=lambda since, until: heard and not any(d.gaps(since, until) for d in drives),
        parked=lambda _place: False,
        metres=WAYS.graph.metres,
        kinds={d.vehicle: (Kind.MEASURED, "GPS") for d in drives},
    )


def judged(*drives: Drive, run: RunPlan | None = None, now: datetime | None = None, heard: bool = True) -> RunResult:
    """The run held against drives, by default long after its window."""
    asked = run or planned()
    return judge(asked, fleet(*drives, runs=[asked], heard=heard), now or BEGINS + timedelta(hours=4))


ROUND: tuple[Place, ...] = ((0, 0), (500, 0), (500, 300), (0, 300))
