"""/chien-dich/bao-cao: a week of the campaigns as a page to print: done, evidence, late, owed next, households."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.route import SILENT, HouseRoute, RefusedError
from domain.access.needs import Need, needing
from domain.case_state import CaseState, case_states
from domain.feeds.feed import Feed
from domain.instant import service_day
from domain.observation import Kind
from domain.places.place import Place
from domain.teams.campaign import WEEK, by_campaign, paces, week_end, week_of
from domain.text import Text
from layouts.casework.society_campaign import FEED, KPI, REPORT
from pages.accounts.forms import language_of
from pages.teams.pages import filled
from present import formats
from store.reading import Reading

_SILENT = Text("Kho dữ liệu không trả lời; hãy thử lại.", "The data store does not answer; try again.")
_BAD_DAY = Text("Ngày viết dạng 2026-11-29.", "A day is written 2026-11-29.")
_BEHIND = 10


def router(
    feeds: Mapping[str, Feed], reading: Reading, last_day: date | None, communes: Callable[[], Mapping[str, Place]],
    clock: Callable[[], datetime],
) -> APIRouter:  # fmt: skip
    """The page; ``last_day`` is the campaign's, as its KPI's target says."""
    routes = APIRouter(route_class=HouseRoute, include_in_schema=False)

    async def tasks(until: datetime) -> list[CaseState]:
        (kind,) = feeds[FEED].listed
        events = await reading.listed_cases(FEED, kind, until - WEEK)
        return case_states(FEED, kind, [one for one in events if one.at < until])

    async def visited() -> dict[str, tuple[int, int]]:
        """By commune: the sets of places, such as the model districts, would count their households again."""
        known = communes()
        return {
            one.place: (round(one.numerator), round(one.denominator))
            for one in await reading.results_latest()
            if one.key == KPI and one.place in known and one.numerator is not None and one.denominator is not None
        }

    @routes.get(REPORT)
    @needing(Need.LOOK)
    async def report(
        day: Annotated[str, Query(max_length=10)] = "", lang: Annotated[str, Query(max_length=8)] = ""
    ) -> Response:
        """The seven days that end with ``day``, today without one; later days end with this moment."""
        now, language = clock(), language_of(lang)
        try:
            asked = date.fromisoformat(day) if day else service_day(now)
        except ValueError:
            raise RefusedError(400, "bad_day", _BAD_DAY) from None
        until = min(now, week_end(asked))
        try:
            told, homes, calendar = await tasks(until), await visited(), await reading.working_calendar()
        except SILENT:
            raise RefusedError(503, "unavailable", _SILENT, retry_after_s=5) from None
        today = service_day(until)
        found = paces(homes, last_day, service_day(now)) if last_day else []
        places = communes()

        def named(code: str) -> str:
            return places[code].name if code in places else code

        return filled(
            "weekly", language, here=REPORT, since=today - WEEK + timedelta(days=1), until=today, now=now,
            campaigns={name: (of, week_of(of, until)) for name, of in by_campaign(told).items()},
            left=lambda one: one.days_left(until, calendar), late=lambda one: one.is_late(until),
            behind=found[:_BEHIND], homes_left=sum(one.left for one in found), last_day=last_day,
            visited=sum(one.visited for one in found), name_of=named,
            number=lambda many: formats.number(float(many), 0, language),
            percent=lambda share: formats.percent(share, 1, language),
            simulated=any(one.newest.kind is Kind.SIMULATED for one in told),
        )  # fmt: skip

    return routes
