"""The operator wall (level 1): areas, map, alarms, data health and the shift's events; needs no interaction."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.area import Area
from domain.instant import to_ms
from domain.kpis.kpi import Audience, Kpi
from domain.places.place import PROVINCE
from domain.text import Text
from layouts.map.maps import map_panel
from layouts.parts.cards import card_vm, kpi_card, kpis_of, place_name_now, status_of
from layouts.parts.components import empty, live_list, section
from layouts.parts.focus import URGENT, focus_slot, urgent
from layouts.parts.links import address
from layouts.parts.screen import Screen, ScreenData
from layouts.parts.wall_room import room
from present.cards import alarm_row, feed_row
from present.events import event_rows
from present.text import words
from queries.alarms import ALARMS
from queries.events import EVENTS
from queries.health import HEALTH
from queries.maps.level import MAP_LEVEL
from queries.results import RESULTS
from queries.series import SERIES
from queries.vehicles import VEHICLES


def layout(data: ScreenData) -> Component:
    """Left: KPIs. Centre: map and the worst KPI. Right: alarms, data health, events of the shift."""
    areas = [(area, kpis) for area in data.areas if (kpis := _kpis(data, area))]
    shown = [kpi for _area, kpis in areas for kpi in kpis]
    colours = next((data.kpis[area.map_kpi] for area in data.areas if area.map_kpi in data.kpis), None)
    focus = next(iter(urgent(data, shown)), None)
    chart = map_panel(data, colours, path="/", vehicles=True, focus=focus)
    centre = html.Div([focus_slot(data, shown), chart], className="ioc-wall__centre")
    left = html.Div(
        _areas(data, areas), className="ioc-wall__left", **{"data-part": "wall-left", "data-focus-from": ""}
    )
    lists = [_alarms(data), _health(data), _shift(data)]
    right = html.Div(lists, className="ioc-wall__right", **{"data-part": "wall-right"})
    return html.Div([left, centre, right], className="ioc-wall")


def _kpis(data: ScreenData, area: Area) -> list[Kpi]:
    return [kpi for kpi in kpis_of(data, *area.feeds) if kpi.on_wall]


def _areas(data: ScreenData, areas: Sequence[tuple[Area, Sequence[Kpi]]]) -> list[Component]:
    """A section per area. Areas without room stay in the page, hidden, so that their KPIs can take the focus slot."""
    seen = room([[status_of(data, kpi, PROVINCE) in URGENT for kpi in kpis] for _area, kpis in areas])
    sections = [
        _section(data, area, kpis, {line for at, line in seen if at == i}) for i, (area, kpis) in enumerate(areas)
    ]
    with_room = {area for area, _line in seen}
    left_out = [area for i, (area, _kpis) in enumerate(areas) if i not in with_room]
    if not left_out:
        return sections
    hidden = [one for i, one in enumerate(sections) if i not in with_room]
    stay = [one for i, one in enumerate(sections) if i in with_room]
    return [*stay, _more_areas(data, left_out), html.Div(hidden, className="ioc-beyond")]


def _more_areas(data: ScreenData, areas: Sequence[Area]) -> Component:
    links = [
        html.A(area.title.to(data.language), href=address(data, area.path), className="ioc-link") for area in areas
    ]
    told = [part for link in links for part in (" · ", link)]
    return html.P([f"+{len(areas)}", *told], className="ioc-note ioc-more")


def _section(data: ScreenData, area: Area, kpis: Sequence[Kpi], seen: set[int]) -> Component:
    """The area's lines. Lines without room stay hidden in the page; the heading says how many."""
    first = area.feeds[0]
    silent = data.get(HEALTH).get(first) is None and not any(card_vm(data, k).as_of_ms for k in kpis if k.feed == first)
    waits = [words(data.language)("đang chờ lần gửi đầu tiên")] if silent else []
    beyond = [kpi_card(data, kpi, "line") for i, kpi in enumerate(kpis) if i not in seen]
    more = [html.Span(f"+{len(beyond)}", className="ioc-more")] if beyond else []
    return section(
        html.A(area.title.to(data.language), href=address(data, area.path)),
        [
            *(kpi_card(data, kpi, "line") for i, kpi in enumerate(kpis) if i in seen),
            *([html.Div(beyond, className="ioc-beyond")] if beyond else []),
        ],
        aside=html.Span([*waits, *more]) if waits or more else "",
        name="kpis",
    )


def _alarms(data: ScreenData) -> Component:
    _ = words(data.language)
    rows = [alarm_row(one, data.language, data.now) for one in data.get(ALARMS)]
    body = live_list("alarms", rows, to_ms(data.now), data.language)
    quiet = empty(
        _("Không có cảnh báo từ các nguồn đang gửi."),
        _("Cảnh báo hiện ở đây khi một chỉ số vượt ngưỡng hoặc một nguồn ngừng gửi."),
    )
    listed = html.Div([body, quiet], className="ioc-maybe", **{"aria-live": "polite"})
    return section(_("Cảnh báo"), [listed], name="alarms")


def _health(data: ScreenData) -> Component:
    _ = words(data.language)
    rows = [feed_row(feed, data.get(HEALTH).get(key), data.language, data.now) for key, feed in data.feeds.items()]
    heads = (_("Nguồn"), _("Cách đây"), _("Đủ"), _("Lỗi"), _("Số đo"))
    return section(
        html.A(_("Sức khỏe dữ liệu"), href=address(data, "/data")),
        [live_list("feeds", rows, to_ms(data.now), data.language, heads)],
        name="health",
    )


def _shift(data: ScreenData) -> Component:
    _ = words(data.language)
    rows = event_rows(data.get(EVENTS), data.kpis, lambda code: place_name_now(data, code), data.language, data.now)
    body = live_list("events", rows, to_ms(data.now), data.language)
    quiet = empty(_("Chưa có thay đổi nào."), _("Mỗi khi một chỉ số đổi trạng thái, hệ thống ghi ở đây."))
    return section(_("Trong ca"), [html.Div([body, quiet], className="ioc-maybe")], name="events")


SCREEN = Screen(
    key="wall",
    path="/",
    title=Text("Toàn cảnh", "Overview"),
    order=0,
    layout=layout,
    audience=Audience.OPERATOR,
    topics=("vehicles", "kpis", "feeds", "alarms", "events"),
    needs=(RESULTS, HEALTH, SERIES, VEHICLES, ALARMS, EVENTS, MAP_LEVEL),
)
