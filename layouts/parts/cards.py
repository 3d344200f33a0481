"""Builds KPI cards from a screen's data: only this file joins declaration, result, series and feed."""

from collections.abc import Iterable, Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from domain.collation import Key, collation_key
from domain.fleets.fleet import WAITING, WAITING_NAMES
from domain.instant import to_ms
from domain.kpis.kpi import Kpi, KpiResult, Status
from domain.kpis.standing import status_now, status_within
from domain.observation import Kind
from domain.places.place import PROVINCE, short_name
from domain.places.territory import Level
from layouts.parts.components import card
from layouts.parts.links import kpi_address
from layouts.parts.screen import ScreenData
from present.cards import CardVM, present
from queries.courses.series import SERIES
from queries.places import PLACES
from queries.results import RESULTS

DIVIDED_MARK = "÷"
ATTENTION = (Status.CRITICAL, Status.WARNING, Status.ADVISORY)


def kpis_of(data: ScreenData, *feeds: str) -> list[Kpi]:
    """The KPIs of ``feeds``, feed by feed, each in their declared order."""
    found = (kpi for kpi in data.kpis.values() if kpi.feed in feeds)
    return sorted(found, key=lambda k: (feeds.index(k.feed), k.order, k.key))


def card_vm(data: ScreenData, kpi: Kpi, place: str = PROVINCE) -> CardVM:
    """The view-model of ``kpi`` at ``place``."""
    at = (kpi.key, place)
    series = (data.find(SERIES) or {}).get(at, ())
    return present(kpi, data.feeds[kpi.feed], data.get(RESULTS).get(at), series, data.language, data.now)


def kpi_card(data: ScreenData, kpi: Kpi, shape: str = "", place: str = PROVINCE) -> Component:
    """One KPI's card at ``place``, which leads to its page; a line, tile or chip shows the short name."""
    name = kpi.short if shape else kpi.names
    link = html.A(name.to(data.language), href=kpi_address(data, kpi, place))
    return card(card_vm(data, kpi, place), link, to_ms(data.now), data.language, shape, place)


def cards(
    data: ScreenData, feeds: Sequence[str], shape: str = "", place: str = PROVINCE, *, wall: bool = False
) -> list[Component]:
    """The cards of ``feeds`` at ``place``; ``wall`` keeps only KPIs that belong on the wall."""
    return [
        kpi_card(data, kpi, shape, place)
        for kpi in kpis_of(data, *feeds)
        if (kpi.of_places or place == PROVINCE) and (kpi.on_wall or not wall)
    ]


def results_of(data: ScreenData, kpi: str, level: Level = Level.COMMUNE) -> dict[str, KpiResult]:
    """Results of one KPI by code, of the places of one level; places without contributors are left out."""
    return results_by_kpi(data, level).get(kpi, {})


def results_by_kpi(data: ScreenData, level: Level) -> dict[str, dict[str, KpiResult]]:
    """`results_of` for every KPI; a page's results are sorted by level once, because most of its parts ask."""
    if not data.by_level:
        places = data.get(PLACES)
        levels = {code: place.level for code, place in places.here.items()} | {PROVINCE: Level.PROVINCE}
        for (key, place), result in data.get(RESULTS).items():
            if result.expected > 0 and place not in places.sets:
                of_level = data.by_level.setdefault(levels.get(place, Level.COMMUNE), {})
                of_level.setdefault(key, {})[place] = result
    return data.by_level.get(level, {})


def fresh(data: ScreenData, kpi: Kpi, results: Mapping[str, KpiResult]) -> dict[str, KpiResult]:
    """Those of ``kpi``'s ``results`` that are not too old as of the page's now."""
    stands = kpi.stands(data.feeds[kpi.feed])
    return {
        place: result
        for place, result in results.items()
        if status_within(stands, result, data.now) is not Status.STALE
    }


def status_of(data: ScreenData, kpi: Kpi, place: str) -> Status:
    """Status at the page's now."""
    return status_now(kpi, data.get(RESULTS).get((kpi.key, place)), data.feeds[kpi.feed], data.now)


def simulated(results: Iterable[KpiResult | None]) -> dict[str, str]:
    """Attribute for an element that shows ``results``: any simulated figure among them brings the banner."""
    made_up = any(result is not None and result.kinds.get(Kind.SIMULATED) for result in results)
    return {"data-simulated": "true"} if made_up else {}


def figure(data: ScreenData, kpi: Kpi, place: str = PROVINCE) -> float | None:
    """The value; None when unknown or stale."""
    result = data.get(RESULTS).get((kpi.key, place))
    return None if result is None or status_of(data, kpi, place) is Status.STALE else result.value


def place_name(data: ScreenData, code: str) -> str:
    """The place's name, with its district in versions that have districts; the code of an unknown place."""
    known = data.get(PLACES)
    if code in known.sets:
        return known.sets[code].names.to(data.language)
    place = known.here.get(code)
    if place is None:
        return code
    district = known.here.get(place.parent)
    name = f"{place.name}, {district.name}" if district and district.level is Level.DISTRICT else place.name
    return f"{name} {DIVIDED_MARK}" if code in known.divided else name


def place_name_now(data: ScreenData, code: str) -> str:
    """Name of a place in the version in force, for vehicles and events; the code of an unknown place."""
    known = data.get(PLACES)
    if code in known.sets:
        return known.sets[code].names.to(data.language)
    return known.now[code].name if code in known.now else code


def feed_name(data: ScreenData, key: str) -> str:
    """The feed's name; its key when it is no longer declared."""
    if key == WAITING:
        return WAITING_NAMES.to(data.language)
    feed = data.feeds.get(key)
    return feed.names.to(data.language) if feed else key


def measure_name(data: ScreenData, feed: str, key: str) -> str:
    """The measure's name; its key when it is no longer declared."""
    measure = data.feeds[feed].measure(key) if feed in data.feeds else None
    return measure.names.to(data.language) if measure else key


def by_name(data: ScreenData, code: str) -> Key:
    """Sort key of a place: Vietnamese order of its name without the kind of unit."""
    return collation_key(short_name(place_name(data, code)))
