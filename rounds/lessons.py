"""Learns from finished runs, one by one: the usual delay, where runs lose time, how a delay develops."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rounds.progress import Floats, StopEvent

Ints = NDArray[np.int64]

# Upper ends of the separately learnt horizons, in planned seconds ahead.
HORIZONS_S = (300.0, 900.0, 1_800.0, 3_600.0, np.inf)
# A run farther from its plan than this follows another plan: learn nothing from it.
LARGEST_DELAY_S = 3_600.0
# More than this between two stops is an incident, not a habit.
LARGEST_LOSS_S = 180.0
# A habit is a mean over about ten runs, the fleet's over about a hundred; it starts with the weight of three runs
# without knowledge.
KEEP_RUN, KEEP_FLEET, PRIOR_RUNS = 0.9, 0.99, 3.0
# A late crew makes up for at most so much of the time ahead: a small delay goes, a large one lasts.
CATCHES_UP = 0.15
# Up to this a delay is chance and goes by itself; what goes of it says nothing about a larger one.
CHANCE_S = 120.0
# Errors below a minute count squared, larger ones by their size: fixes come only every minute or two.
ROBUST_S = 60.0
# Initial half-width of intervals: P90 of the error of "schedule + delay" per horizon (CapMetro 2015).
FIRST_P90_S = (111.0, 224.0, 326.0, 433.0, 600.0)
# Intervals hold from P10 to P90; each run moves an end by at most this much.
SHARES, STEP_S = np.array([0.1, 0.9]), 20.0
_MINUTE_S = 60.0
# Weight of knowing nothing, by feature (square minutes): a large delay lasts, as if thirty pairs of stops had shown
# that ten minutes do; few runs are as late, and one odd one of them must not tell of all.
_CHANCE, _LARGE = 1.0, 30 * 10.0**2
_DOUBT = (_CHANCE,) * 6 + (_LARGE,) * 2 + (_CHANCE, _LARGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRun:
    """The stops of a run in order, with their planned times.

    Stretches and stops with the same names in several runs share their lessons. ``planned_s`` are epoch seconds
    that never decrease. ``tips`` are the stops before which the plan sends the truck to the plant.
    """

    route: Hashable
    stops: Sequence[Hashable]
    planned_s: Floats
    tips: frozenset[int] = frozenset()

    @property
    def legs(self) -> Ints:
        """For each stop, the number of planned visits to the plant before it."""
        return np.searchsorted(sorted(self.tips), np.arange(len(self.stops)), side="right")


@dataclass(slots=True)
class _Habit:
    """A mean whose older values fade."""

    weight: float = 0.0
    total: float = 0.0

    def add(self, value: float, keep: float) -> None:
        self.weight = self.weight * keep + 1
        self.total = self.total * keep + value

    def mean(self, prior: float) -> float:
        return (self.total + PRIOR_RUNS * prior) / (self.weight + PRIOR_RUNS)


_NOTHING = _Habit()


class _Interval:
    """The ends between which an error lies with 80 % probability; each run moves them a little."""

    def __init__(self, p90_s: float) -> None:
        self.ends_s = np.array([-p90_s, p90_s])

    def learn(self, error_s: Floats) -> None:
        self.ends_s = self.ends_s + STEP_S * (SHARES - (error_s[:, None] < self.ends_s).mean(axis=0))


class _Horizon:
    """How a delay develops up to one horizon: least absolute deviations, learnt by reweighted least squares."""

    def __init__(self, p90_s: float) -> None:
        self._square = np.diag(_DOUBT)
        self._product = np.zeros(len(_DOUBT))
        self.error = _Interval(p90_s)

    def change_s(self, features: Floats) -> Floats:
        """Expected change of the delay, a row of features each; 0 before anything was learnt."""
        change_s: Floats = features @ np.linalg.solve(self._square, self._product)
        return change_s

    def learn(self, features: Floats, change_s: Floats) -> None:
        error_s = change_s - self.change_s(features)
        weight = ROBUST_S / np.maximum(np.abs(error_s), ROBUST_S)
        self._square += (features * weight[:, None]).T @ features
        self._product += features.T @ (weight * change_s)
        self.error.learn(error_s)


@dataclass
class Lessons:
    """Everything learnt from runs so far; without any run it gives the plan and the current delay."""

    _losses: dict[tuple[Hashable, Hashable], _Habit] = field(default_factory=dict)
    _delays: dict[tuple[Hashable, Hashable], _Habit] = field(default_factory=dict)
    _fleet: _Habit = field(default_factory=_Habit)
    _plan: _Interval = field(default_factory=lambda: _Interval(FIRST_P90_S[-1]))
    _horizons: tuple[_Horizon, ...] = field(default_factory=lambda: tuple(_Horizon(p90_s) for p90_s in FIRST_P90_S))

    def ahead(self, run: PlannedRun, stop: int, delay_s: float) -> tuple[Floats, Floats]:
        """For all stops after a stop passed with a delay: the expected delay (s), and P10 and P90 of its error."""
        last = np.arange(stop + 1, len(run.stops))
        features = self._features(run, np.full(len(last), stop), last, np.full(len(last), delay_s))
        return self._carried(run.planned_s[last] - run.planned_s[stop], features, delay_s)

    def unmet(self, run: PlannedRun) -> Floats:
        """P10 and P90 of the plan's own error, for a run without any event yet."""
        return np.tile(self._plan.ends_s, (len(run.stops), 1))

    def learn(self, run: PlannedRun, events: Sequence[StopEvent]) -> None:
        """Learn from a finished run; its errors are measured with the lessons from before it."""
        kept = [e for e in events if abs(e.passed_s - run.planned_s[e.stop]) <= LARGEST_DELAY_S]
        if not kept:
            return
        stop = np.array([event.stop for event in kept])
        delay_s = np.array([event.passed_s for event in kept]) - run.planned_s[stop]
        self._plan.learn(delay_s)
        first, last = np.triu_indices(len(kept), 1)
        together = run.legs[stop[first]] == run.legs[stop[last]]
        first, last = first[together], last[together]
        features = self._features(run, stop[first], stop[last], delay_s[first])
        change_s = delay_s[last] - delay_s[first]
        for horizon, rows in self._by_horizon(run.planned_s[stop[last]] - run.planned_s[stop[first]]):
            horizon.learn(features[rows], change_s[rows])
        self._remember(run, stop, delay_s)

    def _carried(self, ahead_s: Floats, features: Floats, delay_s: float) -> tuple[Floats, Floats]:
        expected_s, ends_s = np.empty(len(ahead_s)), np.empty((len(ahead_s), 2))
        for horizon, rows in self._by_horizon(ahead_s):
            expected_s[rows] = delay_s + horizon.change_s(features[rows])
            ends_s[rows] = horizon.error.ends_s
        return expected_s, ends_s

    def _by_horizon(self, ahead_s: Floats) -> Iterator[tuple[_Horizon, Ints]]:
        number = np.searchsorted(HORIZONS_S, ahead_s)
        for i, horizon in enumerate(self._horizons):
            rows = np.flatnonzero(number == i)
            if len(rows):
                yield horizon, rows

    def _features(self, run: PlannedRun, first: Ints, last: Ints, delay_s: Floats) -> Floats:
        """For each pair of stops, in minutes: 1, time between, usual loss; of lateness and of earliness what may be
        chance, of lateness what a crew makes up for by then, the rest of both; how far the delay is from the usual one,
        what may be chance and the rest.
        """
        loss_s = [self._loss(link).mean(0.0) for link in pairwise(run.stops)]
        lost_s = np.concatenate(([0.0], np.cumsum(loss_s)))
        fleet_s = self._fleet.mean(0.0)
        usual_s = np.array([self._delay(run.route, stop).mean(fleet_s) for stop in run.stops])
        ahead_s = run.planned_s[last] - run.planned_s[first]
        goes_s = np.clip(delay_s, -CHANCE_S, CHANCE_S)
        made_up_s = np.clip(delay_s - CHANCE_S, 0, np.maximum(CATCHES_UP * ahead_s - CHANCE_S, 0))
        unusual_s = usual_s[last] - delay_s
        chance_s = np.clip(unusual_s, -CHANCE_S, CHANCE_S)
        columns = (
            np.full(len(first), _MINUTE_S),
            ahead_s,
            lost_s[last] - lost_s[first],
            *_sides(goes_s),
            made_up_s,
            *_sides(delay_s - goes_s - made_up_s),
            chance_s,
            unusual_s - chance_s,
        )
        return np.stack(columns, axis=1) / _MINUTE_S

    def _remember(self, run: PlannedRun, stop: Ints, delay_s: Floats) -> None:
        for s, delay in zip(stop, delay_s, strict=True):
            self._delays.setdefault((run.route, run.stops[s]), _Habit()).add(float(delay), KEEP_RUN)
        self._fleet.add(float(delay_s.mean()), KEEP_FLEET)
        legs = run.legs
        loss_s = np.clip(np.diff(delay_s), -LARGEST_LOSS_S, LARGEST_LOSS_S)
        for (a, b), lost in zip(pairwise(stop.tolist()), loss_s.tolist(), strict=True):
            if legs[a] != legs[b]:
                continue
            # Spread a loss between two seen stops as the plan spreads the time.
            shares = np.diff(run.planned_s[a : b + 1])
            shares = shares / shares.sum() if shares.sum() > 0 else np.full(b - a, 1 / (b - a))
            for link, share in zip(pairwise(run.stops[a : b + 1]), shares.tolist(), strict=True):
                self._losses.setdefault(link, _Habit()).add(lost * share, KEEP_RUN)

    def _loss(self, link: tuple[Hashable, Hashable]) -> _Habit:
        return self._losses.get(link, _NOTHING)

    def _delay(self, route: Hashable, stop: Hashable) -> _Habit:
        return self._delays.get((route, stop), _NOTHING)


def _sides(delay_s: Floats) -> tuple[Floats, Floats]:
    """Lateness and earliness."""
    return np.maximum(delay_s, 0), np.minimum(delay_s, 0)
