"""The map on a page: the element that scripts fill, switches of layers, legends, list of places, card of a place."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from domain.collation import collation_key
from domain.feeds.feed import tracked
from domain.kpis.kpi import Kpi, KpiResult
from domain.observation import Kind
from domain.places.place import IN_FORCE, Place, short_name
from domain.places.territory import Level
from domain.waste.run import run_key
from layouts.map.streets import street_legends
from layouts.parts.cards import fresh, results_by_kpi, simulated
from layouts.parts.components import empty
from layouts.parts.screen import ScreenData
from present.choropleth import CLASSES, Choropleth, choropleth, packed
from present.text import Words, words
from present.wire import FLEET_MARKERS, MAP_CHOSEN
from queries.collection import COLLECTION
from queries.maps.level import MAP_LEVEL
from queries.maps.signal import SIGNALS
from queries.places import PLACES
from queries.results import RESULTS
from queries.vehicles import VEHICLES

# Ids that callbacks/map.py joins: the chosen place, the page's query, the place's card.
CHOSEN, ASKED, CARD = MAP_CHOSEN, "map-asked", "map-card"


@dataclass(frozen=True, slots=True)
class Coloured:
    """A KPI the map can colour places by; ``expected`` places should report it."""

    kpi: Kpi
    classes: Choropleth
    expected: int


def map_panel(
    data: ScreenData,
    kpi: Kpi | None,
    *,
    path: str,
    vehicles: bool,
    focus: Kpi | None = None,
    still: bool = False,
    beside: Component | None = None,
) -> Component:
    """The map of the screen at ``path``, coloured by ``kpi`` or by another KPI of the screen that people choose.

    ``vehicles`` says whether the screen shows them: only such screens start close up, unless their streets have a
    picture of their own ``beside`` the province (`streets_picture`); both pictures then mark open alarms. ``focus`` is
    the KPI in the focus slot, whose colours are in view as long as it is there, unless most places have none.
    ``still``: a picture that nobody moves about in.
    """
    _ = words(data.language)
    results = results_by_kpi(data, data.get(MAP_LEVEL))
    layers = [
        _coloured(data, kpi, results.get(kpi.key, {}))
        for kpi in sorted(data.kpis.values(), key=lambda k: (k.order, k.key))
        if kpi.of_places
    ]
    coloured = simulated(data.get(RESULTS).get((c.kpi.key, place)) for c in layers for place in c.classes.by_place)
    seen = data.get(VEHICLES) if vehicles else ()
    marked = coloured or any(v.kind is Kind.SIMULATED for v in seen)
    many = sum(place.level is data.get(MAP_LEVEL) for place in data.get(PLACES).here.values())
    shown = next((c.kpi for c in layers if c.kpi == focus and 2 * len(c.classes.by_place) >= many), kpi)
    attributes = {
        "aria-label": _called(_, still),
        "data-kpi": kpi.key if kpi else "",
        "data-shown": shown.key if shown else "",
        **_attributes(data, layers, vehicles=vehicles, close=vehicles and beside is None, still=still),
        **({} if beside is None else {"data-beside": "", "data-marks": ""}),
    }
    parts = [
        html.Div(id="map", className="ioc-map", role="group", **attributes),
        *([] if beside is None else [html.Div(className="ioc-map__room"), beside]),
        _tools(layers, _, data, vehicles=vehicles, still=still),
        html.P(className="ioc-map__gap", **{"data-part": "map-gap"}),
        html.Div(id=CARD, className="ioc-map__card", **{"aria-live": "polite"}),
        html.Div(
            [
                *([_legend(next((c for c in layers if c.kpi == shown), None), _, data)] if layers else []),
                *(street_legends(data) if beside is None else []),
                *([_vehicle_legend(data), _withheld(_)] if vehicles else []),
                html.P(className="ioc-map__credit", **_credit(attributes)),
            ],
            className="ioc-map__foot",
        ),
        dcc.Store(id=CHOSEN),
        dcc.Store(id=ASKED, data={**data.query, "lang": data.language, "path": path}),
    ]
    if vehicles and not seen:
        how = _("Đang chờ thiết bị định vị gửi vị trí; xe hiện trên bản đồ ngay khi có vị trí đầu tiên.")
        parts.append(html.Div(empty(_("Chưa xe nào gửi vị trí."), how), className="ioc-map__empty"))
    return html.Div(parts, className="ioc-mapbox", **{"data-simulated": "true"} if marked else {})


def _credit(attributes: Mapping[str, str]) -> dict[str, str]:
    """A map of figures by place shows the hexagons at once, in the small picture beside it; others when zoomed out."""
    alone = "data-close" in attributes and not attributes["data-shown"]
    return {"data-part": "map-credit", **({"data-close": ""} if alone else {})}


def streets_picture(data: ScreenData) -> Component:
    """The streets where vehicles work, with what became of them today: a drawing that stays one."""
    told = {"data-streets-of": "", "data-marks": "", "data-fleets": _fleet_keys(data)}
    return html.Div(className="ioc-streets", **told)


def _fleet_keys(data: ScreenData) -> str:
    """Every fleet, in the order of their markers."""
    return json.dumps(tracked(data.feeds.values()), separators=(",", ":"))


def _coloured(data: ScreenData, kpi: Kpi, results: Mapping[str, KpiResult]) -> Coloured:
    return Coloured(kpi, choropleth(kpi, fresh(data, kpi, results), data.language), len(results))


def _figures(layers: Sequence[Coloured], data: ScreenData) -> Mapping[str, object]:
    """What the map and its legend show of every KPI, by key, with classes of ``places`` in their order."""
    if not layers:
        return {}
    places = sorted({code for one in layers for code in one.classes.by_place})
    kpis = {
        one.kpi.key: {
            "classes": packed(one.classes.by_place, places),
            "of": one.expected,
            "title": _legend_title(one.kpi, data),
            "labels": one.classes.labels,
        }
        for one in layers
    }
    return {"places": places, "kpis": kpis}


def _legend_title(kpi: Kpi, data: ScreenData) -> str:
    _, by_district = words(data.language), data.get(MAP_LEVEL) is Level.DISTRICT
    named = _("{kpi} theo huyện ({unit})") if by_district else _("{kpi} theo xã ({unit})")
    return named.format(kpi=kpi.short.to(data.language), unit=kpi.unit.to(data.language))


def _attributes(
    data: ScreenData, layers: Sequence[Coloured], *, vehicles: bool, close: bool, still: bool
) -> dict[str, str]:
    found = {
        "data-territory": data.territory,
        "data-layers": json.dumps(_figures(layers, data), ensure_ascii=False, separators=(",", ":")),
        # The live channel has figures by place for the version in force only.
        "data-live": "places" if layers and data.territory == IN_FORCE else "",
    }
    if close:
        found["data-close"] = ""
    if vehicles:
        found["data-fleets"] = _fleet_keys(data)
    if still:
        found["data-still"] = ""
    if (signals := data.find(SIGNALS)) and signals.chosen:
        found["data-signal"] = signals.chosen.key
    if day := data.find(COLLECTION):
        found["data-collection"] = day.day.isoformat()
        number = data.query.get("number", "1")
        if (route := data.query.get("run")) and number.isdecimal():
            found["data-only"] = run_key(route, int(number))
    return found


def _called(_: Words, still: bool) -> str:
    return _("Bản đồ xã, phường") if still else _("Bản đồ tỉnh: phím mũi tên di chuyển, phím + và − phóng to, thu nhỏ")


def _tools(layers: Sequence[Coloured], _: Words, data: ScreenData, *, vehicles: bool, still: bool) -> Component:
    options = [html.Option(_("không tô màu"), value="")]
    options += [html.Option(c.kpi.short.to(data.language), value=c.kpi.key) for c in layers]
    switches = [("streets", _("Đường")), ("names", _("Tên")), ("points", _("Trụ sở xã"))]
    if vehicles:
        switches.insert(0, ("vehicles", _("Xe")))
    if data.find(COLLECTION):
        switches.insert(0, ("collection", _("Đường thu gom")))
    views = [("in", "+", _("Phóng to")), ("out", "−", _("Thu nhỏ")), ("province", _("Toàn tỉnh"), _("Toàn tỉnh"))]
    if vehicles:
        views.append(("fleet", _("Nơi có xe"), _("Nơi có xe")))
    buttons = html.Div([_button(key, text, title) for key, text, title in views], className="ioc-map__views")
    places = sorted(
        (p for p in data.get(PLACES).here.values() if p.level is data.get(MAP_LEVEL)),
        key=lambda p: collation_key(short_name(p.name)),
    )
    return html.Div(
        [
            html.Details(
                [
                    html.Summary(_("Lớp bản đồ")),
                    html.Label([_("Tô màu theo"), html.Select(options, className="ioc-field", **{"data-map": "kpi"})]),
                    *(
                        []
                        if still
                        else [html.Div([_switch(key, text) for key, text in switches], role="group"), buttons]
                    ),
                ]
            ),
            html.Details(
                [
                    html.Summary(_("Danh sách huyện") if data.get(MAP_LEVEL) is Level.DISTRICT else _("Danh sách xã")),
                    *_find(_, data),
                    html.Ul([_place(place) for place in places]),
                ],
                className="ioc-map__places",
                **{"data-part": "map-places"},
            ),
        ],
        className="ioc-map__tools",
        **{"data-part": "map-tools"},
    )


def _find(_: Words, data: ScreenData) -> tuple[Component, Component]:
    """Search field and its matches (assets/scripts/map/53-map-find.js); former names lead to today's places."""
    hint = _("Tìm xã, phường cũ hoặc mới")
    field = dcc.Input(type="search", placeholder=hint, maxLength=200, className="ioc-field")
    version = "" if data.territory == IN_FORCE else data.territory
    label = html.Label([html.Span(hint, className="ioc-hidden"), field], **{"data-map-find": version})
    return label, html.Ul(className="ioc-map__found", **{"data-map-found": "", "aria-live": "polite"})


