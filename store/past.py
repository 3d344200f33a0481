"""The past: what stood at an instant, and what of it was known by another one."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Engine, select

from domain.instant import to_ms
from domain.kpis.health import StatusEvent
from domain.kpis.kpi import KpiResult
from domain.observation import Observation
from domain.places.place import IN_FORCE
from store import rows
from store.intake import IntakeStore
from store.results import Results
from store.tables.results import status_events


class AsKnown:
    """``instant`` as it was known at ``known``: what arrived later is not seen.

    Observations alone: they are kept with the time they came, revision by revision. A result is not: a day that a late
    figure changed is evaluated again as of its end, and kept as if it had been known then.
    """

    def __init__(self, engine: Engine, instant: datetime, known: datetime | None) -> None:
        """``known`` None: whatever is known today."""
        self._engine = engine
        self._instant = instant
        self._known = known

    async def observations(self, feed: str) -> list[Observation]:
        """The newest observation of every series of ``feed`` about a time up to the instant, in the revision known."""
        intake = IntakeStore(self._engine)
        return await asyncio.to_thread(intake.observations_as_of, feed, self._instant, known=self._known)


class Past(AsKnown):
    """``instant`` as it is known today.

    Health of feeds, alarms, newest positions, judged runs and days are replaced in place: they have no past here.
    """

    def __init__(self, engine: Engine, instant: datetime) -> None:
        super().__init__(engine, instant, None)

    async def results(
        self, *, key: str | None = None, place: str | None = None, territory: str = IN_FORCE
    ) -> list[KpiResult]:
        """Results of every series, of one KPI or one place (see `Results.at`)."""
        results = Results(self._engine)
        return await asyncio.to_thread(results.at, self._instant, key=key, place=place, territory=territory)

    async def events(self, since: datetime, places: Iterable[str]) -> list[StatusEvent]:
        """Every status event of ``places`` (in force) with since < at <= the instant, oldest first."""
        return await asyncio.to_thread(self._events, to_ms(since), list(places))

    def _events(self, since_ms: int, places: list[str]) -> list[StatusEvent]:
        c = status_events.c
        query = select(status_events).where(
            c.territory == IN_FORCE, c.subject.in_(places), c.at_ms > since_ms, c.at_ms <= to_ms(self._instant)
        )
        with self._engine.connect() as connection:
            return [rows.event_of(row) for row in connection.execute(query.order_by(c.at_ms, c.id)).mappings()]
