"""Short constructors of results and status events for tests: a place's code and territory instead of its subject."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Engine

from domain import subject
from domain.health import StatusEvent
from domain.kpi import KpiResult
from domain.result_columns import ResultColumns, gathered
from store.results import Results

Said = TypeVar("Said", KpiResult, StatusEvent)


def kpi_result(*, place: str, territory: str = "2025-07", **given: Any) -> KpiResult:
    """A result of a place."""
    return KpiResult(of=subject.place(place, territory), **given)


def status_event(*, place: str, territory: str = "2025-07", **given: Any) -> StatusEvent:
    """A change of status at a place."""
    return StatusEvent(of=subject.place(place, territory), **given)


def at_place(said: Said, place: str | None = None, territory: str | None = None, **changes: Any) -> Said:
    """The same of another place."""
    of = subject.place(said.place if place is None else place, said.territory if territory is None else territory)
    return replace(said, of=of, **changes)


def record(engine: Engine, results: Iterable[KpiResult], events: Sequence[StatusEvent] = ()) -> list[ResultColumns]:
    """Keep results as newest and in the history, beside what is known of other places; whole documents come back."""
    store, given = Results(engine), list(results)
    made: list[ResultColumns] = []
    for columns in columns_of(given):
        known = [r for one in store.documents(columns.territory, key=columns.key) for r in one.results()]
        mine = set(columns.codes)
        made += columns_of([*(r for r in known if r.place not in mine), *columns.results()])
    last = max([r.computed_at for r in given] + [e.at for e in events], default=datetime.fromtimestamp(0).astimezone())
    store.keep(store.last_tick(), last, made, events=events)
    for territory in {columns.territory for columns in made}:
        store.add_history([r for r in given if r.territory == territory], territory)
    return made


def columns_of(results: Iterable[KpiResult]) -> list[ResultColumns]:
    """Results as columns, one a (KPI, territory): the way back from `ResultColumns.results`, nothing pending.

    The subjects of one KPI are places, or organisations and the province.
    """
    groups: dict[tuple[str, str], list[KpiResult]] = {}
    listed = list(results)
    versions = {result.key: result.territory for result in listed if result.territory}
    for result in listed:
        groups.setdefault((result.key, result.territory or versions.get(result.key, "")), []).append(result)
    return [gathered(key, territory, group) for (key, territory), group in groups.items()]
