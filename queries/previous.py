"""Earlier results of the KPI that the page ranks communes by: one step of its feed's rhythm ago."""

from domain.area import on_wall
from domain.kpis.ranking import ranked_by
from domain.kpis.rhythm import rhythm_of
from queries.ask import Ask, Question
from queries.keyed import Results, keyed
from queries.reprojected import carried


async def _read(asked: Question) -> Results:
    areas = on_wall(asked.sources.areas.values())
    _, kpi = ranked_by(asked.kpis, areas, asked.territory, asked.query)
    if kpi is None:
        return {}
    then = asked.now - rhythm_of(kpi, asked.sources.feeds[kpi.feed]).step
    return await carried(asked, keyed(await asked.sources.reading.at(then).results(key=kpi.key)))


PREVIOUS: Ask[Results] = Ask(_read, {})
