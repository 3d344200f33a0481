"""The map's place on a page: the element assets/50-map.js fills, its legend, and what the place colours stand for."""

import json

from dash import html
from dash.development.base_component import Component

from domain.kpi import Kpi
from domain.observation import Kind
from layouts._cards import fresh_results
from layouts._choropleth import choropleth
from layouts._components import empty, legend
from layouts._screen import ScreenData
from layouts._text import words


def map_panel(data: ScreenData, kpi: Kpi | None, *, vehicles: bool) -> Component:
    """Map element and legend; ``kpi`` colours the places, ``vehicles`` explains the markers."""
    _ = words(data.language)
    classes = choropleth(kpi, fresh_results(data, kpi), data.language) if kpi else None
    attributes = {
        "data-kpi": kpi.key if kpi else "",
        "data-classes": json.dumps(dict(classes.by_place) if classes else {}),
    }
    simulated = any(v.kind is Kind.SIMULATED for v in data.vehicles)
    parts = [html.Div(id="map", className="ioc-map", role="img", **{"aria-label": _("Bản đồ tỉnh"), **attributes})]
    if kpi and classes:
        title = _("{kpi} theo xã ({unit})").format(kpi=kpi.short.to(data.language), unit=kpi.unit.to(data.language))
        parts.append(legend(title, classes.labels, _("chưa có số liệu")))
    if vehicles:
        parts.append(_vehicle_legend(data, simulated=simulated))
        how = _("Đang chờ thiết bị định vị gửi tới cổng nhận tin; xe hiện ra ngay khi có vị trí đầu tiên.")
        parts.append(
            html.Div(empty(_("Chưa xe nào gửi vị trí."), how), className="ioc-map__empty", hidden=bool(data.vehicles))
        )
    return html.Div(parts, className="ioc-mapbox", **{"data-simulated": "true"} if simulated else {})


def _vehicle_legend(data: ScreenData, *, simulated: bool) -> Component:
    """What the markers mean; streets of the demonstration are named as such while its vehicles drive on them."""
    _ = words(data.language)
    states = (
        ("live", _("dưới 90 giây")),
        ("stopped", _("đang dừng")),
        ("ageing", _("cũ hơn")),
        ("silent", _("quá 10 phút")),
        *([("street", _("đường mẫu, mô phỏng"))] if simulated else []),
    )
    marks = [
        html.Span([html.I(className=f"ioc-truck ioc-truck--{state}", **{"aria-hidden": "true"}), text])
        for state, text in states
    ]
    return html.Div([html.B(_("Vị trí xe rác")), *marks], className="ioc-legend ioc-legend--trucks")