def _switch(key: str, text: str) -> Component:
    """A button that shows or hides a layer; the browser remembers the choice."""
    return html.Button(text, className="ioc-switch", role="checkbox", **{"aria-checked": "true", "data-map-layer": key})


def _button(key: str, text: str, title: str) -> Component:
    return html.Button(text, className="ioc-button", title=title, **{"aria-label": title, "data-map-view": key})


def _place(place: Place) -> Component:
    """The place as a button, so that keyboards and screen readers reach its card without clicking the map."""
    return html.Li(html.Button(place.name, **{"data-map-place": place.code}))


def _legend(shown: Coloured | None, _: Words, data: ScreenData) -> Component:
    """The legend of the ``shown`` KPI: unit, n/N reporting, classes mildest first, and hatching for no data.

    Scripts write another KPI's words into it (assets/scripts/map/50-map-panel.js): with a legend for each, half of the
    wall's page was legends that nobody sees.
    """
    by_district = data.get(MAP_LEVEL) is Level.DISTRICT
    labels = shown.classes.labels if shown else ()
    classes = [_class(str(i), label) for i, label in enumerate([*labels, *[""] * (CLASSES - len(labels))])]
    reporting = f"{len(shown.classes.by_place)}/{shown.expected}" if shown else ""
    counted = [html.Span(reporting, **{"data-count": ""}), _("huyện") if by_district else _("xã")]
    count = html.Span(counted, **({} if shown and shown.expected else {"hidden": True}))
    return html.Div(
        [
            html.B(_legend_title(shown.kpi, data) if shown else "", **{"data-legend-title": ""}),
            count,
            *classes,
            _class("none", _("chưa có số liệu")),
        ],
        className="ioc-legend",
        hidden=shown is None,
        **{"data-legend": shown.kpi.key if shown else ""},
    )


