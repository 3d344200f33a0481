"""The map's place on a page: the element assets/50-map.js fills, its legend, and what the place colours stand for."""

import json

from dash import html
from dash.development.base_component import Component

from domain.kpi import Kpi
from domain.observation import Kind
from layouts._cards import results_of
from layouts._choropleth import choropleth
from layouts._components import legend
from layouts._screen import ScreenData
from layouts._text import words


def map_panel(data: ScreenData, kpi: Kpi | None, *, vehicles: bool) -> Component:
    """Map element and legend; ``kpi`` colours the places, ``vehicles`` explains the markers."""
    _ = words(data.language)
    classes = choropleth(kpi, results_of(data, kpi.key), data.language) if kpi else None
    attributes = {
        "data-kpi": kpi.key if kpi else "",
        "data-classes": json.dumps(dict(classes.by_place) if classes else {}),
    }
    simulated = any(v.kind is Kind.SIMULATED for v in data.vehicles)
    parts = [html.Div(id="map", className="ioc-map", role="img", **{"aria-label": _("Bản đồ tỉnh"), **attributes})]
    if kpi and classes:
        title = _("{kpi} theo xã").format(kpi=kpi.short.to(data.language))
        parts.append(legend(title, classes.labels, _("chưa có số liệu")))
    if vehicles:
        parts.append(_vehicle_legend(data))
    return html.Div(parts, className="ioc-mapbox", **{"data-simulated": "true"} if simulated else {})


def _vehicle_legend(data: ScreenData) -> Component:
    _ = words(data.language)
    states = (("live", _("dưới 90 giây")), ("ageing", _("cũ hơn")), ("silent", _("quá 10 phút")))
    marks = [
        html.Span([html.I(className=f"ioc-truck ioc-truck--{state}", **{"aria-hidden": "true"}), text])
        for state, text in states
    ]
    return html.Div([html.B(_("Vị trí xe rác")), *marks], className="ioc-legend ioc-legend--trucks")
