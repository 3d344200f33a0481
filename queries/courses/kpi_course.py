"""What the page of one KPI draws: its course at the place and over the range that the address names, and its path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.kpis.kpi import Kpi, KpiResult
from domain.kpis.rhythm import DAILY, HOURLY, SPANS, rhythm_of
from domain.places.place import IN_FORCE, PROVINCE
from queries.ask import Ask, Question
from queries.courses.paths import path_of
from queries.places import PLACES

RANGES: Mapping[str, timedelta] = {
    "24h": timedelta(hours=24),
    "30d": timedelta(days=30),
    "12m": timedelta(days=366),
}
KEY, RANGE, PLACE = "key", "range", "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiCourse:
    """``kpi`` at ``place`` (in force) from ``since`` on, oldest first; ``path`` is the province's way to its target."""

    kpi: Kpi
    place: str
    range: str
    since: datetime
    series: Sequence[KpiResult]
    path: Sequence[KpiResult]


async def _read(asked: Question) -> KpiCourse | None:
    kpi = asked.kpis.get(asked.query.get(KEY, ""))
    if kpi is None:
        return None
    known = {place.code for place in (await asked.get(PLACES)).now.values()} if kpi.of_places else set()
    place = asked.query.get(PLACE, PROVINCE)
    place = place if place in known else PROVINCE
    chosen = asked.query.get(RANGE, "")
    chosen = chosen if chosen in RANGES else _usual(kpi, asked)
    since = asked.now - RANGES[chosen]
    series = await asked.sources.reading.result_course(kpi.key, IN_FORCE, place, since, asked.now, SPANS)
    way = await path_of(asked, kpi)
    return KpiCourse(kpi=kpi, place=place, range=chosen, since=since, series=series, path=way)


def _usual(kpi: Kpi, asked: Question) -> str:
    """By how often its figures come."""
    rhythm = rhythm_of(kpi, asked.sources.feeds[kpi.feed])
    if rhythm == HOURLY:
        return "24h"
    return "30d" if rhythm == DAILY else "12m"


KPI_COURSE: Ask[KpiCourse | None] = Ask(_read, None)
