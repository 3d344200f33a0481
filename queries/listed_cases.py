"""The cases of the page's feeds that people see by name (outages, agreements, tasks): open, or just ended."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from domain.case_state import CaseState, case_states
from queries.ask import Ask, Question

ENDED_SHOWN_FOR = timedelta(days=14)


async def _read(asked: Question) -> Mapping[str, Sequence[CaseState]]:
    """By "feed/case type"; a type without cases has an empty list, because none is an answer too."""
    found = {}
    for key in sorted({kpi.feed for kpi in asked.kpis.values()}):
        for kind in asked.sources.feeds[key].listed:
            events = await asked.sources.reading.listed_cases(key, kind, asked.now - ENDED_SHOWN_FOR)
            found[f"{key}/{kind.key}"] = case_states(key, kind, events)
    return found


LISTED_CASES: Ask[Mapping[str, Sequence[CaseState]]] = Ask(_read, {})
