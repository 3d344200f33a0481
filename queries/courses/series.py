"""The province's history of each of the page's KPIs, as far back as its sparkline shows; oldest first."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.kpis.kpi import Kpi, KpiResult
from domain.kpis.rhythm import rhythm_of
from domain.places.place import PROVINCE
from queries.ask import Ask, Question
from queries.results_in_force import RESULTS_IN_FORCE

Series = Mapping[tuple[str, str], Sequence[KpiResult]]


async def _read(asked: Question) -> Series:
    newest = await asked.get(RESULTS_IN_FORCE)

    async def one(kpi: Kpi) -> Sequence[KpiResult]:
        since = asked.now - rhythm_of(kpi, asked.sources.feeds[kpi.feed]).window
        course = await asked.sources.reading.course(kpi.key, since, asked.now)
        return _up_to(newest.get((kpi.key, PROVINCE)), course, since)

    kpis = list(asked.kpis.values())
    every = await asyncio.gather(*(one(kpi) for kpi in kpis))
    return {(kpi.key, PROVINCE): series for kpi, series in zip(kpis, every, strict=True)}


def _up_to(newest: KpiResult | None, course: Sequence[KpiResult], since: datetime) -> Sequence[KpiResult]:
    """``course``, which may be a minute old, with the newest result at its end."""
    if newest is None or newest.as_of is None or newest.as_of < since:
        return course
    earlier = [result for result in course if result.as_of is not None and result.as_of < newest.as_of]
    return [*earlier, newest] if len(earlier) >= len(course) - 1 else course


SERIES: Ask[Series] = Ask(_read, {})
