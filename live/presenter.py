"""The hub's view-models, made by the functions that the layouts use: first paint and updates say the same."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from domain.area import Area
from domain.feeds.feed import Feed
from domain.fleets.vehicle import Vehicle
from domain.kpis.alarm import Handling
from domain.kpis.health import FeedHealth, StatusEvent
from domain.kpis.kpi import Kpi, KpiResult
from domain.kpis.rhythm import rhythm_of
from domain.observation import Observation
from domain.places.place import IN_FORCE, Place
from domain.text import Language
from present.alarms import alarm_rows
from present.cards import AlarmVM, CardVM, PublicCardVM, RowVM, present, public_card
from present.choropleth import choropleth
from present.events import event_rows
from present.health import health_rows
from queries.alarms import Situation, alarms, rosters, without_positions
from store import territories
from store.reading import Reading


class LayoutPresenter:
    """Makes view-models from the declarations and, once loaded, place names and each fleet's roster."""

    def __init__(
        self,
        kpis: Mapping[str, Kpi],
        feeds: Mapping[str, Feed],
        fleets: Sequence[str],
        areas: Iterable[Area],
        reading: Reading,
    ) -> None:
        """``fleets`` are the feeds whose silent vehicles raise alarms, ``areas`` the pages that rows lead to."""
        self._areas = tuple(areas)
        self._kpis = kpis
        self._feeds = feeds
        self._fleets = fleets
        self._reading = reading
        self._places: dict[str, Place] = {}
        self._evaluated_at: datetime | None = None
        self._rosters: Mapping[str, Sequence[Observation]] = dict.fromkeys(fleets, ())
        self._sets = {one.key: one for one in territories.place_sets(IN_FORCE)}

    async def load(self) -> None:
        """Read place names and rosters; before that, codes stand for names and no vehicle is expected."""
        self._rosters = await rosters(self._reading, self._fleets)
        self._places = {place.code: place for place in await self._reading.places(IN_FORCE)}
        self._evaluated_at = await self._reading.evaluated_at()

    async def series(self, key: str, now: datetime) -> Sequence[KpiResult]:
        """The province's history that the sparkline of this KPI shows."""
        kpi = self._kpis.get(key)
        if kpi is None:
            return ()
        since = now - rhythm_of(kpi, self._feeds[kpi.feed]).window
        return await self._reading.course(key, since, now, anew=True)

    def card(self, result: KpiResult, series: Sequence[KpiResult], language: Language, now: datetime) -> CardVM | None:
        """The card of a declared KPI."""
        kpi = self._kpis.get(result.key)
        return present(kpi, self._feeds[kpi.feed], result, series, language, now) if kpi else None

    def public_card(self, result: KpiResult, language: Language, now: datetime) -> PublicCardVM | None:
        """The public's card, as far as the KPI's public rule allows."""
        kpi = self._kpis.get(result.key)
        return public_card(kpi, self._feeds[kpi.feed], result, language, now) if kpi else None

    def layer(
        self, key: str, results: Mapping[str, KpiResult], language: Language, now: datetime
    ) -> dict[str, object] | None:
        """Classes of the communes and what each class means."""
        kpi = self._kpis.get(key)
        if kpi is None:
            return None
        communes = {code: r for code, r in results.items() if r.expected > 0 and code not in self._sets}
        classes = choropleth(kpi, communes, language)
        return {"key": key, "classes": dict(classes.by_place), "labels": list(classes.labels)}

    def feed_rows(self, health: Mapping[str, FeedHealth], language: Language, now: datetime) -> list[RowVM]:
        """The feeds that somebody should look at, or one row that says there are none."""
        return health_rows(self._feeds, health, language, now)

    def alarm_rows(
        self,
        results: Iterable[KpiResult],
        health: Mapping[str, FeedHealth],
        vehicles: Sequence[Vehicle],
        language: Language,
        now: datetime,
        *,
        exact: bool,
        handlings: Mapping[str, Handling],
    ) -> list[AlarmVM]:
        """Open alarms, most urgent first; ``exact``: with the positions of their vehicles."""
        now_is = Situation(
            results=results,
            health=health,
            vehicles=vehicles,
            rosters=self._rosters,
            places=self._places,
            evaluated_at=self._evaluated_at,
            handlings=handlings,
        )
        found = alarms(now_is, self._kpis, self._feeds, now)
        if not exact:
            found = without_positions(found)
        return alarm_rows(found, self._kpis, self._feeds, self._areas, language, now)

    def event_rows(self, events: Sequence[StatusEvent], language: Language, now: datetime) -> list[RowVM]:
        """The newest changes of declared KPIs; a place set would repeat those of its members."""
        events = [event for event in events if event.place not in self._sets]
        return event_rows(events, self._kpis, self._place_name, language, now)

    def _place_name(self, code: str) -> str:
        place = self._places.get(code)
        return place.name if place else code
