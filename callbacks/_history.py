"""What a page asks of recorded history: what changed since this browser was last here, and how places stood before."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.area import on_wall
from domain.instant import from_ms
from domain.kpi import Kpi, KpiResult
from domain.place import IN_FORCE, PROVINCE
from evaluation.changes import Moment, changes
from layouts._present import rhythm_of
from layouts._ranking import ranked_by
from present.wire import AWAY_S, VISIT
from store import territories
from store.services import Services

FIRST_VISIT = timedelta(hours=24)
Results = Mapping[tuple[str, str], KpiResult]


async def since_last_visit(
    services: Services, kpis: Mapping[str, Kpi], results: Results, visited: str | None, now: datetime
) -> dict[str, Any]:
    """``since`` and ``changes`` of a screen; a browser that was never here is told of the last day."""
    since = _instant(visited, now)
    start = since or now - FIRST_VISIT
    sets = [one.key for one in territories.place_sets(IN_FORCE)]
    then = {(r.key, r.place): r for r in await services.reading.results_at(start)}
    events = await services.reading.events_between(start, now, [PROVINCE, *sets])
    found = changes(kpis, services.feeds, Moment(start, then), Moment(now, results), events, sets)
    return {"since": since, "changes": found}


async def one_period_ago(
    services: Services, kpis: Mapping[str, Kpi], territory: str, query: Mapping[str, str], now: datetime
) -> dict[tuple[str, str], KpiResult]:
    """Results of the KPI that the page ranks by, one step of its feed's rhythm ago."""
    _, kpi = ranked_by(kpis, on_wall(services.areas.values()), territory, query)
    if kpi is None:
        return {}
    then = now - rhythm_of(kpi, services.feeds[kpi.feed]).step
    return {(r.key, r.place): r for r in await services.reading.results_at(then, key=kpi.key)}


def last_visit(cookies: Mapping[str, str], now: datetime) -> str:
    """When a browser last looked, by its cookie: what was seen before it went away, as assets/29-last-visit.js says."""
    last, _, seen = cookies.get(VISIT, "").partition(".")
    at = _instant(seen, now)
    return seen if at is not None and now - at > timedelta(seconds=AWAY_S) else last


def _instant(visited: str | None, now: datetime) -> datetime | None:
    """What the browser remembers, unless it is nonsense or lies in the future."""
    try:
        at = from_ms(int(visited or ""))
    except (ValueError, OverflowError, OSError):
        return None
    return at if at <= now else None
