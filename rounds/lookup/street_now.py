"""Today's collection of a street for residents: a state and minutes, never who drives, or where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain

from domain.instant import day_start, service_day
from domain.waste.run import (
    STOP_EARLY,
    STOP_LATE,
    STREET_EARLY,
    STREET_LATE,
    RunResult,
    RunState,
    Span,
    StreetResult,
    StreetState,
)
from rounds.lookup.pickups import Pickup
from rounds.pace import UNDER_WAY, longest, pace

SILENT_AFTER = timedelta(minutes=5)
STEP = timedelta(minutes=5)
"""Forecasts are told in steps of this, outwards."""
_MORE_THAN_A_CORNER = 0.1
_AT_THE_CORNER = timedelta(minutes=1)
"""So long a truck is where one street ends and the next begins."""
_ARRIVES = timedelta(minutes=3)
"""A forecast that lies so little in the past still says that the truck is about to come."""


class Progress(StrEnum):
    """State of a collection; ``no_data``: no fixes arrive, so nothing is claimed; ``driven``: only through."""

    NOT_YET = "not_yet"
    ON_TIME = "on_time"
    LATE = "late"
    PASSED = "passed"
    DRIVEN = "driven"
    NO_DATA = "no_data"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetNow:
    """``at``: passed at, expected at, or no data since (UTC), None = unknown; ``late_s`` is set when it is late, and
    when its run was before it fell silent.

    Late without ``at``: its planned time is over and there is no forecast; it is late by at least ``late_s``.

    ``between`` is the interval of a forecast. ``as_of`` is the run's newest fix. ``part_at`` is when a part of the
    street was passed last, while the state is that of the rest; None when none was. ``begins`` is the planned hour of
    what is still to come; of a pick-up only where a truck comes several times. ``there``: a truck is on it now.
    ``unheard``: it may have come before while nobody heard it.
    """

    progress: Progress
    at: datetime | None = None
    between: tuple[datetime, datetime] | None = None
    late_s: int = 0
    as_of: datetime | None = None
    part_at: datetime | None = None
    begins: datetime | None = None
    there: bool = False
    unheard: bool = False

    @property
    def expected(self) -> Span | None:
        """The interval of its forecast, outwards to steps: a single minute would promise what nobody knows."""
        if self.at is None or self.progress not in (Progress.ON_TIME, Progress.LATE):
            return None
        low, high = self.between or (self.at, self.at)
        return _floor(min(self.at, low)), _floor(max(self.at, high)) + STEP


def _floor(at: datetime) -> datetime:
    return at - (at - day_start(service_day(at))) % STEP


Today = Mapping[tuple[str, int, int], StreetNow]
"""By (route, number of the run, order of the entry)."""


def today(runs: Iterable[RunResult], now: datetime) -> Today:
    """The state of every entry of the runs of a day."""
    return {
        (run.route, run.number, street.order): replace(
            _now(run, street, now), part_at=_part_at(run, street, now), there=is_there(run, street, now)
        )
        for run in runs
        for street in run.streets
    }


def _part_at(run: RunResult, street: StreetResult, now: datetime) -> datetime | None:
    """When a part of an entry was collected in its turn; None of one that was collected, and of one only crossed."""
    if (street.state is StreetState.SERVED and not is_there(run, street, now)) or street.later_at is not None:
        return None
    if street.served is None:
        return street.passed_at if street.state is StreetState.DUE and _under_way(run, street, now) else None
    at, since = street.served[1], _turn_from(run, street, now)
    return at if since is None or at >= since else None


def _turn_from(run: RunResult, street: StreetResult, now: datetime) -> datetime | None:
    """From when on its truck is there in its turn: an early run comes to every street early. None without an hour."""
    told = pace(run, now) if run.state is RunState.RUNNING else None
    early = min(told.late, timedelta()) if told else timedelta()
    return street.begins + early - STREET_EARLY if street.begins else None


def _under_way(run: RunResult, street: StreetResult, now: datetime) -> bool:
    """Whether its truck came to a street in its turn, drove along a part of it, and has not gone on."""
    known = (at for at in (street.passed_at, street.last_at) if at is not None)
    at = max(known, default=None)
    # Who crosses its corner while it collects the street before is not there yet.
    came = street.first_at or reached_at(run, street)
    if at is None or not came or not any(stretch.share for stretch in street.stretches):
        return False
    since = _turn_from(run, street, now)
    if since is not None and at < since:
        return False
    gone_on = any(
        other.order > street.order and (other.passed_at or at) > at and _in_turn(other) and _driven(other)
        for other in run.streets
    )
    return not gone_on and now - at <= longest(street.due_m)


def reached_at(run: RunResult, street: StreetResult) -> datetime | None:
    """When its truck was at the beginning of a street; None where it collected a street before it afterwards."""
    at = street.passed_at
    before = (one for one in run.streets if one.order < street.order and one.vehicle in run.vehicles)
    return None if at is None or any(one.last_at and one.last_at > at + _AT_THE_CORNER for one in before) else at


def _driven(street: StreetResult) -> bool:
    """Whether its truck was on more of it than the corner where it begins."""
    return street.is_stop or any(stretch.share >= _MORE_THAN_A_CORNER for stretch in street.stretches)


def _in_turn(street: StreetResult) -> bool:
    """Whether its truck did not only cross it long before its time, on the way along another."""
    at, begins = street.passed_at, street.begins
    return at is None or begins is None or at >= begins - STREET_LATE


def is_there(run: RunResult, street: StreetResult, now: datetime) -> bool:
    """Whether its truck is on a street of which a part is still due, and is heard: no other has followed yet."""
    street, heard_at = _by_its_own(run, street), _heard_at(run)
    if run.state is RunState.CLOSED or heard_at is None or now - heard_at > SILENT_AFTER:
        return False
    if street.state is StreetState.SERVED:
        # From 70 % on it is served, while its truck goes on there.
        return street.metres(StreetState.DUE) > 0 and _under_way(run, street, now)
    if street.state is not StreetState.DUE:
        return False
    part_at = _part_at(run, street, now)
    return _under_way(run, street, now) or (part_at is not None and now - part_at <= UNDER_WAY)


def _by_its_own(run: RunResult, street: StreetResult) -> StreetResult:
    """A street without what another run's truck collected of it: its own is not there by that."""
    others = [
        one for one in street.stretches
        if run.vehicles and one.state is StreetState.SERVED and one.vehicle not in run.vehicles
    ]  # fmt: skip
    if not others:
        return street
    rest = tuple(one for one in street.stretches if one not in others)
    times = [one.first_at for one in rest if one.first_at], [one.last_at for one in rest if one.last_at]
    return replace(
        street, stretches=rest, first_at=min(times[0], default=None), last_at=max(times[1], default=None)
    )  # fmt: skip


