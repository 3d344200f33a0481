"""The operator wall (level 1): all four feeds, the map, alarms, data health and the shift, readable without a touch."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from domain.instant import to_ms
from domain.kpi import Audience
from domain.place import PROVINCE
from domain.text import Text
from layouts._cards import card_vm, cards, kpis_of, place_name_now
from layouts._components import empty, live_list, section
from layouts._focus import focus_slot
from layouts._links import TABLES, address
from layouts._maps import map_panel
from layouts._present import event_row, feed_row, notable
from layouts._screen import Screen, ScreenData
from layouts._text import words

# The four domains of the centre in reading order: feeds, screen, heading.
SECTIONS = tuple(
    (feeds, *TABLES[feeds[0]]) for feeds in (("waste_trucks", "waste_routes"), ("services",), ("coverage",), ("teams",))
)
MAP_KPI = "services_on_time"
EVENTS_SHOWN = 12


def layout(data: ScreenData) -> Component:
    """Left KPIs, centre map and what is worst, right what changed and how the data is."""
    left = html.Div(
        [_kpi_section(data, feeds, path, title) for feeds, path, title in SECTIONS if set(feeds) & set(data.feeds)],
        className="ioc-wall__left",
    )
    shown = [kpi for feeds, _path, _title in SECTIONS for feed in feeds for kpi in kpis_of(data, feed) if kpi.on_wall]
    chart = map_panel(data, data.kpis.get(MAP_KPI), path="/", vehicles=True)
    centre = html.Div([focus_slot(data, shown), chart], className="ioc-wall__centre")
    right = html.Div([_alarms(data), _health(data), _shift(data)], className="ioc-wall__right")
    return html.Div([left, centre, right], className="ioc-wall")


def _kpi_section(data: ScreenData, feeds: Sequence[str], path: str, title: Text) -> Component:
    heading = html.A(title.to(data.language), href=address(data, path))
    silent = data.health.get(feeds[0]) is None and not any(
        card_vm(data, kpi).as_of_ms for kpi in kpis_of(data, feeds[0])
    )
    aside = words(data.language)("đang chờ lần gửi đầu tiên") if silent else ""
    lines = [line for feed in feeds for line in cards(data, feed, shape="line", wall=True)]
    return section(heading, lines, aside=aside, name="kpis")


def _alarms(data: ScreenData) -> Component:
    _ = words(data.language)
    body = live_list("alarms", data.alarms, to_ms(data.now), data.language)
    quiet = empty(
        _("Không có cảnh báo từ các nguồn đang gửi."),
        _("Cảnh báo hiện ở đây khi một chỉ số vượt ngưỡng hoặc một nguồn ngừng gửi."),
    )
    listed = html.Div([body, quiet], className="ioc-maybe", **{"aria-live": "polite"})
    return section(_("Cảnh báo"), [listed], name="alarms")


def _health(data: ScreenData) -> Component:
    _ = words(data.language)
    rows = [feed_row(feed, data.health.get(key), data.language, data.now) for key, feed in data.feeds.items()]
    heads = (_("Nguồn"), _("Tuổi"), _("Đủ"), _("Lỗi"), _("Tự động"))
    return section(
        html.A(_("Sức khỏe dữ liệu"), href=address(data, "/data")),
        [live_list("feeds", rows, to_ms(data.now), data.language, heads)],
        name="health",
    )


def _shift(data: ScreenData) -> Component:
    _ = words(data.language)
    known = [event for event in data.events if event.key in data.kpis and notable(event)][:EVENTS_SHOWN]
    rows = [
        event_row(
            event,
            data.kpis[event.key],
            "" if event.place == PROVINCE else place_name_now(data, event.place),
            data.language,
            data.now,
        )
        for event in known
    ]
    body = live_list("events", rows, to_ms(data.now), data.language)
    quiet = empty(_("Chưa có thay đổi nào."), _("Mỗi lần một chỉ số đổi trạng thái được ghi ở đây."))
    return section(_("Trong ca"), [html.Div([body, quiet], className="ioc-maybe")], name="events")


SCREEN = Screen(
    key="wall",
    path="/",
    title=Text("Toàn cảnh", "Overview"),
    order=0,
    layout=layout,
    audience=Audience.OPERATOR,
    topics=("vehicles", "kpis", "feeds", "alarms", "events"),
    needs=frozenset({"series", "alarms", "events", "vehicles"}),
)
