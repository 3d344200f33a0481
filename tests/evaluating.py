"""Evaluate KPIs of one feed from short rows that tests write."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from domain.device_columns import KIND_CODE, DeviceColumns
from domain.instant import to_ms
from domain.kpi import KpiResult
from domain.observation import LEAST_FACTUAL_LAST, Kind
from domain.result_columns import CODE, NEVER, ResultColumns
from domain.subject import SubjectKind
from evaluation.columns import Block, Cell, Columns
from evaluation.evaluate import needed
from evaluation.shapes import shapes
from evaluation.status import State


@dataclass
class Evaluation:
    """Results in order of KPI, states by (key, subject), what changed status."""

    results: list[KpiResult]
    states: dict[tuple[str, str], State]
    events: list
    columns: list[ResultColumns]


def evaluated(kpis, rows, expected=(), *, stale_after=timedelta(hours=1), previous=None, now: datetime, sets=(),
              territory="2025-07"):  # fmt: skip
    """``rows`` of (measure, contributor, place, at_ms, value, kind, source); ``expected`` names or (name, place)."""
    tables = {}
    for feed, measures in needed(kpis).items():
        columns = Columns(measures)
        columns.put(Cell(m, c, p, at, v, Kind(k), s) for m, c, p, at, v, k, s in rows)
        columns.expect(dict((e, e) if isinstance(e, str) else e for e in expected))
        tables[feed] = columns.table()
    before = _before(previous or {})
    found = Evaluation([], {}, [], [])
    for shape in shapes(kpis, territory, sets):
        made, events = shape.evaluate(tables, lambda feed, measure: stale_after, before, now)
        found.events += events
        found.columns += made
    found.results = [r for columns in found.columns for r in columns.results()]
    found.states = {(c.key, code): state for c in found.columns for code, state in states_of(c).items()}
    return found


def cells_of(block: Block | None) -> list[Cell]:
    """What a block says, cell by cell."""
    return [] if block is None else [
        Cell(measure, contributor, place, block.at_ms, float(value), LEAST_FACTUAL_LAST[kind], source)
        for at, (contributor, place, kind, source)
        in enumerate(zip(block.contributors, block.places, block.kind, block.sources, strict=True))
        for measure, value in zip(block.measures, block.value[:, at], strict=True)
        if not np.isnan(value)
    ]  # fmt: skip


def devices_of(days, vehicles, day) -> DeviceColumns:
    """What the store tells of devices that stand for vehicles."""
    said = {one.device: one for one in days if one.day == day}
    found = [(vehicle, said.get(vehicle.device)) for vehicle in vehicles]

    def delivered(name, dtype=np.int64):
        return np.array([0 if one is None else getattr(one, name) for _, one in found], dtype)

    def instants(name):
        return np.array([0 if one is None else to_ms(getattr(one, name)) for _, one in found], np.int64)

    return DeviceColumns(
        day=day,
        vehicle=[vehicle.id for vehicle, _ in found],
        place=[vehicle.place for vehicle, _ in found],
        source=[vehicle.source for vehicle, _ in found],
        kind=np.array([KIND_CODE[vehicle.kind] for vehicle, _ in found], np.int64),
        at_ms=np.array([to_ms(vehicle.at) for vehicle, _ in found], np.int64),
        day_kind=np.array([KIND_CODE[(one or vehicle).kind] for vehicle, one in found], np.int64),
        **{name: delivered(name) for name in ("fixes", "history", "late_120s", "late_600s", "late_3600s")},
        online_s=delivered("online_s", np.float64),
        first_ms=instants("first_at"),
        last_ms=instants("last_at"),
    )


def states_of(columns: ResultColumns) -> dict[str, State]:
    """Where the status machines stand, by subject."""
    from evaluation.machines import Machines

    machines = Machines(*(getattr(columns, name)[None, :] for name in
                          ("status", "since_ms", "pending", "pending_since_ms")))  # fmt: skip
    return {code: machines.state(0, at) for at, code in enumerate(columns.codes)}


def _before(states: dict[tuple[str, str], State]) -> dict[str, ResultColumns]:
    by_key: dict[str, dict[str, State]] = {}
    for (key, code), state in states.items():
        by_key.setdefault(key, {})[code] = state
    return {key: _columns(key, given) for key, given in by_key.items()}


def _columns(key: str, given: dict[str, State]) -> ResultColumns:
    count = len(given)

    def codes(name):
        return np.array([-1 if getattr(s, name) is None else CODE[getattr(s, name)] for s in given.values()])

    def instants(name):
        return np.array([NEVER if getattr(s, name) is None else to_ms(getattr(s, name)) for s in given.values()])

    return ResultColumns(
        key=key, territory="2025-07", kind=SubjectKind.PLACE, codes=tuple(given),
        **{name: np.full(count, np.nan) for name in ("value", "numerator", "denominator")},
        **{name: np.full(count, -1) for name in ("reporting", "expected")},
        **{name: np.full(count, NEVER) for name in ("as_of_ms", "computed_ms")},
        status=codes("status"), since_ms=instants("since"), pending=codes("pending"),
        pending_since_ms=instants("pending_since"), kinds=np.zeros((count, 4), np.int64), sources=[()] * count,
    )  # fmt: skip
