"""The province's history of each of the page's KPIs, as far back as its sparkline shows; oldest first."""

import asyncio
from collections.abc import Mapping, Sequence

from domain.kpis.kpi import Kpi, KpiResult
from domain.kpis.rhythm import rhythm_of
from domain.places.place import IN_FORCE, PROVINCE
from queries.ask import Ask, Question

LIMIT = 5_000
Series = Mapping[tuple[str, str], Sequence[KpiResult]]


async def _read(asked: Question) -> Series:
    async def one(kpi: Kpi) -> Sequence[KpiResult]:
        since = asked.now - rhythm_of(kpi, asked.sources.feeds[kpi.feed]).window
        return await asked.sources.reading.result_series(kpi.key, IN_FORCE, PROVINCE, since, asked.now, limit=LIMIT)

    kpis = list(asked.kpis.values())
    every = await asyncio.gather(*(one(kpi) for kpi in kpis))
    return {(kpi.key, PROVINCE): series for kpi, series in zip(kpis, every, strict=True)}


SERIES: Ask[Series] = Ask(_read, {})
