"""Observations of a time range, for windows that look back; one index seek per series, never a whole history."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, and_, select

from domain.instant import day_start, to_ms
from domain.observation import Observation
from store import rows
from store.revisions import identity
from store.tables.observations import observations, observations_latest
from store.tables.results import late_days

_SERIES = ("feed", "measure", "subject_kind", "subject", "territory", "source", "span")


class ToldFigures:
    """Reads observations by their own time; blocking, thread-safe."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def between(
        self, feed: str, measures: Iterable[str], since: datetime, until: datetime | None = None
    ) -> list[Observation]:
        """Observations of ``measures`` with since <= at (< until) in their last revision, oldest first."""
        series, o = observations_latest.c, observations.c
        mine = (
            select(*(series[name] for name in _SERIES))
            .where(series.feed == feed, series.measure.in_(sorted(measures)))
            .cte("mine")
            .prefix_with("MATERIALIZED")
        )
        within = [o.at_ms >= to_ms(since)] + ([] if until is None else [o.at_ms < to_ms(until)])
        about = and_(*(o[name] == mine.c[name] for name in _SERIES), *within)
        query = select(observations).join_from(mine, observations, onclause=about)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(o.at_ms, o.period, o.revision)).mappings()
            return list({identity(item): item for item in map(rows.observation_of, found)}.values())

    def of_day(self, feed: str, measures: Iterable[str], day: date) -> list[Observation]:
        """The observations of one service day."""
        return self.between(feed, measures, day_start(day), day_start(day + timedelta(days=1)))

    def late_since(self, feed: str, batch: int) -> list[date]:
        """The past days of ``feed`` that wait for evaluation and that a batch after ``batch`` wrote to."""
        c = late_days.c
        query = select(c.day).where(c.feed == feed, c.batch > batch).order_by(c.day)
        with self._engine.connect() as connection:
            return [date.fromisoformat(day) for day in connection.scalars(query)]
