"""Today's runs for the residents' page, read again only after a new assessment of the day."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from domain.instant import service_day
from domain.waste.run import RunResult
from rounds.lookup.street_now import Today, today
from store.rounds.runs import Runs

ASK_EVERY = timedelta(seconds=5)


class LiveToday:
    """The runs of the service day, shared by all requests of this process."""

    def __init__(self, runs: Runs, clock: Callable[[], datetime]) -> None:
        self._store = runs
        self._clock = clock
        self._asked_at: datetime | None = None
        self._version: tuple[date, int] | None = None
        self._runs: list[RunResult] = []

    async def known(self) -> Today:
        """The state of every planned entry of today; empty until the assessor has judged the day's first run."""
        return today(await self.runs(), self._clock())

    async def runs(self) -> Sequence[RunResult]:
        """Today's runs as judged last."""
        now = self._clock()
        if self._asked_at is None or now - self._asked_at >= ASK_EVERY:
            self._asked_at = now
            await asyncio.to_thread(self._read, service_day(now))
        return self._runs

    def _read(self, day: date) -> None:
        version = (day, self._store.changed_at_ms(day))
        if version != self._version:
            self._runs = self._store.runs(day)
            self._version = version
