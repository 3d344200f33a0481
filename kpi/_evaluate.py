"""Evaluate the KPIs of one feed from its newest values: every place and the province, all places at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from domain.health import StatusEvent
from domain.instant import from_ms, to_ms
from domain.kpi import Difference, Formula, Kpi, KpiResult, Ratio, Share, Status, Sum
from domain.observation import Kind
from domain.place import PROVINCE
from kpi._status import State, unvalued, valued

INPUT_COLUMNS = ("measure", "contributor", "place", "at_ms", "value", "kind", "source")
EXPECTED_COLUMNS = ("contributor", "place")

# A contributor whose inputs differ in kind counts as the least factual of them.
_KINDS = (Kind.MEASURED, Kind.DECLARED, Kind.ESTIMATED, Kind.SIMULATED)
_KIND_CODE = {kind.value: code for code, kind in enumerate(_KINDS)}
_NEVER = np.iinfo(np.int64).min
# Ratios of floats that ought to be equal may differ in the last bit.
_TOLERANCE = 1e-9

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Results in order of KPI, then place (the province last); states by (key, place); what changed status."""

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
) -> Evaluation:
    """Evaluate ``kpis`` of one feed at ``now``, for each place and for the province (code "80").

    ``inputs`` has INPUT_COLUMNS: the newest value of each (measure, contributor); NaN is a value reported missing.
    ``expected`` has EXPECTED_COLUMNS: who ought to report (a commune is its own place; a vehicle's place is its ward,
    "" when unknown: it then counts in the province alone). Who reports unexpectedly is expected from then on.
    Inputs that stand at the province's code serve only KPIs with ``by_place`` False: they are never added to communes.

    What a result says, for n fresh of N expected contributors:
    - a contributor is fresh when it sent every needed input and none is older than ``stale_after``; one whose own
      figure lies outside the plausible range (more files on time than files) is not counted as reporting;
    - n / N at least ``min_coverage``: the value of the fresh, with the level its thresholds give;
    - else, enough once reported: STALE, with the last value of all who did;
    - else, or when the total is implausible: NO_DATA without a value;
    - a denominator of 0 among the fresh: NOT_APPLICABLE without a value.
    A Sum has no denominator; of a Difference the numerator is the difference and the denominator the minuend.
    """
    pivot = _pivot(kpis, inputs, expected)
    fresh_from = to_ms(now - stale_after)
    evaluation = Evaluation(results=[], states={}, events=[])
    for kpi in kpis:
        for place, figure in _figures(kpi, pivot, fresh_from):
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
class _Pivot:
    """Inputs as matrices measure x contributor; ``group`` is each contributor's place number, -1 when unknown."""

    measures: dict[str, int]
    places: list[str]
    group: Ints
    province: Bools
    value: Floats
    at_ms: Ints
    kind: Ints
    source: Ints
    sources: list[str]


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


def _pivot(kpis: Sequence[Kpi], inputs: pd.DataFrame, expected: pd.DataFrame) -> _Pivot:
    measures = {name: row for row, name in enumerate(sorted({m for k in kpis for m in needed(k.formula)}))}
    used = inputs[inputs["measure"].isin(list(measures))].sort_values("at_ms", kind="stable")
    place_of = dict(zip(used["contributor"], used["place"], strict=True))
    place_of |= dict(zip(expected["contributor"], expected["place"], strict=True))
    contributors = {name: column for column, name in enumerate(place_of)}
    places = sorted(set(place_of.values()) - {"", PROVINCE})
    numbers = {place: number for number, place in enumerate(places)}
    source, sources = pd.factorize(used["source"])
    shape = (len(measures), len(contributors))
    pivot = _Pivot(
        measures=measures,
        places=places,
        group=np.array([numbers.get(place, -1) for place in place_of.values()], dtype=np.int64),
        province=np.array([place == PROVINCE for place in place_of.values()], dtype=np.bool_),
        value=np.full(shape, np.nan),
        at_ms=np.full(shape, _NEVER),
        kind=np.zeros(shape, dtype=np.int64),
        source=np.zeros(shape, dtype=np.int64),
        sources=[str(name) for name in sources],
    )
    # Sorted by time: of repeated cells the newest is written last and stays.
    cell = (used["measure"].map(measures).to_numpy(np.int64), used["contributor"].map(contributors).to_numpy(np.int64))
    pivot.value[cell] = used["value"].to_numpy(np.float64)
    pivot.at_ms[cell] = used["at_ms"].to_numpy(np.int64)
    pivot.kind[cell] = used["kind"].astype(str).map(_KIND_CODE).to_numpy(np.int64)
    pivot.source[cell] = source
    return pivot


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


def _plausible(kpi: Kpi, values: Floats) -> Bools:
    slack = _TOLERANCE * max(1.0, abs(kpi.plausible_high))
    return ~((values < kpi.plausible_low - slack) | (values > kpi.plausible_high + slack))


def _figures(kpi: Kpi, pivot: _Pivot, fresh_from: int) -> Iterator[tuple[str, _Figure]]:
    """Figures of the KPI at each place, the province last."""
    rows = [pivot.measures[name] for name in needed(kpi.formula)]
    numerator, denominator = _parts(kpi.formula, pivot.value[rows])
    at_ms = pivot.at_ms[rows]
    own = _plausible(kpi, _quotient(kpi.formula, numerator, denominator))
    usable = ~np.isnan(pivot.value[rows]).any(axis=0) & own & (pivot.province != kpi.by_place)
    fresh = usable & (at_ms.min(axis=0) >= fresh_from)
    groups = _Groups(pivot, rows, numerator, denominator, at_ms.max(axis=0), by_place=kpi.by_place)
    now_sums, ever_sums = groups.sums(fresh), groups.sums(usable)
    for number, place in enumerate(groups.names):
        yield place, _figure(kpi, now_sums[number], ever_sums[number], groups.expected[number])


