"""The cases of the page's feeds that people see by name (outages, agreements, tasks): open, or just ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.case_state import CaseState, case_states
from domain.services.working_time import WorkingCalendar
from queries.ask import Ask, Question

ENDED_SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ListedCases:
    """Cases by "feed/case type"; a type without cases has an empty list, because none is an answer too.

    ``calendar`` counts the working days to their deadlines; an empty one knows no year.
    """

    cases: Mapping[str, Sequence[CaseState]]
    calendar: WorkingCalendar


async def _read(asked: Question) -> ListedCases:
    found = {}
    for key in sorted({kpi.feed for kpi in asked.kpis.values()}):
        for kind in asked.sources.feeds[key].listed:
            events = await asked.sources.reading.listed_cases(key, kind, asked.now - ENDED_SHOWN_FOR)
            found[f"{key}/{kind.key}"] = case_states(key, kind, events)
    return ListedCases(found, await asked.sources.reading.working_calendar())


LISTED_CASES: Ask[ListedCases] = Ask(_read, ListedCases({}, WorkingCalendar({})))
