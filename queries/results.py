"""The newest result of every KPI and place of the page's territory version."""

from queries.ask import Ask, Question
from queries.keyed import Results
from queries.reprojected import carried
from queries.results_in_force import RESULTS_IN_FORCE


async def _read(asked: Question) -> Results:
    return await carried(asked, await asked.get(RESULTS_IN_FORCE))


RESULTS: Ask[Results] = Ask(_read, {})