@dataclass(frozen=True, slots=True)
class _Sums:
    """What a set of contributors adds up to at one place."""

    numerator: float
    denominator: float | None
    reporting: int
    as_of_ms: int | None
    kinds: Mapping[Kind, int]
    sources: tuple[str, ...]


class _Groups:
    """Add contributors up by place, and all of them for the province, without a loop over contributors."""

    def __init__(
        self,
        pivot: _Pivot,
        rows: list[int],
        numerator: Floats,
        denominator: Floats | None,
        at_ms: Ints,
        *,
        by_place: bool,
    ) -> None:
        self._pivot = pivot
        self._rows = rows
        self._parts = (numerator, denominator)
        self._at_ms = at_ms
        self._by_place = by_place
        self.names = [*pivot.places, PROVINCE] if by_place else [PROVINCE]
        counted = pivot.province != by_place
        # A figure of the whole province is expected once, whether or not anyone has sent it.
        self.expected = [int(n) for n in self._count(counted)] if by_place else [1]

    def sums(self, chosen: Bools) -> list[_Sums]:
        """Sums of the ``chosen`` contributors, in order of ``names``."""
        numerator, denominator = self._parts
        numerators = self._add(chosen, numerator)
        denominators = None if denominator is None else self._add(chosen, denominator)
        reporting = self._count(chosen)
        newest = self._newest(chosen)
        kinds = self._kinds(chosen)
        sources = self._sources(chosen)
        return [
            _Sums(
                numerators[i],
                None if denominators is None else denominators[i],
                reporting[i],
                newest[i] if reporting[i] else None,
                kinds[i],
                sources[i],
            )
            for i in range(len(self.names))
        ]

    def _add(self, chosen: Bools, amounts: Floats) -> list[float]:
        amounts = amounts[chosen]
        by_place = np.bincount(self._numbers(chosen), weights=amounts, minlength=len(self._pivot.places) + 1)[1:]
        return self._with_province(by_place.tolist(), float(amounts.sum()))

    def _count(self, chosen: Bools) -> list[int]:
        by_place = np.bincount(self._numbers(chosen), minlength=len(self._pivot.places) + 1)[1:]
        return self._with_province(by_place.tolist(), int(chosen.sum()))

    def _newest(self, chosen: Bools) -> list[int]:
        by_place = np.full(len(self._pivot.places) + 1, _NEVER)
        at_ms = self._at_ms[chosen]
        np.maximum.at(by_place, self._numbers(chosen), at_ms)
        return self._with_province(by_place[1:].tolist(), int(at_ms.max(initial=_NEVER)))

    def _kinds(self, chosen: Bools) -> list[Mapping[Kind, int]]:
        codes = self._pivot.kind[self._rows].max(axis=0)[chosen]
        cells = np.bincount(self._numbers(chosen) * len(_KINDS) + codes, minlength=self._cells(len(_KINDS)))
        counts = cells.reshape(-1, len(_KINDS))
        table = self._with_province(counts[1:].tolist(), counts.sum(axis=0).tolist())
        return [{kind: n for kind, n in zip(_KINDS, row, strict=True) if n} for row in table]

    def _sources(self, chosen: Bools) -> list[tuple[str, ...]]:
        width = max(1, len(self._pivot.sources))
        codes = self._pivot.source[self._rows][:, chosen]
        cells = np.bincount((self._numbers(chosen) * width + codes).ravel(), minlength=self._cells(width))
        present = cells.reshape(-1, width) > 0
        table = self._with_province(list(present[1:]), present.any(axis=0))
        return [tuple(sorted(self._pivot.sources[code] for code in np.flatnonzero(row))) for row in table]

    def _numbers(self, chosen: Bools) -> Ints:
        """Place numbers from 1; 0 gathers those without a place."""
        return self._pivot.group[chosen] + 1

    def _cells(self, width: int) -> int:
        return (len(self._pivot.places) + 1) * width

    def _with_province(self, by_place: list[T], province: T) -> list[T]:
        return [*by_place, province] if self._by_place else [province]


def _figure(kpi: Kpi, now: _Sums, ever: _Sums, expected: int) -> _Figure:
    """Choose what may be said: see ``evaluate``."""
    enough = max(1.0, kpi.min_coverage * expected)
    said, status = (now, Status.NORMAL) if now.reporting >= enough else (ever, Status.STALE)
    value: float | None = None
    if said.reporting >= enough:
        value, status = _value(kpi, said, status)
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


def _value(kpi: Kpi, said: _Sums, status: Status) -> tuple[float | None, Status]:
    if isinstance(kpi.formula, Ratio | Share) and said.denominator is not None:
        if said.denominator == 0:
            # "Not applicable" is a statement about now; from old inputs it cannot be made.
            return None, Status.NOT_APPLICABLE if status is Status.NORMAL else Status.NO_DATA
        value = kpi.formula.scale * said.numerator / said.denominator
    else:
        value = said.numerator
    return (value, status) if _plausible(kpi, np.array(value)) else (None, Status.NO_DATA)


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