def _heard_at(run: RunResult) -> datetime | None:
    """When its truck was heard last; while nobody knows which collects, when one was seen collecting last."""
    if run.as_of is not None or run.state is not RunState.RUNNING:
        return run.as_of
    return max((street.last_at for street in run.streets if street.last_at), default=None)


def _now(run: RunResult, street: StreetResult, now: datetime) -> StreetNow:
    if street.state is StreetState.SERVED:
        return _not_foretold(run, street, now) if is_there(run, street, now) else _passed(run, street)
    if (fetched_at := street.later_at) is not None:
        # It was left out, and somebody collected it after all.
        return StreetNow(progress=Progress.PASSED, at=fetched_at, as_of=run.as_of)
    if street.state is StreetState.PASSED:
        return StreetNow(progress=Progress.DRIVEN, at=run.through_at(street), as_of=run.as_of)
    silent_since = run.silent_since(now, SILENT_AFTER)
    if street.state is StreetState.UNKNOWN or (street.state is StreetState.DUE and silent_since):
        since = silent_since or _hidden_since(run, street)
        told = pace(run, silent_since) if silent_since else None
        late_s = int(told.late.total_seconds()) if told and told.late > _allowed(street) else 0
        return StreetNow(progress=Progress.NO_DATA, at=since, late_s=late_s, as_of=run.as_of, begins=street.begins)
    if street.state is StreetState.MISSED:
        return StreetNow(progress=Progress.MISSED, as_of=run.as_of)
    # A forecast that lies in the past has failed: ignore it.
    expected = street.expected if street.expected is not None and street.expected.at >= now - _ARRIVES else None
    if expected is None or run.state is RunState.PLANNED or is_there(run, street, now):
        return _not_foretold(run, street, now)
    foretold, between = max(expected.at, now), (expected.low, expected.high)
    late_from = street.begins + _allowed(street) if street.begins else run.over_at(street)
    if late_from is not None and foretold > late_from:
        late_s = int((foretold - (street.begins or late_from)).total_seconds())
        return StreetNow(
            progress=Progress.LATE, at=foretold, between=between, late_s=late_s, as_of=run.as_of, begins=street.begins
        )
    return StreetNow(progress=Progress.ON_TIME, at=foretold, between=between, as_of=run.as_of, begins=street.begins)


