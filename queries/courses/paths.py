"""The province's history of each of the page's KPIs with a dated target, a figure a week for three years."""

import asyncio
from collections.abc import Sequence

from domain.kpis.kpi import Kpi, KpiResult
from domain.places.place import IN_FORCE, PROVINCE
from present.charts.path import YEARS_BACK
from queries.ask import Ask, Question
from queries.courses.series import Series

WEEKS = 157


async def path_of(asked: Question, kpi: Kpi) -> Sequence[KpiResult]:
    """Of one KPI; nothing where no target has a date."""
    if kpi.target is None or kpi.target.due is None:
        return ()
    since = asked.now - YEARS_BACK
    return await asked.sources.reading.result_course(kpi.key, IN_FORCE, PROVINCE, since, asked.now, WEEKS)


async def _read(asked: Question) -> Series:
    kpis = list(asked.kpis.values())
    every = await asyncio.gather(*(path_of(asked, kpi) for kpi in kpis))
    return {(kpi.key, PROVINCE): series for kpi, series in zip(kpis, every, strict=True)}


PATHS: Ask[Series] = Ask(_read, {})
