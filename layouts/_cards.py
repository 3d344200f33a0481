"""From a screen's data to its KPI cards: the one place that joins declaration, result, series and feed."""

from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpi import Kpi, KpiResult, Status
from domain.place import PROVINCE
from layouts._components import card
from layouts._present import CardVM, present, status_now
from layouts._screen import ScreenData

ATTENTION = (Status.CRITICAL, Status.WARNING, Status.ADVISORY)


def kpis_of(data: ScreenData, feed: str) -> list[Kpi]:
    """The KPIs of one feed in their declared order."""
    return sorted((k for k in data.kpis.values() if k.feed == feed), key=lambda k: (k.order, k.key))


def card_vm(data: ScreenData, kpi: Kpi, place: str = PROVINCE) -> CardVM:
    """The view-model of ``kpi`` at ``place``."""
    at = (kpi.key, place)
    series = data.series.get(at, ())
    return present(kpi, data.feeds[kpi.feed], data.results.get(at), series, data.language, data.now, place)


def cards(data: ScreenData, feed: str, shape: str = "") -> list[Component]:
    """The province's cards of one feed; a ``line`` has room for the short name only."""
    return [
        card(
            card_vm(data, kpi),
            (kpi.short if shape == "line" else kpi.names).to(data.language),
            to_ms(data.now),
            data.language,
            shape,
        )
        for kpi in kpis_of(data, feed)
    ]


def results_of(data: ScreenData, kpi: str) -> dict[str, KpiResult]:
    """Results of one KPI by place code, the province left out, places without contributors left out."""
    return {
        place: result
        for (key, place), result in data.results.items()
        if key == kpi and place != PROVINCE and result.expected > 0
    }


def fresh_results(data: ScreenData, kpi: Kpi) -> dict[str, KpiResult]:
    """The same without what is too old as of the page's now."""
    return {
        place: result
        for place, result in results_of(data, kpi.key).items()
        if status_of(data, kpi, place) is not Status.STALE
    }


def status_of(data: ScreenData, kpi: Kpi, place: str) -> Status:
    """Status as of the page's now."""
    return status_now(data.results.get((kpi.key, place)), data.feeds[kpi.feed], data.now)


def place_name(data: ScreenData, code: str) -> str:
    """The place's name, its code when the register does not know it."""
    place = data.places.get(code)
    return place.name if place else code
