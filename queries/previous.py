"""Earlier results of the KPIs that the page ranks communes by: each one step of its feed's rhythm ago."""

from domain.area import on_wall
from domain.kpis.ranking import ranked_by
from domain.kpis.rhythm import rhythm_of
from queries.ask import Ask, Question
from queries.keyed import Results, keyed
from queries.reprojected import carried


async def _read(asked: Question) -> Results:
    areas = on_wall(asked.sources.areas.values())
    choices, chosen = ranked_by(asked.kpis, areas, asked.territory, asked.query)
    found: Results = {}
    for kpi in choices:
        if kpi is chosen or kpi.province_goal:
            then = asked.now - rhythm_of(kpi, asked.sources.feeds[kpi.feed]).step
            earlier = keyed(await asked.sources.reading.at(then).results(key=kpi.key))
            found = {**found, **await carried(asked, earlier)}
    return found


PREVIOUS: Ask[Results] = Ask(_read, {})