def _not_foretold(run: RunResult, street: StreetResult, now: datetime) -> StreetNow:
    """By plan and clock alone: not yet, until the planned time is over and nobody collects there; then late by at least
    that, or no data.

    When no truck was seen to begin the run, an overdue street has no data: its truck may have no tracker. The same
    when it may have come while nobody heard it.
    """
    over = run.over_at(street)
    if over is None or now <= over or is_there(run, street, now):
        return StreetNow(progress=Progress.NOT_YET, as_of=run.as_of, begins=street.begins)
    if run.state is RunState.PLANNED or street.hidden:
        return StreetNow(progress=Progress.NO_DATA, as_of=run.as_of, begins=street.begins)
    # From the end that people read: a street that takes two hours is not two hours late when they are over.
    late_s = int((now - over).total_seconds())
    return StreetNow(progress=Progress.LATE, late_s=late_s, as_of=run.as_of, begins=street.begins)


def _allowed(street: StreetResult) -> timedelta:
    return STOP_LATE if street.is_stop else STREET_LATE


def _passed(run: RunResult, street: StreetResult) -> StreetNow:
    """At the end of its service; of a street that was served before its turn, when its turn came."""
    at, came_at = street.served[1] if street.served else None, run.came_at(street)
    early = STOP_EARLY if street.is_stop else STREET_EARLY
    if at is not None and came_at is not None and street.begins is not None and at < street.begins - early:
        at = max(at, came_at)
    return StreetNow(progress=Progress.PASSED, at=at, as_of=run.as_of)


def _hidden_since(run: RunResult, street: StreetResult) -> datetime | None:
    """Since when a silence hides it that goes on; None after one that is over: there has been data since."""
    since = min((stretch.gap[0] for stretch in street.stretches if stretch.gap), default=None)
    return since if since is not None and (run.as_of is None or run.as_of <= since) else None


# The state of a street whose stretches differ: late, else that of the next to come, else the first of these.
_COMING, _NOT_COMING = (Progress.ON_TIME, Progress.NOT_YET), (Progress.NO_DATA, Progress.MISSED, Progress.DRIVEN)


def of_pickup(today: Today, pickup: Pickup) -> StreetNow | None:
    """State of one of today's pick-ups; passed only when every stretch is, None when its run was never judged."""
    keys = ((pickup.route, pickup.number, passage.order) for passage in pickup.passages)
    states = [today[key] for key in keys if key in today]
    if len(states) < len(pickup.passages):
        return None
    if all(state.progress is Progress.PASSED for state in states):
        return max(states, key=lambda state: (state.at is not None, state.at))
    late = (state for state in states if state.progress is Progress.LATE)
    to_come = (state for state in states if state.progress in _COMING)
    others = (state for progress in _NOT_COMING for state in states if state.progress is progress)
    rest = _beyond_window(next(chain(late, to_come, others)), pickup)
    passed = [state.at if state.progress is Progress.PASSED else state.part_at for state in states]
    return replace(
        rest,
        begins=rest.begins if len(states) > 1 else None,
        part_at=max(filter(None, passed), default=None),
        there=any(state.there for state in states),
        unheard=rest.progress in _COMING and any(state.progress is Progress.NO_DATA for state in states),
    )


def _beyond_window(rest: StreetNow, pickup: Pickup) -> StreetNow:
    """Late when it is foretold after the window that people read, though by less than is allowed."""
    if rest.progress is not Progress.ON_TIME or rest.at is None or pickup.ends is None or rest.at <= pickup.ends:
        return rest
    return replace(rest, progress=Progress.LATE, late_s=int((rest.at - (rest.begins or pickup.ends)).total_seconds()))
