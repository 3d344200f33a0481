"""Which vehicles should be on duty on a service day, from the roster's observations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter

from domain.fleets.vehicle import SILENT_AFTER
from domain.instant import day_start, service_day
from domain.observation import Kind, Observation

DAY_S = 86_400.0
_AT = attrgetter("at")

Hours = tuple[float, float]
"""Start and end of duty in seconds after local midnight, at most a day apart; above 86,400 s for a night shift."""


class Shift(StrEnum):
    """Where a vehicle stands in its hours of duty of the day."""

    AHEAD = "ahead"
    ON = "on"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Rostered:
    """A vehicle's roster entry; None where the roster says nothing."""

    place: str
    kind: Kind
    source: str
    in_service: bool | None
    fitted: bool | None
    hours: Hours | None


def rostered(roster: Iterable[Observation]) -> dict[str, Rostered]:
    """The roster by vehicle, from the newest observations of in_service, tracker_fitted, duty_from_s and duty_to_s."""
    said: dict[str, dict[str, Observation]] = {}
    for item in roster:
        if item.entity and item.value is not None:
            mine = said.setdefault(item.entity, {})
            known = mine.get(item.measure)
            if known is None or (known.at, known.revision) <= (item.at, item.revision):
                mine[item.measure] = item
    found = {}
    for id_, items in said.items():
        values = {measure: item.value for measure, item in items.items() if item.value is not None}
        newest = max(items.values(), key=_AT)
        placed = newest if newest.place else max((item for item in items.values() if item.place), key=_AT, default=None)
        found[id_] = Rostered(
            place=placed.place if placed else "",
            kind=newest.kind,
            source=newest.source,
            in_service=_yes(values, "in_service"),
            fitted=_yes(values, "tracker_fitted"),
            hours=hours(values),
        )
    return found


def hours(values: Mapping[str, float]) -> Hours | None:
    """Duty hours from the roster's values by measure; None when the roster does not give both."""
    start, end = values.get("duty_from_s"), values.get("duty_to_s")
    return None if start is None or end is None else (start, min(end, start + DAY_S))


def duty_s(of: Hours, elapsed_s: float) -> float:
    """Seconds of duty in the first ``elapsed_s`` of a day, including the end of yesterday's night shift."""
    start, end = of
    return _overlap_s(start, end, elapsed_s) + _overlap_s(start - DAY_S, end - DAY_S, elapsed_s)


def shift(of: Hours, now: datetime) -> Shift:
    """Whether its duty is ahead, lasts or is over; of a night shift that of the evening before lasts too."""
    start, end = of
    elapsed_s = (now - day_start(service_day(now))).total_seconds()
    if start <= elapsed_s < end or elapsed_s < end - DAY_S:
        return Shift.ON
    return Shift.AHEAD if elapsed_s < start else Shift.OVER


def due(unit: Rostered | None, day: date, now: datetime) -> bool | None:
    """Whether we should have heard from the vehicle on the day so far; None when the roster gives no hours.

    A tracker gets ten minutes of duty to wake up.
    """
    if unit is None or unit.hours is None:
        return None
    elapsed_s = min((now - day_start(day)).total_seconds(), DAY_S)
    return duty_s(unit.hours, elapsed_s) > SILENT_AFTER.total_seconds()


def _yes(values: Mapping[str, float], measure: str) -> bool | None:
    return None if measure not in values else values[measure] != 0


def _overlap_s(start: float, end: float, elapsed_s: float) -> float:
    return max(0.0, min(end, elapsed_s) - max(start, 0.0))