def _class(number: str, label: str) -> Component:
    swatch = html.I(className=f"ioc-swatch ioc-swatch--{number}", **{"aria-hidden": "true"})
    return html.Span([swatch, html.Span(label)], hidden=label == "")


def _withheld(_: Words) -> Component:
    return html.P(_("Vị trí xe chỉ hiện cho người trực ban và điều phối."), className="ioc-map__withheld")


def _vehicle_legend(data: ScreenData) -> Component:
    """Legend of the vehicle markers."""
    _ = words(data.language)
    states = (
        ("live", _("dưới 90 giây")),
        ("stopped", _("đang dừng")),
        ("ageing", _("90 giây – 10 phút")),
        ("silent", _("quá 10 phút")),
    )
    marks = [
        html.Span([html.I(className=f"ioc-truck ioc-truck--{state}", **{"aria-hidden": "true"}), text])
        for state, text in states
    ]
    return html.Div([html.B(_("Vị trí xe")), *marks, *_fleets(data)], className="ioc-legend ioc-legend--trucks")


def _fleets(data: ScreenData) -> list[Component]:
    """The marker of each fleet; [] when there is only one."""
    named = [data.feeds[key].names.to(data.language) for key in tracked(data.feeds.values())]
    glyphs = ["live", *(FLEET_MARKERS[n % len(FLEET_MARKERS)] for n in range(len(named) - 1))]
    return [
        html.Span([html.I(className=f"ioc-truck ioc-truck--{glyph}", **{"aria-hidden": "true"}), name])
        for glyph, name in zip(glyphs, named, strict=True)
        if len(named) > 1
    ]
