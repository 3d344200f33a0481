"""Evaluate the KPIs of one feed from its newest values: every place and the province, all places at once."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from domain.health import StatusEvent
from domain.instant import from_ms, to_ms
from domain.kpi import Difference, Formula, Kpi, KpiResult, Ratio, Share, Status, Sum
from domain.observation import Kind
from domain.place_set import PlaceSet
from kpi._pivot import EXPECTED_COLUMNS, INPUT_COLUMNS, Bools, Floats, Groups, Pivot, Sums, pivot
from kpi._status import State, unvalued, valued

__all__ = ["EXPECTED_COLUMNS", "INPUT_COLUMNS", "Evaluation", "evaluate", "needed", "value_of"]

# Ratios of floats that ought to be equal may differ in the last bit.
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Results in order of KPI: places, place sets, the province; states by (key, place); what changed status."""

    results: list[KpiResult]
    states: dict[tuple[str, str], State]
    events: list[StatusEvent]


def evaluate(
    kpis: Sequence[Kpi],
    inputs: pd.DataFrame,
    *,
    territory: str,
    expected: pd.DataFrame,
    stale_after: timedelta,
    previous: Mapping[tuple[str, str], State],
    now: datetime,
    sets: Sequence[PlaceSet] = (),
) -> Evaluation:
    """Evaluate ``kpis`` of one feed at ``now``, for each place, each of ``sets`` and the province (code "80").

    ``inputs`` has INPUT_COLUMNS: the newest value of each (measure, contributor); NaN is a value reported missing.
    ``expected`` has EXPECTED_COLUMNS: who ought to report (a commune is its own place; a vehicle's place is its ward,
    "" when unknown: it then counts in the province alone). Who reports unexpectedly is expected from then on.
    A place set is a place of its own: the sum of its members' contributors, n of N of them, under the set's key.
    Inputs that stand at the province's code serve only KPIs with ``by_place`` False: they are never added to communes.

    What a result says, for n fresh of N expected contributors:
    - a contributor is fresh when it sent every needed input and none is older than ``stale_after``; one whose own
      figure lies outside the plausible range (more files on time than files) is not counted as reporting;
    - n / N at least ``min_coverage``: the value of the fresh, with the level its thresholds give;
    - else, enough once reported: STALE, with the last value of all who did;
    - else, or when the total is implausible: NO_DATA without a value;
    - a denominator of 0 among the fresh: NOT_APPLICABLE without a value when all N are fresh; else NO_DATA, for nobody
      knows what arose among the others.
    A Sum has no denominator; of a Difference the numerator is the difference and the denominator the minuend.
    """
    table = pivot((measure for kpi in kpis for measure in needed(kpi.formula)), inputs, expected, sets)
    fresh_from = to_ms(now - stale_after)
    evaluation = Evaluation(results=[], states={}, events=[])
    for kpi in kpis:
        for place, figure in _figures(kpi, table, fresh_from):
            before = previous.get((kpi.key, place))
            state = _advance(kpi, figure, before, now)
            evaluation.states[kpi.key, place] = state
            evaluation.results.append(_result(kpi, territory, place, figure, state, now))
            if before is not None and before.status is not state.status:
                evaluation.events.append(
                    StatusEvent(
                        at=now,
                        key=kpi.key,
                        territory=territory,
                        place=place,
                        before=before.status,
                        after=state.status,
                        value=figure.value,
                    )
                )
    return evaluation


@dataclass(frozen=True, slots=True)
class _Figure:
    """One place's figure: ``status`` is NORMAL where the thresholds have yet to speak."""

    status: Status
    value: float | None
    numerator: float | None
    denominator: float | None
    reporting: int
    expected: int
    as_of_ms: int | None
    kinds: Mapping[Kind, int]
    sources: tuple[str, ...]


def needed(formula: Formula) -> tuple[str, ...]:
    """The measures a formula reads."""
    match formula:
        case Sum(measure) | Share(measure):
            return (measure,)
        case Difference(minuend, subtrahend):
            return (minuend, subtrahend)
        case Ratio(numerator, denominator):
            return (numerator, denominator)


def _parts(formula: Formula, columns: Floats) -> tuple[Floats, Floats | None]:
    """Numerator and denominator of each contributor, from the rows of its needed measures."""
    match formula:
        case Sum():
            return columns[0], None
        case Share():
            return columns[0], np.ones_like(columns[0])
        case Difference():
            return columns[0] - columns[1], columns[0]
        case Ratio():
            return columns[0], columns[1]


