"""The card of one place on the map: its current figures and a link to its row in the table."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from domain.area import Area
from domain.kpis.kpi import Kpi
from domain.places.place import IN_FORCE
from layouts.parts.cards import kpi_card, kpis_of, place_name
from layouts.parts.components import empty
from layouts.parts.disagreements import readings
from layouts.parts.links import row_address
from layouts.parts.screen import ScreenData
from present import formats
from present.text import Words, words
from queries.observed.disagreements import DISAGREEMENTS
from queries.places import PLACES
from queries.results import RESULTS


@dataclass(frozen=True, slots=True)
class Former:
    """A unit of the earlier version whose land, whole or in part, belongs to the place now."""

    name: str
    whole: bool


def place_card(data: ScreenData, code: str, former: Sequence[Former] = ()) -> list[Component]:
    """Name, population, former units, figures by area with links to the table, disagreeing sources.

    [] for an unknown place.
    """
    place = data.get(PLACES).here.get(code)
    if place is None:
        return []
    _ = words(data.language)
    apart = [one for one in data.get(DISAGREEMENTS) if one.place == code and data.territory == IN_FORCE]
    disputed = [html.H4(_("Số liệu các nguồn không khớp")), readings(data, apart)] if apart else []
    groups = [part for area in data.areas for part in _area(data, area, code)]
    people = place.population
    census = _("{n} người (điều tra dân số 1/4/2019)").format(n=formats.number(people, 0, data.language))
    return [
        html.Header(
            [
                html.H3(place_name(data, code)),
                html.Button("×", className="ioc-button", **{"aria-label": _("Đóng"), "data-map-close": ""}),
            ]
        ),
        *([html.P(census, className="ioc-note")] if people is not None else []),
        *([html.P(_formed(former, _), className="ioc-note")] if former else []),
        *(groups or [empty(_("Chưa có số liệu nào của nơi này."))]),
        *disputed,
    ]


def _formed(former: Sequence[Former], _: Words) -> str:
    names = [one.name if one.whole else _("một phần {name}").format(name=one.name) for one in former]
    return _("Trước đây: {names}").format(names=", ".join(names))


def _area(data: ScreenData, area: Area, code: str) -> list[Component]:
    """The place's figures that are on the wall; the heading links to the table with all others."""
    kpis = [kpi for kpi in kpis_of(data, *area.feeds) if kpi.of_places and _expected(data, kpi, code)]
    if not kpis:
        return []
    figures = [kpi_card(data, kpi, "line", code) for kpi in kpis if kpi.on_wall]
    return [html.H4(html.A(area.title.to(data.language), href=row_address(data, area.feeds[0], code))), *figures]


def _expected(data: ScreenData, kpi: Kpi, code: str) -> bool:
    result = data.get(RESULTS).get((kpi.key, code))
    return result is not None and result.expected > 0
