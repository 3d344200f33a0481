"""The newest result of every KPI and place in force, whatever version the page shows."""

from queries.ask import Ask, Question
from queries.keyed import Results, keyed


async def _read(asked: Question) -> Results:
    return keyed(await asked.sources.reading.results_latest())


RESULTS_IN_FORCE: Ask[Results] = Ask(_read, {})