def _quotient(formula: Formula, numerator: Floats, denominator: Floats | None) -> Floats:
    """Values from sums; NaN where the denominator is 0 and so there is nothing to say (0/0)."""
    if denominator is None or not isinstance(formula, Ratio | Share):
        return numerator
    with np.errstate(divide="ignore", invalid="ignore"):
        return formula.scale * numerator / denominator


def _plausible_range(kpi: Kpi) -> tuple[float, float]:
    slack = _TOLERANCE * max(1.0, abs(kpi.plausible_high))
    return kpi.plausible_low - slack, kpi.plausible_high + slack


def _figures(kpi: Kpi, table: Pivot, fresh_from: int) -> Iterator[tuple[str, _Figure]]:
    """Figures of the KPI at each place, the province last."""
    rows = [table.measures[name] for name in needed(kpi.formula)]
    numerator, denominator = _parts(kpi.formula, table.value[rows])
    counted = table.province != kpi.by_place
    usable = counted & ~np.isnan(table.value[rows]).any(axis=0) & _believable(kpi, numerator, denominator)
    fresh = usable & (table.at_ms[rows].min(axis=0) >= fresh_from)
    groups = Groups(table, rows, numerator, denominator, by_place=kpi.by_place)
    now_sums = groups.sums(fresh)
    ever_sums = now_sums if np.array_equal(fresh, usable) else groups.sums(usable)
    # A figure of the whole province is expected once, whether or not anyone has sent it.
    expected = groups.count(counted) if kpi.by_place else [1]
    for place, now, ever, wanted in zip(groups.names, now_sums, ever_sums, expected, strict=True):
        yield place, _figure(kpi, now, ever, wanted)


def _believable(kpi: Kpi, numerator: Floats, denominator: Floats | None) -> Bools:
    """Contributors whose own figure lies in the plausible range; 0 of 0 is no figure and does no harm."""
    values = _quotient(kpi.formula, numerator, denominator)
    low, high = _plausible_range(kpi)
    return ~((values < low) | (values > high))


def _figure(kpi: Kpi, now: Sums, ever: Sums, expected: int) -> _Figure:
    """Choose what may be said: see ``evaluate``."""
    enough = max(1.0, kpi.min_coverage * expected)
    said, status = (now, Status.NORMAL) if now.reporting >= enough else (ever, Status.STALE)
    value: float | None = None
    if said.reporting >= enough:
        value, status = _value(kpi, said, status, complete=said.reporting >= expected)
    else:
        status = Status.NO_DATA
    kept = status is not Status.NO_DATA
    return _Figure(
        status=status,
        value=value,
        numerator=said.numerator if kept else None,
        denominator=said.denominator if kept else None,
        reporting=now.reporting,
        expected=expected,
        as_of_ms=said.as_of_ms,
        kinds=said.kinds,
        sources=said.sources,
    )


def _value(kpi: Kpi, said: Sums, status: Status, *, complete: bool) -> tuple[float | None, Status]:
    value = value_of(kpi.formula, said.numerator, said.denominator)
    if value is None:
        # "Not applicable" is a statement about now and about all; from old or missing inputs it cannot be made.
        return None, Status.NOT_APPLICABLE if status is Status.NORMAL and complete else Status.NO_DATA
    low, high = _plausible_range(kpi)
    return (value, status) if math.isfinite(value) and low <= value <= high else (None, Status.NO_DATA)


def value_of(formula: Formula, numerator: float, denominator: float | None) -> float | None:
    """The value that sums make; None when the denominator is 0 and there is nothing to say."""
    if denominator is None or not isinstance(formula, Ratio | Share):
        return numerator
    return formula.scale * numerator / denominator if denominator else None


def _advance(kpi: Kpi, figure: _Figure, before: State | None, now: datetime) -> State:
    if figure.status is Status.NORMAL and figure.value is not None:
        return valued(before, figure.value, kpi.thresholds, kpi.better, now)
    return unvalued(before, figure.status, now)


def _result(kpi: Kpi, territory: str, place: str, figure: _Figure, state: State, now: datetime) -> KpiResult:
    return KpiResult(
        key=kpi.key,
        territory=territory,
        place=place,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        reporting=figure.reporting,
        expected=figure.expected,
        as_of=None if figure.as_of_ms is None else from_ms(figure.as_of_ms),
        computed_at=now,
        status=state.status,
        since=state.since,
        kinds=figure.kinds,
        sources=figure.sources,
    )
